"""What the pack makes of a finding, and what it refuses: pure."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from services.inspection.findings.errors import (
    FindingClauseRequiredError,
    FindingClauseUnknownError,
    FindingCodeUnknownError,
    FindingSeverityRequiredError,
    FindingStepNotAllowedError,
)
from services.inspection.findings.rules import (
    ALLOWED,
    Act,
    FindingDraft,
    FindingState,
    Raiser,
    Remedy,
    Source,
    check_act,
    check_draft,
    entry_severity,
    is_in_force_at_once,
    months_before,
    points_of,
    remedy_of,
    severity_of,
)
from services.inspection.policy import InspectionChapter
from services.inspection.policy_findings import Findings
from shared.ids import new_id
from tests.support.packs import PACKS, shipped


def terms(code: str = "xxx-gas", change: Callable[[dict[str, Any]], object] | None = None) -> Findings:
    """The section of a pack, perhaps changed."""
    chapter = shipped(code).chapters["inspection"]
    assert isinstance(chapter, InspectionChapter)
    said = chapter.findings.model_dump(mode="json")
    if change is not None:
        change(said)
    return Findings.model_validate(said)


def draft(**more: Any) -> FindingDraft:
    """A good draft, perhaps changed."""
    said = {"clause": "c1", "department": "market", "words": "问题", "severity": "minor"}
    return FindingDraft(source=Source.INSPECTION, source_id=None, **{**said, **more})


def check(one: FindingDraft) -> None:
    check_draft(one, terms(), clauses=["c1"], departments=["market"], kinds=["routine"])


@pytest.mark.parametrize("code", PACKS)
def test_every_pack_names_who_confirms_and_who_decides(code: str) -> None:
    section = terms(code)
    assert section.confirmed_by == ("service_office_director", "service_office_staff", "service_management_committee")
    assert section.decided_by == ("service_management_committee", "deputy_gm", "gm")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(confirmed_by=[]),
        lambda said: said.update(decided_by=[]),
        lambda said: said["severities"]["grave"].update(raised_to="minor"),
        lambda said: said["severities"]["minor"].update(raised_to="no-such"),
        lambda said: said["entry_errors"].update(severity="no-such"),
        lambda said: said["entry_errors"].update(severities={"late": "no-such"}),
    ],
)
def test_section_that_contradicts_itself_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(ValidationError):
        terms(change=change)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"clause": ""}, FindingClauseRequiredError),
        ({"clause": "", "is_clause_settled": True}, FindingClauseRequiredError),
        ({"clause": "c2"}, FindingClauseUnknownError),
        ({"department": "no-such"}, FindingCodeUnknownError),
        ({"inspection_kind": "no-such"}, FindingCodeUnknownError),
        ({"severity": "no-such"}, FindingCodeUnknownError),
        ({"severity": None}, FindingSeverityRequiredError),
        ({"is_good_example": True}, FindingSeverityRequiredError),
    ],
)
def test_draft_is_refused(more: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        check(draft(**more))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"inspection_kind": "routine"},
        {"severity": None, "is_good_example": True},
        {"clause": "c2", "is_clause_settled": True},
    ],
)
def test_draft_is_good(more: dict[str, Any]) -> None:
    check(draft(**more))


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", FindingState)
def test_step_is_taken_in_its_states_only(act: Act, state: FindingState) -> None:
    if state in ALLOWED[act]:
        check_act(act, state)
    else:
        with pytest.raises(FindingStepNotAllowedError):
            check_act(act, state)


def test_what_has_ended_takes_no_step() -> None:
    ended = {FindingState.CLOSED, FindingState.OVERTURNED, FindingState.VOID}
    assert all(ended.isdisjoint(states) for states in ALLOWED.values())


@pytest.mark.parametrize(
    ("more", "remedy"),
    [
        ({"inspection_kind": "routine"}, Remedy.ON_SPOT),
        ({"inspection_kind": "themed"}, Remedy.NOTICE),
        ({"inspection_kind": "unannounced"}, Remedy.NOTICE),
        ({}, Remedy.NOTICE),
        ({"inspection_kind": "routine", "severity": None, "is_good_example": True}, Remedy.NONE),
    ],
)
def test_remedy_follows_the_kind_of_inspection(more: dict[str, Any], remedy: Remedy) -> None:
    assert remedy_of(draft(**more), terms()) is remedy


@pytest.mark.parametrize(
    ("severity", "is_recurrence", "counts"),
    [
        ("minor", False, "minor"),
        ("minor", True, "ordinary"),
        ("ordinary", True, "grave"),
        ("grave", True, "grave"),
        (None, True, None),
    ],
)
def test_recurrence_weighs_more(severity: str | None, is_recurrence: bool, counts: str | None) -> None:
    assert severity_of(severity, terms(), is_recurrence=is_recurrence) == counts


@pytest.mark.parametrize(
    ("severity", "has_person", "remedy", "points"),
    [
        ("minor", True, Remedy.ON_SPOT, 1),
        ("grave", True, Remedy.ON_SPOT, 5),
        ("grave", False, Remedy.ON_SPOT, 0),
        ("grave", True, Remedy.NOTICE, 0),
        (None, True, Remedy.NONE, 0),
    ],
)
def test_points_are_for_a_person_and_what_is_mended_on_the_spot(
    severity: str | None,
    has_person: bool,
    remedy: Remedy,
    points: int,
) -> None:
    assert points_of(severity, terms(), has_person=has_person, remedy=remedy) == points


ME = new_id()
OFFICE = Raiser(ME, ("inspector",), ("service_office",))


@pytest.mark.parametrize(
    ("more", "is_at_once"),
    [
        ({}, True),
        ({"severity": "ordinary"}, False),
        ({"severity": None}, False),
        ({"raiser": None}, False),
        ({"raiser": Raiser(ME, ("gm",), ("service_office",))}, False),
        ({"raiser": Raiser(ME, ("inspector",), ("service_office", "market"))}, False),
        ({"person_id": ME}, False),
        ({"person_id": new_id()}, True),
    ],
)
def test_word_of_an_inspecting_post_from_outside_is_enough_where_the_pack_says_so(
    more: dict[str, Any], *, is_at_once: bool
) -> None:
    section = terms(change=lambda said: said["severities"]["minor"].update(confirmed_at_once=True))
    said = {
        "severity": "minor",
        "raiser": OFFICE,
        "inspectors": {"inspector"},
        "department": "market",
        "person_id": None,
        **more,
    }
    severity = said.pop("severity")
    assert is_in_force_at_once(severity, section, **said) is is_at_once
    assert is_in_force_at_once(severity, terms(), **said) is False, "not as the packs ship"


def test_entry_errors_weigh_what_the_pack_says_of_their_kind() -> None:
    section = terms(change=lambda said: said["entry_errors"].update(severities={"false": "grave"}))
    assert [entry_severity(kind, section) for kind in ("late", "false")] == ["minor", "grave"]


@pytest.mark.parametrize(
    ("at", "months", "since"),
    [((2026, 11, 24), 12, (2025, 11, 24)), ((2026, 3, 31), 1, (2026, 2, 28)), ((2024, 2, 29), 12, (2023, 2, 28))],
)
def test_window_of_recurrence_counts_calendar_months(
    at: tuple[int, int, int], months: int, since: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*at, tzinfo=UTC), months) == datetime(*since, tzinfo=UTC)
