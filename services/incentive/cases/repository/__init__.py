"""Rows of cases."""
