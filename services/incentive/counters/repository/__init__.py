"""SQL of the counters."""
