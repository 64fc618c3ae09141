"""The callback chapter's section on care: greetings, gifts with their limits, the monthly tip, activities."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.callback.policy_messages import PurposeCode, TemplateCode
from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    LadderCode,
    Named,
    Percent,
    PostCode,
    Promised,
    Refers,
    TierCode,
)
from shared.policy.references import Reference, dangling

FestivalCode = Annotated[Code, Refers("festival")]
SeasonCode = Annotated[Code, Refers("season")]
Fen = Annotated[int, Field(ge=1)]
Month = Annotated[int, Field(ge=1, le=12)]
YEAR = 12
"""Months."""


class Lunar(StrEnum):
    """Festivals of the lunar calendar whose day of a year is looked up."""

    SPRING_FESTIVAL = "spring_festival"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"


class Festival(Named):
    """A day on which customers are greeted: of the solar year, or counted from a lunar festival."""

    month: Month | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    lunar: Lunar | None = None
    shift_days: Annotated[int, Field(ge=-30, le=30)] = 0
    """From the lunar festival: -1 is New Year's Eve (除夕), 14 the Lantern Festival (元宵)."""

    @model_validator(mode="after")
    def _is_one_day(self) -> Self:
        if (self.month is None) != (self.day is None) or (self.month is None) == (self.lunar is None):
            raise ValueError("节日须给出公历月日（month、day）或农历节日（lunar）之一")
        return self


class Occasion(StrEnum):
    """What somebody is greeted on."""

    FESTIVAL = "festival"
    BIRTHDAY = "birthday"
    GREAT_DAY = "great_day"


class Channel(StrEnum):
    """How."""

    SMS = "sms"
    CALL = "call"
    MAIL = "mail"
    IN_PERSON = "in_person"


class GiftStandard(Entry):
    """What the gift of a greeting may cost, by size and importance; the first that fits counts."""

    from_members: Annotated[int, Field(ge=0)] = 0
    """Of the group."""
    tiers: tuple[TierCode, ...] = ()
    circles: tuple[Code, ...] = ()
    ranks: tuple[Code, ...] = ()
    fen: Fen
    is_open_setting: bool = False


class Greeting(Named):
    """Who is greeted on what, how and by whom."""

    occasion: Occasion
    festivals: tuple[FestivalCode, ...] = ()
    tiers: Annotated[tuple[TierCode, ...], Field(min_length=1)]
    """Of the customer, or of the group that a member belongs to."""
    circles: tuple[Code, ...] = ()
    """Members of these circles; on a great day each of them instead of the unit."""
    channel: Channel
    template: TemplateCode | None = None
    """Of a message."""
    post: PostCode
    """Who greets, and who answers for it."""
    is_account_manager: bool = False
    """The customer's own account manager, where there is one."""
    department: DepartmentCode
    gifts: tuple[GiftStandard, ...] = ()
    warn_at: tuple[Percent, ...] = (75, 90)
    ladder: LadderCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _says_of_what(self) -> Self:
        if bool(self.festivals) != (self.occasion is Occasion.FESTIVAL):
            raise ValueError("节日问候须且只有节日问候列出节日（festivals）")
        if (self.template is not None) != (self.channel is Channel.SMS):
            raise ValueError("短信问候须且只有短信问候给出短信模板（template）")
        return self

    def gift_fen(self, *, members: int, tier: str | None, circle: str | None, rank: str | None) -> int | None:
        """The standard of the gift; None where none is given."""
        for standard in self.gifts:
            wanted = ((standard.tiers, tier), (standard.circles, circle), (standard.ranks, rank))
            if members >= standard.from_members and all(not codes or fact in codes for codes, fact in wanted):
                return standard.fen
        return None


class GiftLimits(Entry):
    """What one receiver may get on one occasion and in a year, in fen; beyond it the posts named here decide."""

    occasion_fen: Fen
    year_fen: Fen
    approved_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    approval: Promised
    department: DepartmentCode
    is_open_setting: bool = False


class Season(Named):
    """Months of the year with the same tips."""

    months: Annotated[tuple[Month, ...], Field(min_length=1)]


class Tips(Entry):
    """The monthly tip by message: season and kind of customer decide its text."""

    tiers: tuple[TierCode, ...] = ()
    """Who gets it; nobody = none is sent."""
    seasons: dict[Code, Season] = Field(default_factory=dict)
    texts: dict[SeasonCode, dict[Code, TemplateCode]] = Field(default_factory=dict)
    """By season and kind of customer; a kind that is not named takes `other`."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _knows_every_month(self) -> Self:
        months = sorted(month for season in self.seasons.values() for month in season.months)
        if self.tiers and (months != list(range(1, YEAR + 1)) or set(self.texts) != set(self.seasons)):
            raise ValueError("每月短信提示的季节须不重不漏地覆盖十二个月，且各有短信模板")
        return self

    def text(self, month: int, kind: str | None) -> str | None:
        """The text of a month for a kind of customer; None where none is written."""
        for code, season in self.seasons.items():
            if month in season.months:
                texts = self.texts[code]
                return texts.get(kind or "other") or texts.get("other")
        return None


class ActivityKind(Named):
    """A kind of event for customers (活动)."""

    template: TemplateCode | None = None
    """Of the invitation by message; its parameters are title, place, date and time."""


class Care(Entry):
    """Care for customers (客户关怀)."""

    purpose: PurposeCode
    """The purpose of greetings: who refuses its messages is not greeted."""
    ahead_days: Annotated[int, Field(ge=1, le=62)]
    """How far ahead greetings are planned."""
    festivals: dict[Code, Festival]
    greetings: dict[Code, Greeting] = Field(default_factory=dict)
    gift_kinds: dict[Code, Named]
    gift_occasions: dict[Code, Named]
    gift_limits: GiftLimits
    tips: Tips
    activities: dict[Code, ActivityKind]
    clause: ClauseCode

    def dangling(self, templates: Mapping[str, object], purposes: Mapping[str, object]) -> list[Reference]:
        """Festivals, texts, purposes and seasons that are named and not defined."""
        known: dict[str, Mapping[str, object]] = {
            "festival": self.festivals,
            "season": self.tips.seasons,
            "template": templates,
            "purpose": purposes,
        }
        return dangling(self, known)
