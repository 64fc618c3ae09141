"""Use cases of the appeals: the order of steps and which fact is published."""
