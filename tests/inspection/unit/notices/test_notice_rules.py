"""Rules of the notices, and what their section of the pack refuses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.inspection.notices import rules
from services.inspection.notices.errors import (
    NoticeExtensionError,
    NoticePlanDateError,
    NoticeProofRequiredError,
    NoticeStepNotAllowedError,
)
from services.inspection.notices.rules import Act, NoticeState, Weight
from services.inspection.policy import InspectionChapter
from services.inspection.policy_notices import Extension, Hands, Notices
from tests.support.packs import shipped


def _chapter() -> InspectionChapter:
    chapter = shipped("xxx-gas").chapters["inspection"]
    assert isinstance(chapter, InspectionChapter)
    return chapter


CHAPTER = _chapter()
TERMS = CHAPTER.notices
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CLOSE = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""The end of 30 November in Shanghai."""

STEPS: dict[NoticeState, set[Act]] = {
    NoticeState.DRAFT: {Act.ISSUE, Act.CANCEL},
    NoticeState.ISSUED: {Act.ACKNOWLEDGE, Act.EXTEND, Act.ESCALATE, Act.CANCEL},
    NoticeState.ACKNOWLEDGED: {Act.PLAN, Act.EXTEND, Act.ESCALATE, Act.CANCEL},
    NoticeState.PLANNED: {Act.PLAN, Act.MEND, Act.EXTEND, Act.ESCALATE, Act.CANCEL},
    NoticeState.MENDED: {Act.VERIFY, Act.CANCEL},
    NoticeState.RETURNED: {Act.PLAN, Act.MEND, Act.EXTEND, Act.ESCALATE, Act.CANCEL},
    NoticeState.VERIFIED: {Act.ACCEPT, Act.CANCEL},
    NoticeState.ESCALATED: {Act.DECIDE, Act.CANCEL},
    NoticeState.CLOSED: set(),
    NoticeState.CANCELLED: set(),
}


@pytest.mark.parametrize("state", list(NoticeState))
def test_state_allows_exactly_its_steps(state: NoticeState) -> None:
    allowed = set()
    for act in rules.ALLOWED:
        try:
            rules.check_act(act, state.value)
        except NoticeStepNotAllowedError:
            continue
        allowed.add(act)
    assert allowed == STEPS[state]


def test_gravest_finding_decides_and_unknown_ones_weigh_least() -> None:
    known = CHAPTER.findings.severities
    assert rules.gravest(["minor", "grave", "ordinary"], known) == "grave"
    assert rules.gravest(["of_old", "minor"], known) == "minor"
    assert rules.mending(TERMS, "minor") is TERMS.mend["minor"]
    assert rules.mending(TERMS, "of_old") is TERMS.mend["grave"], "the shortest"


def test_team_is_that_of_all_findings() -> None:
    assert rules.one_team(["repair_1", "repair_1"]) == "repair_1"
    assert rules.one_team(["repair_1", None]) is None


@pytest.mark.parametrize(
    ("on", "today", "deadline_at", "is_good"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), CLOSE, True),
        (date(2026, 12, 1), date(2026, 11, 24), CLOSE, True),
        (date(2026, 12, 2), date(2026, 11, 24), CLOSE, False),
        (date(2026, 11, 23), date(2026, 11, 24), CLOSE, False),
        (date(2026, 11, 30), date(2026, 11, 24), MIDNIGHT, True),
        (date(2026, 12, 1), date(2026, 11, 24), MIDNIGHT, False),
        (date(2026, 12, 5), date(2026, 12, 5), CLOSE, True),
        (date(2026, 12, 6), date(2026, 12, 5), CLOSE, False),
    ],
)
def test_planned_date_lies_between_today_and_the_deadline(
    on: date, today: date, deadline_at: datetime, *, is_good: bool
) -> None:
    if is_good:
        rules.check_plan_date(on, today=today, deadline_at=deadline_at, zone=ZONE)
        return
    with pytest.raises(NoticePlanDateError):
        rules.check_plan_date(on, today=today, deadline_at=deadline_at, zone=ZONE)


