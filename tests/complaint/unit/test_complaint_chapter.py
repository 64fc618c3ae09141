"""Every number that domain.md gives for cases, appeals and delegation, in the packs that ship."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.complaint.policy import CaseTerms, ComplaintChapter, Metric, Start, promises_for
from services.complaint.policy_handling import OwnerRule
from shared.policy.commitments import LimitUnit
from shared.policy.loader import merge
from shared.policy.promises import promise_of
from shared.policy.store import canonical
from tests.support.packs import PACKS, complaint_chapter, shipped

NATURAL, WORKING = LimitUnit.NATURAL, LimitUnit.WORKING_DAY
HOUR, DAY = 60, 1440


def limits(
    pack: str, tier: str, metric: Metric, *, start: Start = Start.RECEIPT, grade: str = "3", **terms: Any
) -> set[tuple[int | None, LimitUnit]]:
    case = CaseTerms(terms.pop("kind", "complaint"), tier, grade=grade, **terms)
    found = promises_for(complaint_chapter(pack), case, start=start).get(metric, ())
    return {(c.commitment.limit.budget, c.commitment.limit.unit) for c in found}


@pytest.mark.parametrize("pack", PACKS)
def test_chapter_is_the_same_when_stored_and_read_again(pack: str) -> None:
    chapter = complaint_chapter(pack)
    assert ComplaintChapter.model_validate_json(canonical(chapter)) == chapter


@pytest.mark.parametrize("pack", PACKS)
def test_response_never_waits_and_every_promise_makes_a_clock(pack: str) -> None:
    chapter = complaint_chapter(pack)
    for commitment in chapter.commitments.values():
        promise = promise_of(commitment.metric, commitment, ladders=chapter.ladders, pauses=chapter.pauses)
        assert promise.budget == commitment.limit.budget
        assert commitment.metric is not Metric.RESPONSE or not commitment.pauses


@pytest.mark.parametrize(("grade", "hours", "days"), [("3", 24, 3), ("2", 8, 2), ("1", 1, 1)])
def test_general_customer_is_limited_by_grade_in_xxx_gas(grade: str, hours: int, days: int) -> None:
    assert limits("xxx-gas", "general", Metric.RESPONSE, grade=grade) == {(hours * HOUR, NATURAL)}
    assert limits("xxx-gas", "general", Metric.RESOLUTION, grade=grade) == {(days, WORKING)}
    assert limits("xxx-gas", "general", Metric.ASSESSMENT, grade=grade) == {(24 * HOUR, NATURAL)}
    assert limits("xxx-gas", "general", Metric.PLAN, grade=grade) == set()


def test_vip_has_tier_and_grade_candidates_so_that_the_earlier_governs() -> None:
    assert limits("xxx-gas", "vip", Metric.RESPONSE, grade="3") == {(HOUR, NATURAL), (24 * HOUR, NATURAL)}
    assert limits("xxx-gas", "vip", Metric.PLAN) == {(DAY, NATURAL)}
    assert limits("xxx-gas", "vip", Metric.ASSESSMENT) == {(24 * HOUR, NATURAL)}, "standard where no VIP limit is set"
    assert limits("xxx-gas", "vip", Metric.RESOLUTION, grade="2") == {(2, WORKING)}


def test_vip_solution_is_answered_by_the_deputy_gm_from_receipt() -> None:
    found = promises_for(complaint_chapter("xxx-gas"), CaseTerms("complaint", "vip", grade="3"), start=Start.RECEIPT)
    (plan,) = found[Metric.PLAN]
    assert (plan.commitment.answered_by, plan.commitment.start) == ("deputy_gm", Start.RECEIPT)


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("kind", ["suggestion", "opinion"])
def test_suggestions_are_answered_like_complaints(pack: str, kind: str) -> None:
    tier = shipped(pack).common.default_tier
    assert limits(pack, tier, Metric.RESPONSE, kind=kind) == {(24 * HOUR, NATURAL)}
    assert limits(pack, tier, Metric.RESOLUTION, kind=kind) == {(3, WORKING)}
    assert limits(pack, tier, Metric.RESPONSE, kind="praise") == {(None, NATURAL)}


@pytest.mark.parametrize("tier", ["vip", "key", "major"])
def test_chaohu_tiers_default_to_the_vip_limits(tier: str) -> None:
    assert limits("chaohu", tier, Metric.RESPONSE) == {(HOUR, NATURAL)}
    assert limits("chaohu", tier, Metric.PLAN) == {(DAY, NATURAL)}
    assert limits("chaohu", tier, Metric.RESOLUTION) == {(3, WORKING)}


def test_chaohu_general_defaults_to_the_articles() -> None:
    assert limits("chaohu", "general", Metric.ASSESSMENT) == {(24 * HOUR, NATURAL)}
    assert limits("chaohu", "general", Metric.RESOLUTION) == {(3, WORKING)}
    assert limits("chaohu", "general", Metric.PLAN) == set()


GENERIC = {
    "special": (15, 60, 120, None, 240, 1440),
    "first": (30, 120, 240, 480, 480, 2880),
    "second": (60, 240, 480, 720, 1440, 4320),
}


@pytest.mark.parametrize(("tier", "row"), GENERIC.items())
def test_generic_steps(tier: str, row: tuple[int | None, ...]) -> None:
    response, assessment, plan, agreement, progress, acceptance = row
    assert limits("generic", tier, Metric.RESPONSE) == {(response, NATURAL)}
    assert limits("generic", tier, Metric.ASSESSMENT) == {(assessment, NATURAL)}
    assert limits("generic", tier, Metric.PLAN, start=Start.PLAN_READY) == {(plan, NATURAL)}
    assert limits("generic", tier, Metric.PLAN) == set(), "explained: from the plan being ready"
    assert limits("generic", tier, Metric.AGREEMENT, start=Start.PLAN_READY) == {(agreement, NATURAL)}
    assert limits("generic", tier, Metric.PROGRESS, start=Start.AGREEMENT) == {(progress, NATURAL)}
    assert limits("generic", tier, Metric.ACCEPTANCE, start=Start.COMPLETION) == {(acceptance, NATURAL)}
    assert limits("generic", tier, Metric.RESOLUTION) == {(None, NATURAL)}, "no limit is untargeted"


def test_generic_third_level() -> None:
    assert limits("generic", "third", Metric.RESPONSE) == {(120, NATURAL)}
    assert limits("generic", "third", Metric.ASSESSMENT) == {(24 * HOUR, NATURAL)}
    for metric in (Metric.PLAN, Metric.AGREEMENT):
        assert limits("generic", "third", metric, start=Start.PLAN_READY) == set()
    assert limits("generic", "third", Metric.PROGRESS, start=Start.AGREEMENT) == set()


def test_generic_agreement_is_an_aim_and_progress_recurs() -> None:
    commitments = complaint_chapter("generic").commitments
    assert all(commitments[f"{tier}_agreement"].is_aim for tier in GENERIC)
    assert all(commitments[f"{tier}_progress"].is_recurring for tier in GENERIC)


def test_generic_teams_reports_and_coordination() -> None:
    care = complaint_chapter("generic").care
    assert [care[tier].report.value for tier in ("special", "first", "second", "third")] == [
        "report",
        "report",
        "summary",
        "periodic",
    ]
    assert care["special"].team["manager"].count == 1
    assert care["special"].coordination["meeting"].is_at_once
    assert [care[tier].is_invited_to_accept for tier in ("special", "first", "second", "third")] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("tier", "channel", "level"),
    [
        ("a_plus", "account_manager", "level_1"),
        ("a", "account_manager", "level_1"),
        ("b", "account_manager", "level_2"),
        ("c", "account_manager", "level_3"),
        ("a_plus", "hotline", "call_centre"),
        ("general", "hall", "call_centre"),
    ],
)
def test_liaoning_handling_level_is_by_class_and_channel(tier: str, channel: str, level: str) -> None:
    chapter = complaint_chapter("liaoning")
    assert chapter.level_of(tier, channel) == level


@pytest.mark.parametrize(("level", "like"), [("level_1", "special"), ("level_2", "first"), ("level_3", "second")])
def test_liaoning_levels_default_to_generic(level: str, like: str) -> None:
    response, assessment, plan, _, progress, _ = GENERIC[like]
    assert limits("liaoning", "a", Metric.RESPONSE, level=level) == {(response, NATURAL)}
    assert limits("liaoning", "a", Metric.ASSESSMENT, level=level) == {(assessment, NATURAL)}
    assert limits("liaoning", "a", Metric.PLAN, level=level, start=Start.PLAN_READY) == {(plan, NATURAL)}
    assert limits("liaoning", "a", Metric.PROGRESS, level=level, start=Start.AGREEMENT) == {(progress, NATURAL)}


def test_liaoning_hotline_has_the_call_centres_standard() -> None:
    assert limits("liaoning", "a_plus", Metric.RESOLUTION, level="call_centre") == {(3, WORKING)}
    assert limits("liaoning", "a_plus", Metric.ASSESSMENT, level="call_centre") == {(24 * HOUR, NATURAL)}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    ("circumstances", "affected", "grade"),
    [
        (["safety"], 1, "1"),
        (["injury"], 1, "1"),
        (["media"], 1, "1"),
        ([], 10, "1"),
        ([], 9, "3"),
        (["money"], 1, "2"),
        (["repeat"], 1, "2"),
        (["conduct"], 9, "2"),
        (["money", "safety"], 1, "1"),
        ([], 1, "3"),
    ],
)
def test_grades(pack: str, circumstances: list[str], affected: int, grade: str) -> None:
    assert complaint_chapter(pack).grade_of("other", circumstances, affected)[0] == grade


def test_category_brings_its_circumstances() -> None:
    chapter = complaint_chapter("xxx-gas")
    assert chapter.grade_of("gas_leak", [], 1) == ("1", "grave_circumstances")
    assert chapter.grade_of("billing", [], 1) == ("2", "money_repeat_conduct")
    assert chapter.grade_of("other", [], 1) == ("3", None)


@pytest.mark.parametrize("pack", PACKS)
def test_only_the_gravest_grade_starts_the_emergency_plan(pack: str) -> None:
    chapter = complaint_chapter(pack)
    found = chapter.emergency_plan_of("1")
    assert found is not None
    assert set(found[1].informs) == {"deputy_gm", "gm"}
    assert [step.position for _, step in found[1].ordered()] == list(range(1, len(found[1].steps) + 1))
    assert chapter.emergency_plan_of("2") is None
    assert chapter.emergency_plan_of(None) is None


@pytest.mark.parametrize("pack", PACKS)
def test_windows_and_counts(pack: str) -> None:
    chapter = complaint_chapter(pack)
    assert chapter.recording.occurred_at_window_minutes == 60
    assert chapter.reopening.max_by_callback == 1
    assert {who.value for who in chapter.appeals.appellants} == {"customer", "department", "employee"}
    repeated = chapter.findings.repeated["three_in_year"]
    assert (repeated.count, repeated.months, repeated.is_calendar_year) == (3, 12, True)
    assert set(chapter.findings.marks) >= {"preventable", "not_reported", "retaliation"}
    assert set(chapter.findings.remedies) == {"explanation", "apology", "redo", "compensation"}


def test_owner_by_tier() -> None:
    assert complaint_chapter("xxx-gas").assignment_of("vip", "3", "hotline") is None
    vip = complaint_chapter("chaohu").assignment_of("vip", "3", "hotline")
    special = complaint_chapter("generic").assignment_of("special", "3", "hotline")
    assert vip is not None
    assert special is not None
    assert (vip.owner, special.owner, special.post) == (
        OwnerRule.ACCOUNT_MANAGER,
        OwnerRule.POST,
        "senior_account_manager",
    )


def test_delegation_matrix_of_xxx_gas() -> None:
    delegation = complaint_chapter("xxx-gas").delegation
    assert {code: len(delegation.items(code)) for code in delegation.categories} == {
        "permission": 5,
        "fee_waiver": 2,
        "compensation": 0,
        "cost_bearing": 1,
        "priority": 1,
    }
    blocking = delegation.authorities["blocking_resident"]
    conditions = blocking.conditions
    assert (conditions["contract_due"].at_most, conditions["affected"].at_least, conditions["blocking"].at_most) == (
        1,
        30,
        3,
    )
    assert blocking.money is not None
    assert blocking.money.amount_fen == 20_000
    assert blocking.approved_by == ("gm",)
    assert set(blocking.signed_by) == {"engineering_head", "market_head"}
    assert (delegation.abuse.points_min, delegation.abuse.points_max) == (3, 5)


@pytest.mark.parametrize(
    ("authority", "budget", "unit"),
    [
        ("vulnerable_service", 0, LimitUnit.CALENDAR_DAY),
        ("earlier_work", 2 * DAY, NATURAL),
        ("missed_work", 7 * DAY, NATURAL),
    ],
)
def test_authority_that_needs_work_opens_a_clock(authority: str, budget: int, unit: LimitUnit) -> None:
    order = complaint_chapter("xxx-gas").delegation.authorities[authority].order
    assert order is not None
    assert order.limit is not None
    assert (order.limit.budget, order.limit.unit) == (budget, unit)


def test_liaison_note_carries_its_own_deadline() -> None:
    order = complaint_chapter("xxx-gas").delegation.authorities["pipeline_liaison"].order
    assert order is not None
    assert order.is_deadline_given
    assert order.limit is None


@pytest.mark.parametrize("pack", ["chaohu", "generic", "liaoning"])
def test_delegation_works_without_items(pack: str) -> None:
    delegation = complaint_chapter(pack).delegation
    assert all(delegation.items(code) == {} for code in delegation.categories)


TARGETS = {
    "response_on_time": {"vip": 100, "major": 100, "general": 95},
    "handling_satisfaction": {"vip": 100, "major": 100, "general": 95},
}


def test_chaohu_complaint_targets() -> None:
    indicators = complaint_chapter("chaohu").indicators
    for code, targets in TARGETS.items():
        found = {tier: target.at_least for tier, target in indicators[code].targets.items()}
        assert found == targets, "key has none"


def test_generic_indicator_cycles() -> None:
    indicators = complaint_chapter("generic").indicators
    said = {code: (rule.cycle.value, rule.reported and rule.reported.value) for code, rule in indicators.items()}
    assert said == {
        "response_on_time": ("live", "weekly"),
        "resolution_rate": ("live", "weekly"),
        "handling_satisfaction": ("quarterly", None),
        "complaint_rate": ("monthly", None),
        "repeat_rate": ("monthly", None),
    }


def test_chapter_says_where_it_stands() -> None:
    chapter = complaint_chapter("xxx-gas")
    assert (str(chapter.effective_on), chapter.trial_months, chapter.owner) == ("2010-10-01", 6, "service_office")
    assert chapter.is_approved


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"commitments": {"vip_response": {"ladder": "nowhere"}}}, "ladder"),
        ({"commitments": {"vip_response": {"pauses": ["wait_customer"]}}}, "不得暂停"),
        ({"default_grade": "9"}, "grade"),
        ({"commitments": {"vip_response": {"clause": "unwritten"}}}, "clause"),
        ({"commitments": {"vip_response": {"tiers": []}}}, "适用范围"),
        ({"grade_rules": {"many_customers": {"min_affected_customers": 1}}}, "greater than or equal to 2"),
    ],
)
def test_mistakes_are_refused_with_their_reason(change: dict[str, Any], reason: str) -> None:
    raw = merge(shipped("xxx-gas").raw["complaint"], change)
    with pytest.raises(ValidationError, match=reason):
        ComplaintChapter.model_validate(raw)


def test_pack_edit_changes_a_number() -> None:
    raw = merge(
        shipped("xxx-gas").raw["complaint"],
        {"grade_rules": {"many_customers": {"min_affected_customers": 5}}, "reopening": {"window_minutes": 60}},
    )
    chapter = ComplaintChapter.model_validate(raw)
    assert chapter.grade_of("other", [], 5)[0] == "1"
    assert chapter.reopening.window_minutes == 60
