"""Bodies of tiering as they cross the door."""
