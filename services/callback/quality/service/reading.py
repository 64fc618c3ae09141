"""Reading reviews; while one of two reviewers has not finished, nobody but themselves sees what they gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_in_force import Governances
from services.callback.policy_quality import Card
from services.callback.quality.models import (
    CalibrationRow,
    CallReviewRow,
    DisputeRow,
    FalsificationRow,
    ReviewDrawRow,
    ReviewScoreRow,
    ReviewStratumRow,
    VerdictRow,
)
from services.callback.quality.repository import draws, reviews
from services.callback.quality.rules.cards import Total, average
from services.callback.quality.service.desk import governing_of
from shared.access.principal import Principal
from shared.access.scope import RowScope


@dataclass(frozen=True, slots=True)
class Shown:
    """A review with all that belongs to it."""

    row: CallReviewRow
    is_sealed: bool
    scores: Sequence[ReviewScoreRow] = ()
    verdicts: Sequence[VerdictRow] = ()
    calibration: CalibrationRow | None = None
    dispute: DisputeRow | None = None
    falsification: FalsificationRow | None = None


@dataclass(frozen=True, slots=True)
class MonthScore:
    """A caller's month: the exact mean in points of a hundred."""

    caller_id: UUID
    month: str
    reviews: int
    mean: Fraction | None
    fatal: int
    falsified: int


def is_sealed(row: CallReviewRow, viewer: Principal) -> bool:
    """Whether the score is still hidden from the viewer: two judge independently until both are settled."""
    return row.partner_id is not None and row.settled_at is None and row.reviewed_by != viewer.staff_id


async def read(session: AsyncSession, review_id: UUID, scope: RowScope) -> CallReviewRow:
    """One of the scope.  Raises: ReviewNotFoundError."""
    return await reviews.get(session, review_id, scope)


async def read_claimed(session: AsyncSession, ticket: UUID, scope: RowScope) -> CallReviewRow:
    """The one that a claim from the list gave.  Raises: ReviewNotFoundError, also once it was claimed anew."""
    return await reviews.get_claimed(session, ticket, scope)


async def shown(session: AsyncSession, review_id: UUID, scope: RowScope, viewer: Principal) -> Shown:
    """One of the scope with all that belongs to it.  Raises: ReviewNotFoundError."""
    row = await reviews.get(session, review_id, scope)
    calibration = await reviews.settling(session, CalibrationRow, row.id)
    if calibration is None and row.partner_id is not None:
        calibration = await reviews.settling(session, CalibrationRow, row.partner_id)
    if calibration is None and is_sealed(row, viewer):
        return Shown(row, is_sealed=True)
    return Shown(
        row,
        False,
        await reviews.scores(session, row.id),
        await reviews.verdicts(session, row.id),
        calibration,
        await reviews.settling(session, DisputeRow, row.id),
        await reviews.settling(session, FalsificationRow, row.id),
    )


async def page(
    session: AsyncSession, scope: RowScope, wanted: dict[str, Any], *, before: UUID | None, limit: int
) -> Sequence[CallReviewRow]:
    """Newest first."""
    return await reviews.page(session, scope, wanted, before=before, limit=limit)


def card_of(governances: Governances, row: CallReviewRow) -> Card:
    """The card in the version that the review was drawn with."""
    return governing_of(governances, row).chapter.quality.cards[row.card]


async def month_scores(
    session: AsyncSession, scope: RowScope, *, month: str, caller_id: UUID | None
) -> list[MonthScore]:
    """The callers' months, exactly."""
    rows = await reviews.standing(session, scope, month=month, caller_id=caller_id)
    falsified = await reviews.falsified(session, [row.id for row in rows])
    months = []
    for caller, group in groupby(rows, key=lambda row: row.caller_id):
        own = list(group)
        totals = [Total(row.points or 0, row.out_of or 1, bool(row.is_fatal)) for row in own]
        months.append(
            MonthScore(
                caller,
                month,
                len(own),
                average(total.share for total in totals),
                sum(total.is_fatal for total in totals),
                sum(row.id in falsified for row in own),
            )
        )
    return months


async def strata(
    session: AsyncSession, companies: Sequence[str], *, month: str, caller_id: UUID | None
) -> Sequence[ReviewStratumRow]:
    """The callers' months with their seeds and counts."""
    return await draws.strata(session, companies, month=month, caller_id=caller_id)


async def drawn(
    session: AsyncSession, companies: Sequence[str], stratum_id: UUID, *, after: int, limit: int
) -> Sequence[ReviewDrawRow]:
    """The calls of a stratum in the order of their numbers."""
    return await draws.draws(session, companies, stratum_id, after=after, limit=limit)
