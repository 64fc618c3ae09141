"""Use cases of the files of cases: the order of steps and which fact is published."""
