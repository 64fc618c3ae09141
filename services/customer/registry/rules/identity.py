"""Checksums of the two Chinese identity numbers (GB 11643, GB 32100)."""

import re

from services.customer.registry.rules.vocabulary import IdentityKind

_RESIDENT = re.compile(r"[1-9]\d{16}[\dX]")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_RESIDENT_WEIGHTS = [pow(2, 17 - place, 11) for place in range(17)]
_USCC_WEIGHTS = [pow(3, place, 31) for place in range(17)]


def resident_check(first17: str) -> str:
    """The check character of a resident identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _RESIDENT_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def uscc_check(first17: str) -> str:
    """The check character of a unified social credit code."""
    total = sum(_USCC_ALPHABET.index(c) * weight for c, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % 31]


def identity_kind(number: str) -> IdentityKind | None:
    """Which identity number this is by form and checksum; None when it is neither."""
    if _RESIDENT.fullmatch(number) and resident_check(number[:17]) == number[17]:
        return IdentityKind.RESIDENT_ID
    if _USCC.fullmatch(number) and uscc_check(number[:17]) == number[17]:
        return IdentityKind.USCC
    return None
