"""The counters' use cases."""
