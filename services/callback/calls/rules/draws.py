"""The draw, in exact arithmetic: the n-th event is drawn iff floor(n·r + u) > floor((n−1)·r + u); pure.

u lies in [0, 1) and comes from the published seed and the stratum's name; after n events floor(n·r + u) are drawn,
which is always within one of n·r.
"""

from hashlib import sha256

SCALE = 1 << 64
"""u is a whole number of 2⁻⁶⁴."""


def stratum_name(company: str, business: str, tier: str, version: str) -> str:
    """What a stratum is called in the draw; a new revision of the pack begins a new one."""
    return f"{company}/{business}/{tier}/{version}"


def offset_of(seed: str, stratum: str) -> int:
    """u × 2⁶⁴: the first eight bytes of SHA-256 over seed, newline and name."""
    return int.from_bytes(sha256(f"{seed}\n{stratum}".encode()).digest()[:8], "big")


def drawn_until(position: int, numerator: int, denominator: int, offset: int) -> int:
    """How many of the first `position` events are drawn."""
    return (position * numerator * SCALE + offset * denominator) // (denominator * SCALE)


def is_drawn(position: int, numerator: int, denominator: int, offset: int) -> bool:
    """Whether the event with this number (from 1) is drawn."""
    before = drawn_until(position - 1, numerator, denominator, offset)
    return drawn_until(position, numerator, denominator, offset) > before
