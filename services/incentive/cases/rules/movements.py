"""What a case moves in the ledger: signs, shares and accounts; pure."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.incentive.cases.rules.amounts import Amounts
from services.incentive.ledger.rules import LedgerSubject, Movement, Unit
from services.incentive.policy_catalogue import IncentiveClause, IncentiveKind, PointsRange, Subject

HUNDRED = 100


def movements(
    clause: IncentiveClause,
    amounts: Amounts,
    *,
    subject: str,
    department: str | None,
    team: str | None,
    head_id: UUID | None,
    shares: Sequence[Mapping[str, Any]],
    places: Mapping[UUID, tuple[str | None, str | None]],
) -> tuple[Movement, ...]:
    """Money and points by subject, negative for a penalty; nought is left out.

    `places` are department and team of those who share.  What cannot be split evenly goes to the main contributor.
    """
    sign = 1 if clause.kind is IncentiveKind.REWARD else -1
    made: list[Movement] = []

    def add(who: LedgerSubject, unit: Unit, amount: int | None, at: tuple[str | None, str | None]) -> None:
        if amount:
            made.append(Movement(who, unit, sign * amount, *at))

    if clause.subject is Subject.CUSTOMER:
        add(LedgerSubject.customer(UUID(subject)), Unit.FEN, amounts.amount_fen, (None, None))
        return tuple(made)
    if clause.subject is Subject.EMPLOYEE:
        for staff_id, fen in split(amounts.amount_fen or 0, subject, shares).items():
            add(LedgerSubject.employee(staff_id), Unit.FEN, fen, places.get(staff_id, (department, team)))
        own = LedgerSubject.employee(UUID(subject))
        add(own, unit_of(clause.points), amounts.points, (department, team))
        if head_id is not None:
            add(LedgerSubject.employee(head_id), Unit.FEN, amounts.head_amount_fen, (department, None))
    if department is not None:
        points = unit_of(clause.department_points)
        add(LedgerSubject.department(department), points, amounts.department_points, (department, None))
    return tuple(made)


def split(amount: int, subject: str, shares: Sequence[Mapping[str, Any]]) -> dict[UUID, int]:
    """The sum by staff id, in fen; the parts always make the whole."""
    if not shares:
        return {UUID(subject): amount}
    parts = {UUID(str(one["staff_id"])): amount * int(one["percent"]) // HUNDRED for one in shares}
    main = next(UUID(str(one["staff_id"])) for one in shares if one["is_main"])
    parts[main] += amount - sum(parts.values())
    return parts


def unit_of(points: PointsRange | None) -> Unit:
    """Whether points go off the month's or the year's."""
    return Unit.YEAR_POINTS if points is not None and points.is_annual else Unit.POINTS
