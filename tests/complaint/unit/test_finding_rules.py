"""What a finding may say by the pack, what follows from it, and what the packs leave open."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from services.complaint.findings.errors import (
    FindingCodeUnknownError,
    ResponsibleNotAllowedError,
    ResponsibleRequiredError,
)
from services.complaint.findings.rules import (
    Content,
    Revision,
    consequences,
    months_before,
    settle_content,
    standing_of,
)
from services.complaint.policy_findings import Appeals
from tests.support.packs import PACKS, complaint_chapter

DEPARTMENTS = ("customer_service", "network")


def settled(**said: Any) -> Content:
    """A finding of the primary pack, with what follows."""
    content = Content(**{"verdict": "partly", "facts": "x", "department": "network", **said})
    return settle_content(content, complaint_chapter("xxx-gas").findings, DEPARTMENTS)


def test_marks_follow_from_the_answers() -> None:
    assert settled(is_preventable=True).marks == ("preventable",)
    assert settled(is_preventable=False, is_reported_upward=False).marks == ()
    assert settled(is_reported_upward=False, is_raised_again=True).marks == ("not_reported",)
    assert settled(marks=("retaliation",), is_preventable=True).marks == ("preventable", "retaliation")


def test_a_verdict_says_whether_somebody_answers_for_it() -> None:
    with pytest.raises(ResponsibleRequiredError):
        settled(department=None)
    with pytest.raises(ResponsibleNotAllowedError):
        settled(verdict="unsubstantiated")
    assert settled(verdict="unsubstantiated", department=None, is_preventable=True).marks == ()
    with pytest.raises(FindingCodeUnknownError):
        settled(department="nowhere")


def test_a_revision_keeps_facts_and_measures() -> None:
    before = settled(root_cause="y", person_ids=(uuid4(),))
    after = Revision(verdict="substantiated", department="customer_service").over(before)
    assert (after.facts, after.root_cause, after.verdict, after.person_ids) == ("x", "y", "substantiated", ())


def test_each_mark_names_its_clause() -> None:
    found = consequences(("retaliation", "data_error", "unknown"), complaint_chapter("xxx-gas").findings)
    assert [(one.mark, one.clause) for one in found] == [
        ("data_error", "entry-withdrawal"),
        ("retaliation", "penalty-3"),
    ]


@pytest.mark.parametrize(
    ("state", "holds", "standing"),
    [
        ("confirmed", True, "counted"),
        ("suspended", True, "suspended"),
        ("overturned", True, "revoked"),
        ("confirmed", False, "revoked"),
        ("draft", True, "revoked"),
    ],
)
def test_how_a_finding_counts(state: str, *, holds: bool, standing: str) -> None:
    assert standing_of(state, holds_responsible=holds) == standing


def test_a_span_of_months_ends_with_the_month() -> None:
    assert months_before(datetime(2026, 3, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_before(datetime(2026, 1, 15, tzinfo=UTC), 12) == datetime(2025, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize("pack", PACKS)
def test_numbers_that_no_regulation_gives_are_open_settings(pack: str) -> None:
    chapter = complaint_chapter(pack)
    findings, appeals = chapter.findings, chapter.appeals
    promised = [findings.confirmation, findings.correction, findings.verification]
    assert all(one.is_open_setting for one in (*promised, *findings.measures.values(), *appeals.steps.values()))
    assert appeals.is_open_setting
    assert {outcome.effect.value for outcome in appeals.outcomes.values()} == {"upholds", "revises", "overturns"}
    assert findings.measure_for("1", None) == "urgent"
    assert findings.measure_for("3", None) == findings.default_measure
    assert findings.measure_for("1", "long") == "long"


@pytest.mark.parametrize(
    "change",
    [
        {"steps": {}},
        {"decided_by": "gm"},
    ],
)
def test_an_appeal_flow_that_cannot_be_walked_is_refused(change: dict[str, Any]) -> None:
    good = complaint_chapter("xxx-gas").appeals.model_dump()
    assert Appeals.model_validate(good).max_count >= 1
    with pytest.raises(ValidationError):
        Appeals.model_validate({**good, **change})
