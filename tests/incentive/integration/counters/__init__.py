"""The counters behind their real consumer."""
