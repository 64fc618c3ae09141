"""Pure rules of the inspections: states, forms, scores, frames of samples."""
