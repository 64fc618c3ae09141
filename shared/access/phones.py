"""Telephone numbers of the mainland in one form: E.164, or the bare digits of a short number."""

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from shared.access.errors import PhoneInvalidError

_LONGEST = 40
_NOISE = re.compile(r"[\s\-\u2010-\u2015－()（）.·]+")
_DIGITS = str.maketrans("０１２３４５６７８９＋", "0123456789+")
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_DEMO = re.compile(r"(?:\+?86|0086)?(100[0-9]{8})")
"""No mainland number begins with 100 and has eleven digits: these belong to the sample data."""
_LANDLINE = re.compile(r"(?:(?:\+?86|0086)0?|0)(10[1-9][0-9]{7}|2[0-9][1-9][0-9]{7}|[3-9][0-9]{2}[1-9][0-9]{6,7})")
_LOCAL = re.compile(r"[2-8][0-9]{6,7}")
_AREA = re.compile(r"0?(10|2[0-9]|[3-9][0-9]{2})")
_SERVICE = re.compile(r"(?:\+?86|0086)?((?:400|800)[0-9]{7})")
_SHORT = re.compile(r"1[0-2][0-9]{1,3}|9[56][0-9]{3,4}")
"""Public short numbers: 110, 119, 120, 10086, 12345, 95598, 96777, 955xxx."""


class PhoneKind(StrEnum):
    """What a number is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"
    SHORT = "short"
    DEMO = "demo"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can be called; `e164` of a short number is its bare digits."""

    e164: str
    kind: PhoneKind


_FAST = (
    (_MOBILE, PhoneKind.MOBILE),
    (_LANDLINE, PhoneKind.LANDLINE),
    (_DEMO, PhoneKind.DEMO),
    (_SERVICE, PhoneKind.SERVICE),
)


def normalise(raw: str, *, area_code: str | None = None) -> Phone:
    """The one form of a number as people write it; `area_code` completes a local number.

    Raises: PhoneInvalidError, which never repeats the input.
    """
    if len(raw) > _LONGEST:
        raise PhoneInvalidError("电话号码过长")
    digits = _NOISE.sub("", raw.translate(_DIGITS))
    for pattern, kind in _FAST:
        match = pattern.fullmatch(digits)
        if match:
            return Phone(f"+86{match[1]}", kind)
    if _SHORT.fullmatch(digits):
        return Phone(digits, PhoneKind.SHORT)
    area = _AREA.fullmatch(area_code) if area_code else None
    if area and _LOCAL.fullmatch(digits):
        return Phone(f"+86{area[1]}{digits}", PhoneKind.LANDLINE)
    return _other(digits)


def _other(digits: str) -> Phone:
    """Whatever else the numbering plans know, among them extensions and numbers from abroad."""
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        raise PhoneInvalidError("不是有效的电话号码") from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise PhoneInvalidError("不是有效的电话号码")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    kind = PhoneKind.LANDLINE if number.country_code == 86 else PhoneKind.FOREIGN
    return Phone(e164, kind)


def national(e164: str) -> str:
    """The number as people dial it at home: without +86, landlines with 0 and a hyphen after the area code."""
    if not e164.startswith("+86"):
        return e164
    digits = e164[3:]
    if _LANDLINE.fullmatch(f"0{digits}"):
        area = 2 if digits.startswith(("10", "2")) else 3
        return f"0{digits[:area]}-{digits[area:]}"
    return digits
