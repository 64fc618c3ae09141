"""The team leader's sample: reproducible from the seed that stands on the check: pure."""

import hashlib
from collections.abc import Iterable
from uuid import UUID


def sample_size(population: int, *, percent: int, at_least: int) -> int:
    """How many of them are drawn: the percentage rounded up, at least so many, never more than there are."""
    return min(population, max(at_least, -(-population * percent // 100)))


def drawn(seed: str, subjects: Iterable[UUID], size: int) -> list[UUID]:
    """The same draw as in the database: by sha256 of `seed:id`, smallest first."""
    return sorted(subjects, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())[:size]
