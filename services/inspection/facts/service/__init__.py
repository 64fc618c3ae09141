"""Use cases of facts and samples."""
