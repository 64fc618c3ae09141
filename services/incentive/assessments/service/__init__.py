"""The use cases of sheets and publications."""
