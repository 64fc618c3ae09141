"""Packages that prove themselves: entries with SHA-256, printable pages, made twice the same bytes."""
