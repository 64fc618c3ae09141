"""What a form must say, how it is scored, from what it draws: pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.inspection.inspections.errors import InspectionStepNotAllowedError
from services.inspection.inspections.rules.forms import (
    Form,
    PointAnswer,
    SubjectOutcome,
    check_points,
    check_subjects,
    check_times,
    needs_evidence,
)
from services.inspection.inspections.rules.frames import frame_since, frame_until, seed_of
from services.inspection.inspections.rules.scoring import Score, score_of
from services.inspection.inspections.rules.states import ALLOWED, Act, Answer, InspectionState, Outcome, check_act
from services.inspection.policy import InspectionChapter
from services.inspection.policy_inspections import Checklist, EvidenceRule, Inspections
from shared.errors import DomainError
from shared.ids import new_id
from tests.support.packs import PACKS, shipped

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
OK, BAD, NA = Answer.OK, Answer.NOT_OK, Answer.NOT_APPLICABLE


def chapter(code: str = "xxx-gas") -> InspectionChapter:
    found = shipped(code).chapters["inspection"]
    assert isinstance(found, InspectionChapter)
    return found


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    said = chapter().inspections.model_dump(mode="json")
    change(said)
    return said


def checklist() -> Checklist:
    point: dict[str, Any] = {"question": "是否符合规定？", "clause": "c", "severity": "minor"}
    return Checklist.model_validate(
        {
            "name": "试",
            "points": [
                {**point, "code": "a", "weight": 60},
                {**point, "code": "b", "weight": 30, "may_not_apply": True, "evidence": "always"},
                {**point, "code": "c", "weight": 10, "evidence": "none"},
            ],
        }
    )


def form(**more: Any) -> Form:
    said = {"form_id": new_id(), "held_at": AT, "ended_at": AT + timedelta(hours=1)}
    return Form(**{**said, **more})


@pytest.mark.parametrize("code", PACKS)
def test_every_theme_of_the_programme_has_a_checklist_that_rests_on_clauses(code: str) -> None:
    found = chapter(code)
    terms = found.inspections
    assert set(found.programme.themes) == terms.themes.keys()
    assert set(found.programme.methods) == terms.methods.keys()
    for theme in (None, *terms.themes):
        points = terms.checklists[terms.checklist_of(theme)].points
        assert len(points) >= 4
        assert sum(point.weight for point in points) == 100
        assert all(point.clause in found.clauses for point in points)
        assert all(point.severity in found.findings.severities for point in points)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["checklists"]["general"]["points"][0].update(weight=11),
        lambda said: said["checklists"]["general"]["points"][0].update(code="order"),
        lambda said: said["themes"]["conduct"].update(checklist="no-such"),
        lambda said: said["checklists"].update(idle=said["checklists"]["general"]),
        lambda said: said.update(general="no-such"),
        lambda said: said["sampling"].update(size=501),
        lambda said: said["forms"].update(is_replied_by_head=False),
        lambda said: said["forms"].update(voided_by=[]),
        lambda said: said["entry_checks"].update(point="dress"),
        lambda said: said["methods"]["video"].update(evidence_types=[]),
        lambda said: said["methods"]["video"].update(samples="staff"),
    ],
)
def test_section_that_contradicts_itself_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    Inspections.model_validate(changed(dict.copy))
    with pytest.raises(ValidationError):
        Inspections.model_validate(changed(change))


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["programme"].update(methods=["no-such"]),
        lambda said: said["programme"]["themes"].append("no-such"),
        lambda said: said["inspections"]["checklists"]["general"]["points"][0].update(severity="no-such"),
        lambda said: said["inspections"]["methods"]["video"].update(evidence_types=["text/plain"]),
    ],
)
def test_chapter_that_names_what_it_does_not_define_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    said = chapter().model_dump(mode="json")
    InspectionChapter.model_validate(said)
    change(said)
    with pytest.raises(ValidationError):
        InspectionChapter.model_validate(said)


@pytest.mark.parametrize(
    ("answers", "got", "of", "points"),
    [
        ([(60, OK), (40, OK)], 100, 100, 10_000),
        ([(60, BAD), (40, OK)], 40, 100, 4_000),
        ([(60, OK), (40, NA)], 60, 60, 10_000),
        ([(30, OK), (30, BAD), (40, NA)], 30, 60, 5_000),
        ([(10, OK), (20, BAD), (70, NA)], 10, 30, 3_333),
        ([(20, OK), (10, BAD), (70, NA)], 20, 30, 6_667),
        ([(60, BAD), (40, BAD)], 0, 100, 0),
        ([(100, NA)], 0, 0, None),
    ],
)
def test_what_does_not_apply_weighs_nothing(
    answers: list[tuple[int, Answer]], got: int, of: int, points: int | None
) -> None:
    assert score_of(answers) == Score(got, of)
    assert score_of(answers).basis_points == points


def test_score_is_rounded_half_up_and_never_leaves_its_bounds() -> None:
    assert Score(1, 16).basis_points == 625
    assert Score(1, 32).basis_points == 313, "312.5"
    for of in range(1, 101):
        shares = [Score(got, of).basis_points or 0 for got in range(of + 1)]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, 10_000)


@pytest.mark.parametrize(
    ("more", "code", "pointer"),
    [
        ({"held_at": None}, "times_required", "/held_at"),
        ({"ended_at": None}, "times_required", "/ended_at"),
        ({"ended_at": AT - timedelta(seconds=1)}, "times_order", "/ended_at"),
        ({"filled_at": AT + timedelta(minutes=59)}, "times_order", "/filled_at"),
        ({"filled_at": AT + timedelta(hours=3, seconds=1)}, "times_future", "/filled_at"),
        ({"ended_at": AT + timedelta(hours=3, seconds=1)}, "times_future", "/ended_at"),
        ({"held_at": AT - timedelta(seconds=1)}, "before_preparation", "/held_at"),
    ],
)
def test_times_of_a_form_are_refused(more: dict[str, Any], code: str, pointer: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_times(form(**more), prepared_at=AT, now=AT + timedelta(hours=3), late_days=7)
    assert (caught.value.code, caught.value.errors[0].pointer) == (f"inspection_form_{code}", pointer)


def test_a_form_comes_to_the_very_end_of_its_days() -> None:
    ended_at = AT + timedelta(hours=1)
    at = ended_at + timedelta(days=7)
    assert check_times(form(), prepared_at=AT, now=at, late_days=7) == (AT, ended_at)
    with pytest.raises(DomainError, match="inspection_form_too_late"):
        check_times(form(), prepared_at=AT, now=at + timedelta(seconds=1), late_days=7)


def test_evidence_is_asked_for_as_the_point_says() -> None:
    asked = {(rule, answer) for rule, answer in product(EvidenceRule, Answer) if needs_evidence(rule, answer)}
    assert asked == {(EvidenceRule.ALWAYS, OK), (EvidenceRule.ALWAYS, BAD), (EvidenceRule.FAILED, BAD)}


def test_points_are_answered_each_once() -> None:
    proof = (new_id(),)
    good = [
        PointAnswer(point="a", answer=BAD, remarks="未做", evidence_ids=proof),
        PointAnswer(point="b", answer=NA),
        PointAnswer(point="c", answer=BAD, remarks="未做"),
    ]
    check_points(good, checklist())
    cases: list[tuple[list[PointAnswer], str, str]] = [
        (good[:2], "point_missing", "/points"),
        ([*good, good[0]], "point_repeated", "/points/3/point"),
        ([replace(good[0], point="z"), *good[1:]], "point_unknown", "/points/0/point"),
        ([replace(good[0], answer=NA), *good[1:]], "point_applicable", "/points/0/answer"),
        ([replace(good[0], remarks=None), *good[1:]], "remarks_required", "/points/0/remarks"),
        ([replace(good[0], evidence_ids=()), *good[1:]], "evidence_required", "/points/0/evidence_ids"),
        ([good[0], replace(good[1], answer=OK), good[2]], "evidence_required", "/points/1/evidence_ids"),
    ]
    for answers, code, pointer in cases:
        with pytest.raises(DomainError) as caught:
            check_points(answers, checklist())
        assert (caught.value.code, caught.value.errors[0].pointer) == (f"inspection_{code}", pointer)


def test_drawn_subjects_are_checked_each_once() -> None:
    first, second = new_id(), new_id()
    drawn = {first: 1, second: 2}
    failed = SubjectOutcome(subject_id=first, outcome=Outcome.FAILED, words="超时", point="a")
    passed = SubjectOutcome(subject_id=second, outcome=Outcome.OK)
    check_subjects([passed, failed], drawn, {"a"})
    check_subjects([passed, replace(failed, outcome=Outcome.UNCHECKED, point=None)], drawn, {"a"})
    cases: list[tuple[list[SubjectOutcome], str]] = [
        ([failed], "subject_missing"),
        ([failed, passed, passed], "subject_unknown"),
        ([failed, replace(passed, subject_id=new_id())], "subject_unknown"),
        ([failed, replace(passed, point="a")], "subject_point"),
        ([replace(failed, point="b"), passed], "subject_point"),
        ([replace(failed, words=None), passed], "remarks_required"),
        ([replace(failed, outcome=Outcome.UNCHECKED, words=None, point=None), passed], "remarks_required"),
    ]
    for said, code in cases:
        with pytest.raises(DomainError, match=f"inspection_{code}"):
            check_subjects(said, drawn, {"a"})


def test_digest_tells_forms_apart() -> None:
    one = form()
    assert one.digest == replace(one).digest
    point = PointAnswer(point="a", answer=OK)
    others = [replace(one, remarks="x"), replace(one, points=(point,)), replace(one, ended_at=AT)]
    assert len({one.digest, *(other.digest for other in others)}) == 4


def test_frame_and_seed_follow_from_plan_and_day_only() -> None:
    window = datetime(2026, 11, 30, 16, tzinfo=UTC)
    planned = {frame_until(date(2026, 12, day), window, SHANGHAI) for day in (1, 10, 31)}
    assert planned == {datetime(2026, 12, 1, tzinfo=SHANGHAI)}
    assert frame_until(date(2026, 12, 10), None, SHANGHAI) == datetime(2026, 12, 10, tzinfo=SHANGHAI)
    assert frame_since(datetime(2026, 12, 1, tzinfo=SHANGHAI), 90) == datetime(2026, 9, 2, tzinfo=SHANGHAI)
    named = seed_of("published", "company/gas/routine/2026-12/1/market")
    assert (seed_of("published", None), named) == ("published", "published/company/gas/routine/2026-12/1/market")


def test_steps_are_allowed_only_where_the_table_says() -> None:
    for act, state in product(Act, InspectionState):
        if state in ALLOWED[act]:
            check_act(act, state)
        else:
            with pytest.raises(InspectionStepNotAllowedError):
                check_act(act, state)
    assert not any(InspectionState.SIGNED in states or InspectionState.VOID in states for states in ALLOWED.values())
