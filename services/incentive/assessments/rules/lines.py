"""From the ledger's entries of a month to the lines of a sheet: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.incentive.ledger.rules import Unit
from services.incentive.policy_assessments import AssessmentLine

OTHER = "other"
"""The line of what no line of the pack names."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One entry of the ledger on the subject's own account; `amount` is signed."""

    case_id: UUID
    provision: str
    unit: Unit
    amount: int
    of_month: str
    is_reversal: bool
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Cause:
    """What is known of a case."""

    number: str
    kind: str
    source: str
    proposal_id: UUID
    cause_type: str
    cause_id: UUID
    matter_id: UUID
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class SheetLine:
    """What one case moved in the month; a reversal is a line of its own that names the month which it is of."""

    line: str
    case_id: UUID
    provision: str
    of_month: str
    is_reversal: bool
    cause: Cause | None
    posted_at: datetime
    points: int = 0
    year_points: int = 0
    fen: int = 0


def line_of(cause: Cause | None, lines: Mapping[str, AssessmentLine]) -> str:
    """The first line of the pack that names the source, else the one that takes the rest of the kind; else `other`."""
    if cause is None:
        return OTHER
    named = (code for code, one in lines.items() if cause.source in one.sources)
    rest = (code for code, one in lines.items() if one.rest_of == cause.kind)
    return next(named, None) or next(rest, OTHER)


def lines_of(
    moved: Iterable[Moved], causes: Mapping[UUID, Cause], lines: Mapping[str, AssessmentLine]
) -> list[SheetLine]:
    """Every entry in exactly one line, in the order of the pack and of booking."""
    made: dict[tuple[UUID, str, str, bool], SheetLine] = {}
    for one in moved:
        key = (one.case_id, one.provision, one.of_month, one.is_reversal)
        found = made.get(key)
        if found is None:
            cause = causes.get(one.case_id)
            code = line_of(cause, lines)
            found = SheetLine(code, one.case_id, one.provision, one.of_month, one.is_reversal, cause, one.posted_at)
        made[key] = _added(found, one)
    order = [*lines, OTHER]
    return sorted(made.values(), key=lambda one: (order.index(one.line), one.posted_at, one.case_id, one.is_reversal))


def total(lines: Sequence[SheetLine], unit: Unit) -> int:
    """What the lines add up to."""
    return sum(_of(one, unit) for one in lines)


def _of(line: SheetLine, unit: Unit) -> int:
    return {Unit.POINTS: line.points, Unit.YEAR_POINTS: line.year_points, Unit.FEN: line.fen}[unit]


def _added(line: SheetLine, moved: Moved) -> SheetLine:
    if moved.unit is Unit.POINTS:
        return replace(line, points=line.points + moved.amount)
    if moved.unit is Unit.YEAR_POINTS:
        return replace(line, year_points=line.year_points + moved.amount)
    return replace(line, fen=line.fen + moved.amount)
