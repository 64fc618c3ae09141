"""How many of a tier are asked and whom, in exact arithmetic.

A stratum's customers are put in the order of SHA-256 over seed, stratum and customer; the sample are the first n.
Whoever has the seed and the frame draws the same sample.
"""

from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from math import ceil
from statistics import NormalDist
from uuid import UUID

_DIGITS = 6


@lru_cache(maxsize=32)
def z_of(confidence: int) -> Fraction:
    """The two-sided quantile of the normal distribution for a confidence in percent, to six digits: 95 → 1.959964."""
    return Fraction(round(NormalDist().inv_cdf((100 + confidence) / 200) * 10**_DIGITS), 10**_DIGITS)


def sample_size(population: int, *, confidence: int, margin_permille: int, least: int = 0) -> int:
    """How many of a finite population to ask, for a share near one half: N·n₀ / (n₀ + N − 1), rounded up.

    n₀ = z²·¼ / e².  At least `least`, and never more than there are.
    """
    if population <= 0:
        return 0
    first = z_of(confidence) ** 2 / 4 / Fraction(margin_permille, 1000) ** 2
    wanted = ceil(population * first / (first + population - 1))
    return min(population, max(wanted, least))


def stratum_name(company: str, period: str, tier: str, version: str) -> str:
    """What a stratum is called in the draw."""
    return f"{company}/survey/{period}/{tier}/{version}"


def order_key(seed: str, stratum: str, customer_id: UUID) -> bytes:
    """What a stratum's customers are put in order by; the statement that freezes the frame computes the same."""
    return sha256(f"{seed}\n{stratum}\n{customer_id}".encode()).digest()
