"""Bands, lines, sums, digest and masking of the sheets."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.incentive.assessments.errors import AssessmentNotReleasedError, AssessmentReleasedError
from services.incentive.assessments.rules.lines import Cause, Moved, line_of, lines_of, total
from services.incentive.assessments.rules.naming import shown_name
from services.incentive.assessments.rules.sheets import (
    Sheet,
    SubjectType,
    Whose,
    band,
    check_correctable,
    check_releasable,
    digest_of,
    worse,
)
from services.incentive.ledger.rules import Unit
from services.incentive.policy_assessments import AssessmentLine, GradeBand
from services.incentive.policy_catalogue import IncentiveKind
from shared.access.permissions import Role

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BANDS = (
    GradeBand(grade="a", from_points=95),
    GradeBand(grade="b", from_points=80),
    GradeBand(grade="c", from_points=0),
)
LINES = {
    "inspection": AssessmentLine(name="检查", sources=("routine", "example")),
    "complaints": AssessmentLine(name="投诉", sources=("finding",)),
}
ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def cause(source: str, kind: str = "penalty") -> Cause:
    return Cause("JC1", kind, source, ONE, "finding", TWO, THREE, AT)


def moved(case: UUID, unit: Unit, amount: int, *, of_month: str = "2026-11", is_reversal: bool = False) -> Moved:
    return Moved(case, "penalty", unit, amount, of_month, is_reversal, AT)


@pytest.mark.parametrize(
    ("points", "grade"), [(100, "a"), (95, "a"), (94, "b"), (80, "b"), (79, "c"), (0, "c"), (-9, "c")]
)
def test_bands(points: int, grade: str) -> None:
    assert band(points, BANDS) == grade


@pytest.mark.parametrize(("grades", "worst"), [(("a", "c"), "c"), (("c", "a"), "c"), (("b",), "b"), (("a", "b"), "b")])
def test_the_worse_grade_counts(grades: tuple[str, ...], worst: str) -> None:
    assert worse(grades, ["a", "b", "c"]) == worst


def test_every_entry_is_in_exactly_one_line() -> None:
    entries = [
        moved(ONE, Unit.POINTS, -5),
        moved(ONE, Unit.FEN, -10_000),
        moved(TWO, Unit.POINTS, -3),
        moved(THREE, Unit.YEAR_POINTS, 7),
        moved(ONE, Unit.POINTS, 5, of_month="2026-10", is_reversal=True),
    ]
    causes = {ONE: cause("finding"), TWO: cause("routine"), THREE: cause("nowhere")}
    lines = lines_of(entries, causes, LINES)
    assert [(one.line, one.points, one.year_points, one.fen, one.of_month, one.is_reversal) for one in lines] == [
        ("inspection", -3, 0, 0, "2026-11", False),
        ("complaints", -5, 0, -10_000, "2026-11", False),
        ("complaints", 5, 0, 0, "2026-10", True),
        ("other", 0, 7, 0, "2026-11", False),
    ]
    rewards = {**LINES, "rewards": AssessmentLine(name="奖励", sources=("praise",), rest_of=IncentiveKind.REWARD)}
    assert line_of(cause("person", "reward"), rewards) == "rewards"
    assert line_of(cause("finding", "reward"), rewards) == "complaints"
    assert line_of(cause("person"), rewards) == "other"
    for unit in Unit:
        assert total(lines, unit) == sum(one.amount for one in entries if one.unit is unit)


def test_the_digest_says_every_figure() -> None:
    whose = Whose(SubjectType.EMPLOYEE, str(ONE), "hotline")
    lines = lines_of([moved(ONE, Unit.POINTS, -5)], {}, LINES)
    sheet = Sheet(100, 95, 0, 0, "a", "a", lines)
    digest = digest_of("gas", "2026-11", whose, 1, sheet)
    assert digest == digest_of("gas", "2026-11", whose, 1, sheet)
    others = [
        digest_of("gas", "2026-12", whose, 1, sheet),
        digest_of("gas", "2026-11", whose, 2, sheet),
        digest_of("gas", "2026-11", whose, 1, replace(sheet, grade="c")),
        digest_of("gas", "2026-11", whose, 1, replace(sheet, lines=[replace(lines[0], points=-6)])),
    ]
    assert len({digest, *others}) == 5


def test_steps() -> None:
    check_releasable("draft")
    with pytest.raises(AssessmentReleasedError):
        check_releasable("released")
    check_correctable("released", is_latest=True)
    for state, is_latest in (("draft", True), ("released", False)):
        with pytest.raises(AssessmentNotReleasedError):
            check_correctable(state, is_latest=is_latest)


@pytest.mark.parametrize(
    ("reader", "roles", "shown"),
    [
        ("gas", {Role.CREW}, "张三丰"),
        ("gas", {Role.AUDITOR}, "张*"),
        ("gas", {Role.REPORTER}, "张*"),
        ("gas", {Role.AUDITOR, Role.HEAD}, "张三丰"),
        ("gas", set(), "张*"),
        ("sister", {Role.GM}, "张*"),
    ],
)
def test_names_are_masked_outside_the_company(reader: str, roles: set[Role], shown: str) -> None:
    assert shown_name("张三丰", company="gas", reader_company=reader, roles=roles) == shown
    assert shown_name(None, company="gas", reader_company=reader, roles=roles) is None
