"""Use cases of the cases: the order of steps and which fact is published."""
