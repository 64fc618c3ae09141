"""Answers of the counters."""
