"""Random checks that everybody can draw again from the published seed: pure, exact."""

import hashlib
from fractions import Fraction
from math import floor

_RANGE = 2**64


def offset_of(seed: str, stratum: str) -> Fraction:
    """Where the stratum begins, in [0, 1): from the seed and nothing else."""
    first = hashlib.sha256(f"{seed}|{stratum}".encode()).digest()[:8]
    return Fraction(int.from_bytes(first), _RANGE)


def is_drawn(n: int, percent: int, offset: Fraction) -> bool:
    """Whether the n-th use of the stratum is drawn: floor(n*r+u) > floor((n-1)*r+u)."""
    ratio = Fraction(percent, 100)
    return floor(n * ratio + offset) > floor((n - 1) * ratio + offset)


def seed_digest(seed: str) -> str:
    """What is shown of the seed before the month is locked: it commits to the seed and tells nothing."""
    return hashlib.sha256(seed.encode()).hexdigest()
