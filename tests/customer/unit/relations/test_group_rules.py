"""What a member is by the pack: every line of domain.md section 5."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from services.customer.groups.errors import MemberTermsError
from services.customer.groups.rules import (
    Birthday,
    KindSource,
    birthday,
    ensure_day,
    judge,
    place_of,
    shown_size,
    uncounted,
)
from services.customer.policy_groups import CountFrom, Duty, Members, Place
from tests.support.packs import PACKS, customer_chapter


def members(pack: str = "liaoning") -> Members:
    found = customer_chapter(pack).members
    assert found is not None
    return found


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (Place(Duty.LEADER, unit_place=1), "important_leader"),
        (Place(Duty.LEADER, unit_place=2, department="finance"), "important_leader"),
        (Place(Duty.LEADER, unit_place=3), "general_leader"),
        (Place(Duty.LEADER, department="finance"), "important_contact"),
        (Place(Duty.LEADER, department="general_affairs"), "important_contact"),
        (Place(Duty.LEADER, department="information"), "important_contact"),
        (Place(Duty.LEADER, department="other"), "general_leader"),
        (Place(Duty.CONTACT, department="information"), "information_contact"),
        (Place(Duty.CONTACT, department="other"), "ordinary"),
        (Place(Duty.EMPLOYEE, unit_place=1), "ordinary"),
        (Place(Duty.EMPLOYEE, own_rank="vip_1"), "vip"),
        (Place(Duty.EMPLOYEE), "ordinary"),
        (Place(Duty.OUTSIDER, own_rank="vip_1"), "informal"),
        (Place(Duty.MACHINE), "machine"),
    ],
)
def test_the_kind_follows_from_place_and_department(pack: str, place: Place, kind: str) -> None:
    assert members(pack).derived(place)[0] == kind


@pytest.mark.parametrize(
    ("kind", "own", "rank"),
    [
        ("important_leader", None, "vip_1"),
        ("important_leader", "vip_1", "vip_2"),
        ("important_contact", "vip_2", "vip_3"),
        ("important_contact", "vip_3", "vip_3"),
        ("general_leader", None, None),
        ("information_contact", "vip_2", "vip_2"),
        ("vip", "vip_1", "vip_1"),
    ],
)
def test_core_members_are_raised_to_vip_or_one_level_up(kind: str, own: str | None, rank: str | None) -> None:
    assert members().raised(kind, own) == rank


def test_a_correction_stays_with_the_derived_kind_beside_it() -> None:
    place = place_of("leader", None, "other", None)
    said = judge(members(), place, kind="important_contact", source=KindSource.CORRECTED, own_rank=None)
    assert (said.kind, said.derived_kind, said.circle, said.rank) == (
        *("important_contact", "general_leader", "core", "vip_1"),
    )
    stated = judge(members(), None, kind="general_leader", source=KindSource.STATED, own_rank=None)
    assert (stated.source, stated.derived_kind, stated.is_served) == (KindSource.STATED, None, True)
    unknown = judge(members(), None, kind="gone", source=KindSource.STATED, own_rank="vip_9")
    assert (unknown.is_served, unknown.circle, unknown.rank) == (False, None, "vip_9")
    assert not judge(None, None, kind="important_leader", source=KindSource.STATED, own_rank=None).is_served


def test_only_important_kinds_are_served_and_family_and_machines_do_not_count() -> None:
    served = {code for code, kind in members().kinds.items() if kind.is_served}
    assert served == {"important_leader", "important_contact", "general_leader", "information_contact"}
    assert uncounted(members()) == ["informal", "machine"]
    assert uncounted(None) == []


@pytest.mark.parametrize(
    ("count_from", "stated", "counted", "shown"),
    [
        (CountFrom.LARGER, 500, 3, 500),
        (CountFrom.LARGER, 2, 3, 3),
        (CountFrom.LARGER, None, 3, 3),
        (CountFrom.STATED, 2, 3, 2),
        (CountFrom.STATED, None, 3, 3),
        (CountFrom.ENTERED, 500, 3, 3),
    ],
)
def test_which_number_of_members_a_tier_reads(
    count_from: CountFrom, stated: int | None, counted: int, shown: int
) -> None:
    assert shown_size(count_from, stated=stated, counted=counted) == shown


def test_a_birthday_is_told_without_its_year_and_only_of_served_members_who_are_there() -> None:
    said = {"born_on": date(1975, 3, 8), "is_lunar": False, "state": "active", "is_served": True, "circle": "core"}

    def told(**more: Any) -> Birthday | None:
        return birthday(**{**said, **more}, customer_id=None)

    assert told() == Birthday(3, 8, is_lunar=False, circle="core", customer_id=None)
    assert told(is_lunar=True) == Birthday(1, 26, is_lunar=True, circle="core", customer_id=None)
    assert told(state="left") is None
    assert told(is_served=False, circle=None) is None
    assert told(born_on=None) is None


def test_a_great_day_exists_in_some_year() -> None:
    ensure_day(2, 29)
    for month, day in ((2, 30), (4, 31)):
        with pytest.raises(MemberTermsError) as refused:
            ensure_day(month, day)
        assert refused.value.errors[0].pointer == "/day"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("default_kind", {"default_kind": "nobody"}),
        ("raised_circle", {"raised_circle": "inner"}),
        ("rank_order", {"rank_order": ["vip_9"]}),
        ("rank_order", {"rank_order": []}),
        ("rules/x/kind", {"rules": {"x": {"kind": "nobody"}}}),
        ("rules/x/departments", {"rules": {"x": {"kind": "vip", "departments": ["marketing"]}}}),
    ],
)
def test_a_dangling_code_of_the_section_is_found(path: str, said: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=path):
        Members.model_validate({**members().model_dump(), **said})
