"""SQL of sheets and publications."""
