"""Days of festivals, lunar ones too; the plan ahead; standards and limits of gifts; what a chapter may not say."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.callback.care.rules import day_of, days_ahead, exceeded, falls_on, units
from services.callback.policy_care import Festival, Greeting, Lunar, Tips
from tests.support.packs import PACKS, callback_chapter, shipped


@pytest.mark.parametrize(
    ("lunar", "shift", "days"),
    [
        (Lunar.SPRING_FESTIVAL, 0, ["2020-01-25", "2024-02-10", "2026-02-17", "2027-02-06", "2033-01-31"]),
        (Lunar.SPRING_FESTIVAL, 14, ["2020-02-08", "2024-02-24", "2026-03-03", "2027-02-20", "2033-02-14"]),
        (Lunar.SPRING_FESTIVAL, -1, ["2020-01-24", "2024-02-09", "2026-02-16", "2027-02-05", "2033-01-30"]),
        (Lunar.DRAGON_BOAT, 0, ["2020-06-25", "2024-06-10", "2026-06-19", "2027-06-09", "2033-06-01"]),
        (Lunar.MID_AUTUMN, 0, ["2020-10-01", "2024-09-17", "2026-09-25", "2027-09-15", "2033-09-08"]),
    ],
)
def test_lunar_festivals_fall_on_their_days(lunar: Lunar, shift: int, days: list[str]) -> None:
    festival = Festival(name="x", lunar=lunar, shift_days=shift)
    years = (2020, 2024, 2026, 2027, 2033)
    assert [day_of(festival, year).isoformat() for year in years] == days


def test_the_plan_holds_what_lies_ahead_and_every_rule_of_days() -> None:
    care = callback_chapter("liaoning").care
    found = units(care, date(2026, 12, 5))
    assert [(one.rule, one.festival, one.on) for one in found if one.on] == [("festival", "new_year", date(2027, 1, 1))]
    assert {one.rule for one in found if one.on is None} == {"birthday", "great_day", "great_day_chief"}
    assert [one.festival for one in units(care, date(2027, 1, 10)) if one.on] == ["spring_festival"]


def test_a_leap_day_is_kept_on_the_28th_in_other_years() -> None:
    assert days_ahead(date(2026, 2, 20), 10)[False, 2, 29] == date(2026, 2, 28)
    assert days_ahead(date(2028, 2, 20), 10)[False, 2, 29] == date(2028, 2, 29)
    assert falls_on((False, 2, 29), date(2026, 2, 28))
    assert falls_on((False, 2, 28), date(2026, 2, 28))
    assert not falls_on((False, 2, 29), date(2028, 2, 28))
    assert not falls_on((False, 3, 1), date(2026, 2, 28))


def test_a_lunar_birthday_is_kept_on_the_lunar_day() -> None:
    assert days_ahead(date(2026, 9, 20), 10)[True, 8, 15] == date(2026, 9, 25)
    assert falls_on((True, 8, 15), date(2026, 9, 25))
    assert not falls_on((False, 8, 15), date(2026, 9, 25))
    assert falls_on((True, 12, 30), date(2026, 2, 16)), "the twelfth month of that year has 29 days"
    assert not falls_on((True, 6, 1), date(2025, 7, 25)), "a leap month"


def test_the_standard_goes_by_size_and_importance() -> None:
    chief = callback_chapter("liaoning").care.greetings["great_day_chief"]
    fen = [chief.gift_fen(members=size, tier="a_plus", circle="core", rank=None) for size in (700, 500, 499, 300, 0)]
    assert fen == [50000, 50000, 30000, 30000, 20000]
    birthday = callback_chapter("liaoning").care.greetings["birthday"]
    circles = [("core", "a"), ("core", "c"), ("ordinary", "a")]
    assert [birthday.gift_fen(members=5, tier=tier, circle=one, rank=None) for one, tier in circles] == [
        30000,
        20000,
        10000,
    ]
    assert (
        callback_chapter("chaohu").care.greetings["birthday"].gift_fen(members=9, tier="vip", circle=None, rank=None)
        is None
    )


@pytest.mark.parametrize(
    ("value", "standard", "same", "year", "beyond"),
    [
        (50000, None, 0, 0, []),
        (50001, None, 0, 0, ["occasion"]),
        (30001, 30000, 0, 0, ["standard"]),
        (30000, None, 20001, 20001, ["occasion"]),
        (10000, None, 0, 190000, []),
        (10001, None, 0, 190000, ["year"]),
        (60000, 30000, 0, 190000, ["standard", "occasion", "year"]),
    ],
)
def test_limits_of_an_occasion_and_of_a_year(
    value: int, standard: int | None, same: int, year: int, beyond: list[str]
) -> None:
    limits = callback_chapter("liaoning").care.gift_limits
    assert exceeded(value, limits, standard_fen=standard, same=same, year=year) == beyond


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_greets_and_tips_its_tiers(pack: str) -> None:
    chapter, tiers = callback_chapter(pack), set(shipped(pack).common.tiers)
    care = chapter.care
    for rule in care.greetings.values():
        assert set(rule.tiers) <= tiers
    assert care.tips.tiers
    for month in range(1, 13):
        for kind in ("residential", "commercial", "industrial", None):
            template = chapter.messages.templates[care.tips.text(month, kind) or ""]
            assert (template.purpose, dict(template.parameters)) == ("tip", {})


def test_season_and_kind_decide_the_tip() -> None:
    tips = callback_chapter("xxx-gas").care.tips
    assert [tips.text(month, "residential") for month in (1, 4, 7, 10)] == [
        "tip_winter_home",
        "tip_spring_home",
        "tip_summer_home",
        "tip_autumn_home",
    ]
    assert tips.text(12, "industrial") == "tip_winter_business"


_GREETING: dict[str, Any] = {
    "name": "x",
    "occasion": "birthday",
    "tiers": ["vip"],
    "channel": "call",
    "post": "gm",
    "department": "market",
    "clause": "care",
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Festival, {"name": "x"}),
        (Festival, {"name": "x", "month": 1}),
        (Festival, {"name": "x", "month": 1, "day": 1, "lunar": "mid_autumn"}),
        (Greeting, {**_GREETING, "festivals": ["new_year"]}),
        (Greeting, {**_GREETING, "occasion": "festival"}),
        (Greeting, {**_GREETING, "channel": "sms"}),
        (Greeting, {**_GREETING, "template": "x"}),
        (Greeting, {**_GREETING, "tiers": []}),
        (Tips, {"clause": "care", "tiers": ["vip"]}),
        (
            Tips,
            {"clause": "care", "tiers": ["vip"], "seasons": {"a": {"name": "x", "months": [1]}}, "texts": {"a": {}}},
        ),
    ],
)
def test_a_chapter_may_not_say(kind: Any, value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**value)
