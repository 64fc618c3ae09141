"""Search keys of Chinese names and addresses: folded text and its bigrams."""

import re
import unicodedata
from itertools import pairwise

MIN_FRAGMENT = 2
"""Shorter fragments are refused: one character matches half the base."""

_DROPPED = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """`text` as it is compared: compatibility form, lower case, no blanks and no punctuation."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold())


def bigrams(key: str) -> list[str]:
    """The distinct pairs of neighbouring characters of a folded text, in order of appearance."""
    return list(dict.fromkeys(first + second for first, second in pairwise(key)))


def tidy(text: str) -> str:
    """`text` as it is stored: full-width forms made half-width, runs of blanks made one, trimmed."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
