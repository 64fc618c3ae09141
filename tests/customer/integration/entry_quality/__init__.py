"""Tests of entry quality: through its doors and jobs."""
