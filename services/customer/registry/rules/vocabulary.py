"""The registry's own words: states and kinds, with the Chinese labels that people write in their sheets."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What gas is used for."""

    RESIDENTIAL = "residential"
    COMMERCIAL = "commercial"
    INDUSTRIAL = "industrial"


class CustomerClass(StrEnum):
    """A: residential; B: commercial and industrial."""

    A = "a"
    B = "b"


class Party(StrEnum):
    """Who the customer is in law."""

    INDIVIDUAL = "individual"
    UNIT = "unit"
    GROUP = "group"


class Standing(StrEnum):
    """The account's state; nothing is deleted."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class MeterKind(StrEnum):
    """How the meter measures or is paid."""

    DIAPHRAGM = "diaphragm"
    IC_CARD = "ic_card"
    IOT = "iot"
    ROTARY = "rotary"
    TURBINE = "turbine"
    ULTRASONIC = "ultrasonic"
    OTHER = "other"


class PremisesKind(StrEnum):
    """What stands at the address."""

    RESIDENCE = "residence"
    SHOP = "shop"
    FACTORY = "factory"
    OFFICE = "office"
    PUBLIC = "public"
    OTHER = "other"


class IdentityKind(StrEnum):
    """Which number identifies the customer."""

    RESIDENT_ID = "resident_id"
    USCC = "uscc"
    OTHER = "other"


def class_of(kind: str) -> CustomerClass:
    """The class that goes with a kind of use."""
    return CustomerClass.A if kind == Kind.RESIDENTIAL else CustomerClass.B


def _labels(values: Mapping[str, str]) -> Mapping[str, str]:
    codes = {code: code for code in values.values()}
    return MappingProxyType({**codes, **values})


KINDS = _labels(
    {
        "民用": "residential",
        "居民": "residential",
        "民用户": "residential",
        "商业": "commercial",
        "工商户": "commercial",
        "公福": "commercial",
        "工业": "industrial",
    }
)
PARTIES = _labels({"个人": "individual", "单位": "unit", "集团": "group"})
STANDINGS = _labels({"正常": "active", "停用": "suspended", "销户": "closed"})
METER_KINDS = _labels(
    {
        "膜式表": "diaphragm",
        "普表": "diaphragm",
        "IC卡表": "ic_card",
        "物联网表": "iot",
        "罗茨表": "rotary",
        "腰轮表": "rotary",
        "涡轮表": "turbine",
        "超声波表": "ultrasonic",
        "其他": "other",
    }
)
MEMBER_KINDS = _labels(
    {
        "重要领导": "important_leader",
        "重要联系人": "important_contact",
        "一般领导": "general_leader",
        "信息化联系人": "information_contact",
        "普通成员": "ordinary",
        "普通VIP": "vip",
        "非正式成员": "informal",
        "机器": "machine",
    }
)
ENTERPRISE_SIZES = _labels({"特大型": "very_large", "大型": "large", "中型": "medium", "小型": "small"})
INFLUENCES = _labels({"很大": "great", "一定": "some", "无": "none"})
INDUSTRIES = _labels(
    {
        "银行": "banking",
        "电力": "power",
        "石油": "oil",
        "水利": "water_conservancy",
        "交通": "transport",
        "保险": "insurance",
        "医疗": "medical",
        "贸易": "trade",
        "建筑": "construction",
        "制造": "manufacturing",
        "餐饮": "catering",
        "酒店": "hotel",
        "教育": "education",
        "政府": "government",
        "传媒": "media",
        "其他": "other",
    }
)
ASSESSMENTS = _labels({"A+": "a+", "A": "a", "B": "b", "C": "c"})
