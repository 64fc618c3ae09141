"""Tests of entry quality: rules."""
