"""The counters' rules: pure."""
