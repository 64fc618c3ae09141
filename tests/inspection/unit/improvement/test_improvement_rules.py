"""Windows and shares of an effect, states, and what is said of improvements, meetings and publications."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.inspection.improvement.errors.gathering import (
    ExamplePersonalError,
    GatheringHeldError,
    GatheringMinutesError,
)
from services.inspection.improvement.errors.improving import (
    ImprovementCodeUnknownError,
    ImprovementDueError,
    ImprovementStepNotAllowedError,
    ProposalAnswerError,
)
from services.inspection.improvement.rules.drafts import (
    Held,
    PlanTerms,
    ProposalAnswer,
    check_answer,
    check_due,
    check_held,
    check_indicator,
    check_public,
)
from services.inspection.improvement.rules.effect import Share, after_window, before_window, is_improved
from services.inspection.improvement.rules.states import (
    IMPROVEMENT_ALLOWED,
    GatheringKind,
    ImprovementAct,
    ImprovementState,
    ProposalState,
    check_improvement,
)
from services.inspection.policy import InspectionChapter
from services.inspection.policy_improvement import SignalKind
from services.inspection.policy_programme import Pace
from shared.errors import RuleViolatedError
from shared.ids import new_id
from tests.support.packs import PACKS, shipped

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""


@pytest.fixture(scope="module")
def chapter() -> InspectionChapter:
    found = shipped("xxx-gas").chapters["inspection"]
    assert isinstance(found, InspectionChapter)
    return found


@pytest.mark.parametrize(
    ("before", "after", "is_less_better", "expected"),
    [
        (Share(4, 10), Share(1, 10), True, True),
        (Share(4, 10), Share(8, 20), True, False),
        (Share(4, 10), Share(5, 10), True, False),
        (Share(4, 10), Share(5, 10), False, True),
        (Share(1, 3), Share(33, 100), True, True),
        (Share(0, 90), Share(0, 90), True, False),
        (Share(0, 0), Share(1, 10), True, None),
        (Share(1, 10), Share(0, 0), False, None),
    ],
)
def test_effect_compares_shares_without_rounding(
    before: Share, after: Share, is_less_better: bool, expected: bool | None
) -> None:
    assert is_improved(before, after, is_less_better=is_less_better) is expected


def test_windows_are_whole_days_and_leave_out_the_days_of_planning_and_of_the_report(
    chapter: InspectionChapter,
) -> None:
    indicator = chapter.improvement.effect.indicators["late_orders"]
    before, after = before_window(indicator, NOW, ZONE), after_window(indicator, NOW, ZONE)
    assert (before.until, before.days) == (datetime(2026, 11, 24, tzinfo=ZONE), 90)
    assert (after.since, after.days) == (datetime(2026, 11, 25, tzinfo=ZONE), 60)


def test_states_allow_the_steps_of_the_table_and_nothing_else() -> None:
    allowed = {
        ImprovementState.CANDIDATE: "plan decline",
        ImprovementState.PROPOSED: "plan decline cancel",
        ImprovementState.PLANNED: "assign begin note cancel",
        ImprovementState.DECLINED: "",
        ImprovementState.UNDER_WAY: "assign note done cancel",
        ImprovementState.DONE: "note effect accept return",
        ImprovementState.ACCEPTED: "",
        ImprovementState.RETURNED: "assign begin note cancel",
        ImprovementState.CANCELLED: "",
    }
    found = {
        state: {act.value for act in ImprovementAct if state in IMPROVEMENT_ALLOWED[act]} for state in ImprovementState
    }
    assert found == {state: set(acts.split()) for state, acts in allowed.items()}
    with pytest.raises(ImprovementStepNotAllowedError):
        check_improvement(ImprovementAct.ACCEPT, "accepted")


@pytest.mark.parametrize(("days", "is_good"), [(0, False), (1, True), (365, True), (366, False), (-1, False)])
def test_due_date_lies_ahead_and_not_too_far(days: int, is_good: bool) -> None:
    today = date(2026, 11, 24)
    if is_good:
        return check_due(today + timedelta(days=days), today, 365)
    with pytest.raises(ImprovementDueError) as refused:
        check_due(today + timedelta(days=days), today, 365)
    assert refused.value.errors[0].pointer == "/due_on"
    return None


@pytest.mark.parametrize(
    ("indicator", "category", "pointer"),
    [
        (None, None, None),
        ("late_orders", None, None),
        ("complaints_of_category", "quality", None),
        (None, "quality", "/indicator_category"),
        ("late_orders", "repair", "/indicator_category"),
        ("complaints_of_category", None, "/indicator_category"),
        ("no-such", None, "/indicator"),
    ],
)
def test_indicator_is_of_the_pack_with_a_category_where_it_needs_one(
    chapter: InspectionChapter, indicator: str | None, category: str | None, pointer: str | None
) -> None:
    terms = PlanTerms(
        owner_id=new_id(),
        due_on=date(2026, 12, 1),
        goal="g",
        measure="m",
        indicator=indicator,
        indicator_category=category,
    )
    if pointer is None:
        return check_indicator(terms, chapter.improvement)
    with pytest.raises(ImprovementCodeUnknownError) as refused:
        check_indicator(terms, chapter.improvement)
    assert refused.value.errors[0].pointer == pointer
    return None


@pytest.mark.parametrize(
    ("outcome", "department", "duplicate", "pointer"),
    [
        (ProposalState.ACCEPTED, "market", False, None),
        (ProposalState.DECLINED, None, False, None),
        (ProposalState.DUPLICATE, None, True, None),
        (ProposalState.ACCEPTED, None, False, "/department"),
        (ProposalState.DECLINED, "market", False, "/department"),
        (ProposalState.DUPLICATE, None, False, "/duplicate_of"),
        (ProposalState.DECLINED, None, True, "/duplicate_of"),
    ],
)
def test_answer_says_what_its_kind_asks_for(
    outcome: ProposalState, department: str | None, duplicate: bool, pointer: str | None
) -> None:
    said = ProposalAnswer(
        outcome=outcome, words="w", department=department, duplicate_of=new_id() if duplicate else None
    )
    if pointer is None:
        return check_answer(said)
    with pytest.raises(ProposalAnswerError) as refused:
        check_answer(said)
    assert refused.value.errors[0].pointer == pointer
    return None


@pytest.mark.parametrize(
    ("held_in", "ends_in", "files", "error"),
    [
        (-1, 1, 1, None),
        (1, 2, 1, GatheringHeldError),
        (-40, -1, 1, GatheringHeldError),
        (-1, 1, 0, GatheringMinutesError),
    ],
)
def test_what_is_recorded_was_held_in_time_to_be_recorded_and_has_its_minutes(
    chapter: InspectionChapter, held_in: int, ends_in: int, files: int, error: type[RuleViolatedError] | None
) -> None:
    held = Held(
        kind=GatheringKind.MEETING,
        department="market",
        subject="s",
        held_at=NOW + timedelta(days=held_in),
        minutes=60,
        person_ids=(new_id(),),
        file_ids=tuple(new_id() for _ in range(files)),
    )
    ends_at = NOW + timedelta(days=ends_in)
    if error is None:
        return check_held(held, chapter.improvement.meeting, now=NOW, ends_at=ends_at)
    with pytest.raises(error):
        check_held(held, chapter.improvement.meeting, now=NOW, ends_at=ends_at)
    return None


@pytest.mark.parametrize(
    ("words", "is_good"), [("2026-11-24 主动上门两次", True), ("电话 13800138000", False), ("客户 1234567", False)]
)
def test_what_is_published_holds_no_number_of_a_person(words: str, is_good: bool) -> None:
    if is_good:
        return check_public(words=words)
    with pytest.raises(ExamplePersonalError) as refused:
        check_public(title="t", words=words)
    assert refused.value.errors[0].pointer == "/words"
    return None


@pytest.mark.parametrize("code", PACKS)
def test_every_pack_asks_for_what_the_regulation_says(code: str) -> None:
    found = shipped(code).chapters["inspection"]
    assert isinstance(found, InspectionChapter)
    section = found.improvement
    assert section.plan.is_company
    assert (section.meeting.every, section.training.every) == (Pace.MONTH, Pace.QUARTER)
    assert section.good_examples.is_four_eyes
    assert set(section.candidates) == set(SignalKind)
