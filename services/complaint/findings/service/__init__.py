"""Use cases of the findings: the order of steps and which fact is published."""
