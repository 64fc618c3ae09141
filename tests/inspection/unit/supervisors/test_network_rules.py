"""Seats, terms and states of the supervision network."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from pydantic import ValidationError

from services.inspection.policy_supervisors import Supervisors
from services.inspection.supervisors import errors
from services.inspection.supervisors.rules import network, observing
from services.inspection.supervisors.rules.observing import ActivityAct, Invitation, ObservationAct, Seen
from shared.errors import DomainError, RuleViolatedError
from shared.ids import new_id

HOUSE = Path(__file__).parents[4] / "shared/policy/packs/_house/inspection.yaml"
SECTION: dict[str, Any] = yaml.safe_load(HOUSE.read_text("utf-8"))["supervisors"]
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
DEPARTMENTS = {"network", "market"}


def terms(**more: object) -> Supervisors:
    return Supervisors.model_validate({**SECTION, **more})


FEW = terms(
    size=5,
    groups={
        "residents": {"name": "居民", "greatest_percent": 59},
        "media": {"name": "媒体", "greatest_percent": 20},
        "businesses": {"name": "工商", "greatest_percent": 60},
    },
)


@pytest.mark.parametrize(("group", "seats"), [("residents", 2), ("media", 1), ("businesses", 3)])
def test_a_group_holds_whole_seats_never_more_than_its_share(group: str, seats: int) -> None:
    assert network.seats_of(FEW, group) == seats


@pytest.mark.parametrize(
    ("group", "members", "refusal"),
    [
        ("residents", {}, None),
        ("residents", {"residents": 1, "businesses": 3}, None),
        ("residents", {"residents": 2}, errors.GroupOverShareError),
        ("media", {"media": 1}, errors.GroupOverShareError),
        ("residents", {"residents": 1, "businesses": 3, "media": 1}, errors.NetworkFullError),
        ("nobility", {}, errors.SupervisorCodeUnknownError),
    ],
)
def test_a_seat_is_free_or_refused(
    group: str, members: dict[str, int], refusal: type[RuleViolatedError] | None
) -> None:
    if refusal is None:
        network.check_seat(FEW, group, members)
        return
    with pytest.raises(refusal) as caught:
        network.check_seat(FEW, group, members)
    assert caught.value.errors[0].pointer == "/group"


def test_groups_that_the_pack_dropped_are_shown_as_over_their_share() -> None:
    found = {one.group: one for one in network.standing_of(FEW, {"residents": 2, "old": 1})}
    assert [one for one in found if found[one].is_over] == ["old"]
    assert str(found["residents"].percent) == "40.00"
    assert found["media"].members == 0


@pytest.mark.parametrize(
    "change",
    [
        {"size": 4, "groups": {"media": {"name": "媒体", "greatest_percent": 20}}},
        {"size": 10, "groups": {"media": {"name": "媒体", "greatest_percent": 90}}},
    ],
)
def test_a_pack_whose_network_could_not_be_filled_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        terms(**change)


@pytest.mark.parametrize(
    ("since", "until", "is_valid"),
    [
        (TODAY, date(2028, 11, 23), True),
        (TODAY, date(2028, 11, 24), False),
        (TODAY, TODAY, True),
        (TODAY, TODAY - timedelta(days=1), False),
        (date(2026, 1, 1), TODAY - timedelta(days=1), False),
        (date(2028, 2, 29), date(2030, 2, 27), True),
        (date(2028, 2, 29), date(2030, 2, 28), False),
    ],
)
def test_a_term_is_no_longer_than_the_pack_allows(since: date, until: date, is_valid: bool) -> None:
    if is_valid:
        network.check_term(terms(), since, until, TODAY)
        return
    with pytest.raises(errors.SupervisorTermInvalidError):
        network.check_term(terms(), since, until, TODAY)


@pytest.mark.parametrize(
    ("state", "today", "refusal"),
    [
        ("active", date(2026, 1, 1), None),
        ("active", date(2026, 12, 31), None),
        ("active", date(2027, 1, 1), errors.SupervisorTermExpiredError),
        ("active", date(2025, 12, 31), errors.SupervisorTermExpiredError),
        ("ended", date(2026, 6, 1), errors.SupervisorStepNotAllowedError),
    ],
)
def test_only_a_member_in_term_acts(state: str, today: date, refusal: type[DomainError] | None) -> None:
    if refusal is None:
        network.check_in_term(state, date(2026, 1, 1), date(2026, 12, 31), today, "observe")
        return
    with pytest.raises(refusal):
        network.check_in_term(state, date(2026, 1, 1), date(2026, 12, 31), today, "observe")


def test_terms_are_counted_and_duties_known() -> None:
    network.check_renewal(terms(), 2)
    with pytest.raises(errors.SupervisorTermsExhaustedError):
        network.check_renewal(terms(), 3)
    assert network.duties_of(terms(), []) == list(SECTION["duties"])
    assert network.duties_of(terms(), ["attend", "attend"]) == ["attend"]
    with pytest.raises(errors.SupervisorCodeUnknownError) as caught:
        network.duties_of(terms(), ["attend", "rule"])
    assert caught.value.errors[0].pointer == "/duties/1"


def test_a_day_ends_at_midnight_of_the_company() -> None:
    assert network.end_of(TODAY, ZoneInfo("Asia/Shanghai")) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


ACTIVITY_STEPS = {"answer": {"invited"}, "hold": {"invited", "accepted"}, "cancel": {"invited", "accepted"}}
OBSERVATION_STEPS = {
    "answer": {"filed"},
    "move": {"filed"},
    "review": {"drafted"},
    "tell": {"answered"},
    "find": {"filed", "drafted", "answered", "told"},
    "complain": {"filed", "drafted", "answered", "told"},
    "publish": {"answered", "told"},
}


@pytest.mark.parametrize("act", list(ActivityAct))
@pytest.mark.parametrize("state", ["invited", "accepted", "declined", "held", "cancelled"])
def test_steps_of_an_invitation(act: ActivityAct, state: str) -> None:
    if state in ACTIVITY_STEPS[act]:
        observing.check_activity(act, state)
        return
    with pytest.raises(errors.ActivityStepNotAllowedError):
        observing.check_activity(act, state)


@pytest.mark.parametrize("act", list(ObservationAct))
@pytest.mark.parametrize("state", ["filed", "drafted", "answered", "told"])
def test_steps_of_an_observation(act: ObservationAct, state: str) -> None:
    if state in OBSERVATION_STEPS[act]:
        observing.check_observation(act, state)
        return
    with pytest.raises(errors.ObservationStepNotAllowedError):
        observing.check_observation(act, state)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({}, None),
        ({"kind": "weather"}, "/kind"),
        ({"department": "moon"}, "/department"),
        ({"starts_at": NOW}, "/starts_at"),
        ({"starts_at": NOW + timedelta(days=40)}, "/starts_at"),
    ],
)
def test_an_invitation_is_for_a_time_within_the_term(change: dict[str, Any], pointer: str | None) -> None:
    said = Invitation(
        **{
            "supervisor_id": new_id(),
            "kind": "visit",
            "department": "network",
            "place": "抢修站",
            "purpose": "走访",
            "starts_at": NOW + timedelta(days=3),
            **change,
        }
    )
    ends_at = NOW + timedelta(days=40)
    if pointer is None:
        observing.check_invitation(said, terms(), DEPARTMENTS, now=NOW, ends_at=ends_at)
        return
    with pytest.raises(RuleViolatedError) as caught:
        observing.check_invitation(said, terms(), DEPARTMENTS, now=NOW, ends_at=ends_at)
    assert caught.value.errors[0].pointer == pointer


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({}, None),
        ({"seen_at": NOW - timedelta(days=30)}, None),
        ({"seen_at": NOW - timedelta(days=30, seconds=1)}, "/seen_at"),
        ({"seen_at": NOW + timedelta(seconds=1)}, "/seen_at"),
        ({"kind": "weather"}, "/kind"),
        ({"department": "moon"}, "/department"),
    ],
)
def test_what_was_seen_is_known_and_recent(change: dict[str, Any], pointer: str | None) -> None:
    said = Seen(
        **{
            "supervisor_id": None,
            "activity_id": None,
            "kind": "attitude",
            "department": "network",
            "team": None,
            "place": "营业厅",
            "words": "无人应答",
            "seen_at": None,
            "evidence_ids": (),
            **change,
        }
    )
    if pointer is None:
        observing.check_seen(said, terms(), DEPARTMENTS, now=NOW)
        return
    with pytest.raises(RuleViolatedError) as caught:
        observing.check_seen(said, terms(), DEPARTMENTS, now=NOW)
    assert caught.value.errors[0].pointer == pointer


@pytest.mark.parametrize(
    ("drafted", "due", "expected"),
    [(NOW, NOW, True), (NOW + timedelta(seconds=1), NOW, False), (None, NOW, None), (NOW, None, None)],
)
def test_on_time_is_by_the_first_deadline(drafted: datetime, due: datetime, expected: bool | None) -> None:
    assert observing.is_on_time(drafted, due) is expected
