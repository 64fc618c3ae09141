"""Masking of personal data before it leaves the service that owns it (reliability.md 3); every mask is idempotent."""

import re
from typing import Annotated

from pydantic import AfterValidator

MASK = "*"

_COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离"
        "长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭"
        "南门羊舌微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯西门公祖第五公乘贯丘公皙南荣东里东宫仲长子书子桑"
        "即墨达奚褚师第二",
    )
)
_COMMUNITY = re.compile(
    r".{0,60}?(?:小区|花园|家园|公寓|新村|社区|大厦|广场|苑|府|庭|湾|里|坊|城|园|村)"
    r"(?=[0-9A-Za-z０-９一二三四五六七八九十东西南北\s*第]|$)",
    re.DOTALL,
)
_ROAD = re.compile(r".{0,60}?(?:大道|路|街|巷|弄|镇|乡|区|县|市)", re.DOTALL)
_SHORT_NUMBER = re.compile(r"1[0-2][0-9]{1,3}|9[56][0-9]{3,4}")
_COUNTRY = re.compile(r"^(?:\+86)+")
_HIDDEN = MASK * 3


def mask_name(name: str) -> str:
    """`张*`, `欧阳**`: the surname only; an organisation or a long name keeps two characters."""
    name = name.strip()
    if not name:
        return ""
    if name[:2] in _COMPOUND_SURNAMES and len(name) > 2:
        return name[:2] + MASK * 2
    if len(name) > 4:
        return name[:2] + _HIDDEN
    return name[0] + MASK


def mask_phone(phone: str) -> str:
    """`138****1234`; a landline keeps its area code and last two digits; short public numbers stay."""
    digits = _COUNTRY.sub("", re.sub(r"[\s-]+", "", phone), count=1)
    if len(digits) == 11 and digits[0] == "1":
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) <= 6:
        return digits if _SHORT_NUMBER.fullmatch(digits) else MASK * len(digits)
    if len(digits) <= 8:
        return MASK * (len(digits) - 2) + digits[-2:]
    area = 4 if digits[0] == "0" else 3
    return f"{digits[:area]}****{digits[-2:]}"


def mask_address(address: str) -> str:
    """`××小区***`: down to the community, else to the first road or district; all else is hidden."""
    address = address.strip()
    if not address:
        return ""
    match = _COMMUNITY.match(address) or _ROAD.match(address)
    return (match[0] if match else "") + _HIDDEN


def mask_meter(meter_number: str) -> str:
    """The last four characters of a meter number; a number that short is hidden whole."""
    return MASK * 4 + (meter_number[-4:] if len(meter_number) > 4 else "")


def mask_id_number(id_number: str) -> str:
    """Nothing of an ID number but the fact that there is one and its last two characters."""
    return MASK * 4 + (id_number[-2:] if len(id_number) >= 6 else "")


MaskedName = Annotated[str, AfterValidator(mask_name)]
MaskedPhone = Annotated[str, AfterValidator(mask_phone)]
MaskedAddress = Annotated[str, AfterValidator(mask_address)]
MaskedMeter = Annotated[str, AfterValidator(mask_meter)]
MaskedIdNumber = Annotated[str, AfterValidator(mask_id_number)]
