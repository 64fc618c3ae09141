"""Plausibility of readings, areas, delivery: tables of cases."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from services.customer.contacts.rules import broken_delivery
from services.customer.readings.rules import Doubt, Known, Method, Use, doubts, masked_card, use_of
from services.customer.supply.rules import Area, broken_moment, broken_plan, minutes_until
from tests.support.packs import PACKS, customer_chapter

D = Decimal
MAY, JUNE = date(2026, 5, 1), date(2026, 5, 31)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def known(
    previous: str | None = "100",
    usual: str | None = "1",
    capacity: str | None = None,
    estimated: int = 0,
    on: date | None = MAY,
) -> Known:
    return Known(
        None if previous is None else D(previous),
        on,
        None if usual is None else D(usual),
        None if capacity is None else D(capacity),
        estimated,
    )


@pytest.mark.parametrize(
    ("reading", "before", "use"),
    [
        ("130", known(), Use(D(30), 30, D("1.000"))),
        ("99", known(), Use()),
        ("130", known(None), Use()),
        ("130", known(on=None), Use(D(30))),
        ("130", known(on=JUNE), Use(D(30), 0, None)),
    ],
)
def test_use(reading: str, before: Known, use: Use) -> None:
    assert use_of(D(reading), JUNE, before) == use


@pytest.mark.parametrize(
    ("reading", "before", "method", "found"),
    [
        ("130", known(), Method.ACTUAL, []),
        ("99", known(), Method.ACTUAL, [Doubt.BACKWARDS]),
        ("250", known(), Method.ACTUAL, []),
        ("250.03", known(), Method.ACTUAL, [Doubt.OVER_LARGE]),
        ("190", known(usual="0.1"), Method.ACTUAL, []),
        ("193", known(usual="0.1"), Method.ACTUAL, [Doubt.OVER_LARGE]),
        ("130.06", known(capacity="1"), Method.ACTUAL, [Doubt.OVER_CAPACITY]),
        ("130", known(capacity="1"), Method.ACTUAL, []),
        ("100", known(), Method.ACTUAL, [Doubt.NO_USE]),
        ("130", known(estimated=1), Method.ESTIMATED, []),
        ("130", known(estimated=2), Method.ESTIMATED, [Doubt.TOO_MANY_ESTIMATED]),
        ("130", known(estimated=2), Method.ACTUAL, []),
    ],
)
def test_doubts(reading: str, before: Known, method: Method, found: list[Doubt]) -> None:
    use = use_of(D(reading), JUNE, before)
    said = doubts(D(reading), method, before, use, factor=D(5), floor_m3_day=D(3), estimated_in_a_row=2)
    assert said == found


@pytest.mark.parametrize(("card", "shown"), [("6200123456789012", "****9012"), ("1234", "****")])
def test_a_card_shows_its_last_four(card: str, shown: str) -> None:
    assert masked_card(card) == shown


@pytest.mark.parametrize(
    ("area", "pointer"),
    [
        (Area(district="东城区"), None),
        (Area(community="锦绣家园", building="3"), None),
        (Area(), "/area"),
        (Area(building="3", district="东城区"), "/area/community"),
    ],
)
def test_areas(area: Area, pointer: str | None) -> None:
    assert [one[0] for one in area.broken()] == ([] if pointer is None else [pointer])


def test_moments_and_plans() -> None:
    hour = timedelta(hours=1)
    assert broken_plan(NOW + hour, NOW + 2 * hour, now=NOW) == []
    assert [one[0] for one in broken_plan(NOW, None, now=NOW)] == ["/planned_from", "/expected_until"]
    assert broken_plan(None, None, now=NOW)[0][0] == "/planned_from"
    assert broken_moment(NOW, now=NOW, not_before=NOW, pointer="/at") == []
    assert broken_moment(NOW + hour, now=NOW, not_before=None, pointer="/at")[0][1] == "in_future"
    assert broken_moment(NOW - hour, now=NOW, not_before=NOW, pointer="/at")[0][1] == "too_early"
    assert (minutes_until(NOW + hour, NOW), minutes_until(NOW - hour, NOW)) == (60, 1)


@pytest.mark.parametrize(
    ("channel", "direction", "is_broken"),
    [("sms", "outbound", False), ("app", "outbound", False), ("sms", "inbound", True), ("hotline", "outbound", True)],
)
def test_only_messages_that_went_out_are_delivered(channel: str, direction: str, is_broken: bool) -> None:
    assert bool(broken_delivery(channel, direction, "sent")) is is_broken


@pytest.mark.parametrize("pack", PACKS)
def test_every_pack_says_what_the_desk_needs(pack: str) -> None:
    chapter = customer_chapter(pack)
    assert chapter.contacts.answering.fewer_than_seconds == 15
    assert chapter.supply.special_tiers[0] == chapter.tier_order[0]
    assert chapter.supply.notice.limit.budget == 48 * 60
    assert set(chapter.contacts.hand_overs.answers) <= set(chapter.tier_order)


def test_the_third_level_is_answered_by_the_standard_answers() -> None:
    assert customer_chapter("generic").contacts.standard_answers.tiers == ("third",)
    assert customer_chapter("generic").contacts.hand_overs.answer_for("special").limit.budget == 60
    assert customer_chapter("generic").contacts.hand_overs.answer_for("third").limit.budget == 1440