@pytest.mark.parametrize(
    ("days", "times", "extended", "now", "is_good"),
    [
        (5, 0, 0, NOON, True),
        (6, 0, 0, NOON, False),
        (1, 1, 1, NOON, False),
        (3, 0, 3, NOON, False),
        (1, 0, 0, CLOSE, True),
        (1, 0, 0, CLOSE + timedelta(microseconds=1), False),
    ],
)
def test_extension_stays_within_the_pack_and_before_the_deadline(
    days: int, times: int, extended: int, now: datetime, *, is_good: bool
) -> None:
    def check() -> None:
        terms = Extension(times=1, days=5)
        rules.check_extension(days, terms, times=times, extended_days=extended, now=now, deadline_at=CLOSE)

    if is_good:
        check()
        return
    with pytest.raises(NoticeExtensionError) as refusal:
        check()
    assert refusal.value.errors[0].pointer == "/days"


def test_report_has_the_least_number_of_proofs() -> None:
    rules.check_proofs(1, 1)
    with pytest.raises(NoticeProofRequiredError):
        rules.check_proofs(0, 1)


def test_extended_promise_has_the_days_more() -> None:
    promised = TERMS.mend["grave"]
    assert rules.extended(promised, 2).limit.budget == (promised.limit.budget or 0) + 2
    assert rules.extended(promised, 2).ladder == promised.ladder


@pytest.mark.parametrize(
    ("at", "minutes"),
    [(CLOSE, 0), (CLOSE - timedelta(hours=1), 0), (CLOSE + timedelta(seconds=1), 1), (CLOSE + timedelta(hours=2), 120)],
)
def test_begun_minutes_are_late(at: datetime, minutes: int) -> None:
    assert rules.minutes_late(at, CLOSE) == minutes
    assert rules.minutes_late(at, None) == 0


@pytest.mark.parametrize(
    ("count", "is_proposed", "weight"),
    [
        (1, False, Weight.NOTHING),
        (2, False, Weight.PROPOSE),
        (3, False, Weight.PROPOSE),
        (2, True, Weight.KEEP),
        (3, True, Weight.KEEP),
        (1, True, Weight.WITHDRAW),
        (0, True, Weight.WITHDRAW),
    ],
)
def test_consequence_is_proposed_at_the_number_and_withdrawn_below(
    count: int, weight: Weight, *, is_proposed: bool
) -> None:
    assert rules.weight_of(count, 2, is_proposed=is_proposed) is weight


def test_second_notice_decides() -> None:
    assert [rules.deciding(["a"] * count, 2) for count in (1, 2, 3)] == [0, 1, 1]


@pytest.mark.parametrize(
    ("state", "remedy", "is_mended", "fits"),
    [
        ("confirmed", "notice", False, True),
        ("contested", "notice", False, True),
        ("contested", "notice", True, False),
        ("answered", "notice", False, True),
        ("confirmed", "on_spot", False, False),
        ("draft", "notice", False, False),
        ("overturned", "notice", False, False),
        ("closed", "notice", True, False),
    ],
)
def test_finding_asks_for_a_notice_while_it_is_in_force_and_not_mended(
    state: str, remedy: str, *, is_mended: bool, fits: bool
) -> None:
    assert rules.is_fit(state, remedy, NOON if is_mended else None) is fits


def test_posts_of_the_department_concerned_give_way() -> None:
    departments = {"inspector": "service_office", "network_head": "network", "gm": "management"}
    hands = Hands(posts=("inspector", "network_head"), otherwise=("gm",))
    assert hands.of("network", departments) == ("inspector",)
    assert Hands(posts=("inspector",), otherwise=("gm",)).of("service_office", departments) == ("gm",)
    assert Hands(posts=("inspector",)).of("service_office", departments) == ("inspector",)


def test_second_grave_notice_of_a_calendar_year_costs_the_awards() -> None:
    terms = TERMS.consequence
    assert (terms.severities, terms.count, terms.window) == (("grave",), 2, "calendar_year")
    assert (terms.code, terms.clause, terms.counts_late) == ("awards_lost", "rectification", False)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"mend": {"grave": {"limit": {"budget": 60}, "clause": "rectification"}}}, "整改期限须以工作日或日历日计"),
        ({"cycles": 0}, "cycles"),
        ({"evidence_types": ()}, "evidence_types"),
    ],
)
def test_section_that_cannot_work_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Notices.model_validate(TERMS.model_dump() | change)


def test_every_severity_has_a_deadline() -> None:
    said = CHAPTER.model_dump()
    del said["notices"]["mend"]["grave"]
    with pytest.raises(ValidationError, match="grave"):
        InspectionChapter.model_validate(said)
