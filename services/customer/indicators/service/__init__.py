"""Counting, listing and closing the figures."""
