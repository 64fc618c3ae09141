"""The registry's pure rules: rights, addresses, service lives, what is settled, what the history may hold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.customer.accounts.errors import AccountUnsettledError, OpeningIncompleteError, ReadingForeignError
from services.customer.accounts.rules import (
    HangingMeter,
    LastReading,
    ensure_complete,
    ensure_readings,
    ensure_settled,
    is_kept,
)
from services.customer.policy import CustomerChapter
from services.customer.policy_records import FIELDS, ClosingNeed, OpeningNeed
from services.customer.registry.errors import AddressMissingError, ConcernNotWritableError, DayPassedError
from services.customer.registry.rules.address import AddressParts, whole_address
from services.customer.registry.rules.change import Act, Change
from services.customer.registry.rules.days import ensure_ahead, ensure_come, ensure_from
from services.customer.registry.rules.rights import HOUSE
from services.customer.registry.rules.service_life import expires_on, is_overdue
from services.customer.registry.service.terms import writer_of
from shared.access.permissions import Role
from shared.access.principal import Principal, Standing
from shared.policy.loader import merge
from tests.support.packs import PACKS, customer_chapter, policy_of, shipped

ONE, TWO = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # the 23rd on the mainland

ENTERED = {
    "front_desk_clerk": set(FIELDS) - {"number", "daily_volume_m3", "facts", "contracts"},
    "master_data_keeper": {"number", "facts", "contracts"},
    "meter_reader": {"daily_volume_m3"},
    "hotline_agent": set(),
    "order_clerk": set(),
    "account_manager": set(),
}
CHANGED = {
    **ENTERED,
    "meter_reader": {
        *("daily_volume_m3", "member_count", "district", "phones", "contact_persons", "premises", "equipment"),
        *("members", "vulnerable_persons"),
    },
}


def person(*posts: str, acting: tuple[str, ...] = ()) -> Principal:
    standing = (Standing(TWO, acting, frozenset({Role.CLERK})),) if acting else ()
    return Principal(ONE, "x", ("x",), "who", posts, frozenset({Role.CLERK}), acting=standing)


def may(ensure: Any, field: str) -> bool:
    try:
        ensure(field)
    except ConcernNotWritableError:
        return False
    return True


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("post", list(ENTERED))
def test_each_post_writes_its_fields_and_no_others(pack: str, post: str) -> None:
    writer = writer_of(policy_of(pack, "x"), person(post))
    assert {field for field in FIELDS if may(writer.ensure_enters, field)} == ENTERED[post]
    assert {field for field in FIELDS if may(writer.ensure_changes, field)} == CHANGED[post]
    assert all(may(HOUSE.ensure_enters, field) for field in FIELDS)


def test_a_deputy_writes_what_the_person_deputised_for_may() -> None:
    writer = writer_of(policy_of("xxx-gas", "x"), person("hotline_agent", acting=("front_desk_clerk",)))
    writer.ensure_enters("name", "phones")
    with pytest.raises(ConcernNotWritableError) as refused:
        writer.ensure_changes("name", "facts", "number")
    assert [one.pointer for one in refused.value.errors] == ["/facts", "/number"]
    assert refused.value.params == {"field": "facts", "concern": "master_data"}
    assert "主数据" in refused.value.detail


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"records": {"fields": {"name": {"entered": "gossip"}}}}, "gossip"),
        ({"records": {"fields": {"name": None}}}, "name"),
        ({"records": {"fields": {"shoe_size": {"name": "鞋码", "entered": "base_data"}}}}, "shoe_size"),
        ({"records": {"expired_hazard": "old"}}, "expired_hazard"),
        ({"records": {"equipment_kinds": {"stove": {"service_years": 0}}}}, "greater than or equal to 1"),
        ({"records": {"account": {"closing_needs": ["a_smile"]}}}, "closing_needs"),
    ],
)
def test_mistakes_of_a_pack_are_refused_with_their_reason(change: dict[str, Any], reason: str) -> None:
    raw = merge(shipped("xxx-gas").raw["customer"], change)
    with pytest.raises(ValidationError, match=reason):
        CustomerChapter.model_validate(raw)


@pytest.mark.parametrize("pack", PACKS)
def test_meters_are_mechanical_card_or_smart_and_vulnerable_kinds_have_tags_that_imply_the_wide_one(pack: str) -> None:
    records = customer_chapter(pack).records
    families = {code: kind.family.value if kind.family else None for code, kind in records.meter_kinds.items()}
    assert families == {
        "diaphragm": "mechanical",
        "rotary": "mechanical",
        "turbine": "mechanical",
        "ic_card": "ic_card",
        "iot": "smart",
        "ultrasonic": "smart",
        "other": None,
    }
    for kind in records.vulnerable_kinds.values():
        assert kind.tag in shipped(pack).common.tags
        assert records.effective({kind.tag}) == ["vulnerable", kind.tag]
    assert records.effective({"official"}) == ["official"]


@pytest.mark.parametrize(
    ("address", "parts", "whole"),
    [
        ("  云湖市 人民路１号 ", AddressParts(), "云湖市 人民路1号"),
        (
            None,
            AddressParts(city="云湖市", community="锦绣家园", building="12", unit="2", room="301"),
            "云湖市锦绣家园12栋2单元301室",
        ),
        (None, AddressParts(street="人民路", building="8号楼", room="501室"), "人民路8号楼501室"),
    ],
)
def test_an_address_is_what_was_said_or_what_its_parts_make(
    address: str | None, parts: AddressParts, whole: str
) -> None:
    assert whole_address(address, parts.tidied()) == whole


def test_an_address_of_nothing_is_refused() -> None:
    with pytest.raises(AddressMissingError):
        whole_address(None, AddressParts(room=None))


@pytest.mark.parametrize(
    ("installed", "years", "last", "overdue"),
    [
        (date(2018, 11, 22), 8, date(2026, 11, 22), False),
        (date(2018, 11, 21), 8, date(2026, 11, 21), True),
        (date(2016, 2, 29), 7, date(2023, 2, 28), True),
        (None, 8, None, False),
        (date(1990, 1, 1), None, None, False),
    ],
)
def test_a_service_life_ends_with_its_last_day(
    installed: date | None, years: int | None, last: date | None, overdue: bool
) -> None:
    assert expires_on(installed, years) == last
    assert is_overdue(last, date(2026, 11, 22)) is overdue


def test_days_are_those_of_the_mainland() -> None:
    ensure_come(date(2026, 11, 23), NOW, "/on")
    ensure_ahead(date(2026, 11, 23), NOW, "/on")
    ensure_from(date(2026, 11, 23), date(2026, 11, 23), "/on", "x")
    refusals: list[DayPassedError] = []
    for told, day in ((ensure_come, date(2026, 11, 24)), (ensure_ahead, date(2026, 11, 22))):
        with pytest.raises(DayPassedError) as refused:
            told(day, NOW, "/on")
        refusals.append(refused.value)
    with pytest.raises(DayPassedError) as refused:
        ensure_from(date(2026, 11, 22), date(2026, 11, 23), "/on", "x")
    assert [one.errors[0].pointer for one in (*refusals, refused.value)] == ["/on"] * 3


def test_the_history_holds_no_value_of_a_personal_field() -> None:
    assert Change("customer", Act.CHANGED, ONE, "name", "王小明", "李小红").values == (None, None)
    assert Change("premises", Act.CHANGED, ONE, "room", "301", "302").values == (None, None)
    assert Change("customer", Act.CHANGED, ONE, "capacity_m3_day", Decimal("300.000"), Decimal("1E+3")).values == (
        "300",
        "1000",
    )
    assert Change("customer", Act.CHANGED, ONE, "facts", {"b": 1, "a": True}, None).values == ('{"a":true,"b":1}', None)


def test_an_opening_names_everything_that_is_missing() -> None:
    ensure_complete([OpeningNeed.PREMISES], {OpeningNeed.PREMISES, OpeningNeed.METER})
    with pytest.raises(OpeningIncompleteError) as refused:
        ensure_complete([OpeningNeed.PREMISES, OpeningNeed.METER, OpeningNeed.IDENTITY], {OpeningNeed.METER})
    assert [one.pointer for one in refused.value.errors] == ["/premises", "/identity"]


def test_a_closing_names_everything_that_is_open() -> None:
    ensure_settled([], unread=[ONE], open_contracts=["HT-1"])
    with pytest.raises(AccountUnsettledError) as refused:
        ensure_settled(list(ClosingNeed), unread=[ONE, TWO], open_contracts=["HT-1"])
    assert [one.code for one in refused.value.errors] == [
        "last_reading_missing",
        "last_reading_missing",
        "contract_open",
    ]


@pytest.mark.parametrize(
    ("reading", "pointer"),
    [
        (LastReading(TWO, Decimal(10)), "/readings/0/meter_id"),
        (LastReading(ONE, Decimal("4.999")), "/readings/0/reading"),
        (LastReading(ONE, Decimal(5)), None),
    ],
)
def test_a_last_reading_is_of_a_meter_in_use_and_never_lower(reading: LastReading, pointer: str | None) -> None:
    meters = [HangingMeter(ONE, Decimal(5))]
    if pointer is None:
        ensure_readings(meters, [reading])
        return
    with pytest.raises(ReadingForeignError) as refused:
        ensure_readings(meters, [reading])
    assert refused.value.errors[0].pointer == pointer


def test_a_contract_is_kept_on_its_last_day() -> None:
    assert is_kept(date(2026, 11, 22), date(2026, 11, 22)) is True
    assert is_kept(date(2026, 11, 22), date(2026, 11, 23)) is False
    assert is_kept(None, date(2026, 11, 23)) is None
