"""Rows of reviews, their scores and verdicts, and of what becomes of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, and_, case, cast, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.quality.errors import ReviewNotFoundError
from services.callback.quality.models import (
    CalibrationRow,
    CallReviewRow,
    DisputeRow,
    FalsificationRow,
    ReviewScoreRow,
    VerdictRow,
)
from services.callback.quality.rules.states import Exclusion
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

Settling = TypeVar("Settling", CalibrationRow, DisputeRow, FalsificationRow)
_HEARD = case((CallReviewRow.settled_at.is_not(None), CallReviewRow.caller_id))
"""The caller learns of a review once its score stands."""
SCOPE = ScopeColumns(
    company=CallReviewRow.company,
    owners=(CallReviewRow.owner_id, _HEARD),
    team=CallReviewRow.caller_team,
    department=CallReviewRow.caller_department,
    posts=CallReviewRow.posts,
)
CALLERS = ScopeColumns(
    company=CallReviewRow.company,
    owners=(CallReviewRow.caller_id,),
    team=CallReviewRow.caller_team,
    department=CallReviewRow.caller_department,
)
"""Of a month's scores: the caller's own, or those of the people one leads."""


async def add(session: AsyncSession, *rows: Any) -> None:
    """Store new rows."""
    session.add_all(rows)
    await session.flush()


async def get(session: AsyncSession, review_id: UUID, scope: RowScope, *, lock: bool = False) -> CallReviewRow:
    """One of the scope.  Raises: ReviewNotFoundError, also for one that lies outside the scope."""
    statement = select(CallReviewRow).where(CallReviewRow.id == review_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise ReviewNotFoundError
    return row


async def get_claimed(session: AsyncSession, ticket: UUID, scope: RowScope) -> CallReviewRow:
    """The one that a claim from the list gave last.  Raises: ReviewNotFoundError."""
    statement = select(CallReviewRow).where(CallReviewRow.claim_ticket == ticket, scope.clause(SCOPE))
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise ReviewNotFoundError
    return row


async def pair(session: AsyncSession, callback_id: UUID) -> Sequence[CallReviewRow]:
    """The one or two reviews of a call, first seat first, locked in that order."""
    statement = (
        select(CallReviewRow)
        .where(CallReviewRow.callback_id == callback_id)
        .order_by(CallReviewRow.seat)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all()


async def pick(
    session: AsyncSession, company: str, posts: Sequence[str], exclusion: Exclusion, *, now: datetime
) -> CallReviewRow | None:
    """The oldest review that nobody holds and the person may do, locked; never the second seat of one's own."""
    other = CallReviewRow.__table__.alias("other")
    reviewed_here = (
        select(other.c.id)
        .where(
            other.c.callback_id == CallReviewRow.callback_id,
            or_(other.c.owner_id.in_(exclusion.staff_ids), other.c.reviewed_by.in_(exclusion.staff_ids)),
        )
        .exists()
    )
    near: list[ColumnElement[bool]] = [CallReviewRow.caller_id.in_(exclusion.staff_ids)]
    if exclusion.team is not None:
        near.append(func.coalesce(CallReviewRow.caller_team, "") == exclusion.team)
    if exclusion.department is not None:
        near.append(func.coalesce(CallReviewRow.caller_department, "") == exclusion.department)
    statement = (
        select(CallReviewRow)
        .where(
            CallReviewRow.company == company,
            CallReviewRow.state == "open",
            CallReviewRow.ready_at <= now,
            CallReviewRow.posts.op("&&")(cast(list(posts), ARRAY(Text))),
            and_(*(not_(one) for one in near)),
            not_(reviewed_here),
        )
        .order_by(CallReviewRow.ready_at, CallReviewRow.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=CallReviewRow)
    )
    return (await session.scalars(statement)).first()


async def held(session: AsyncSession, staff_id: UUID, now: datetime) -> int:
    """How many the person holds; the person's own claims wait for one another."""
    await one_at_a_time(session, f"call-review-claim:{staff_id}")
    statement = select(func.count()).where(
        CallReviewRow.owner_id == staff_id, CallReviewRow.state == "claimed", CallReviewRow.lease_until > now
    )
    return int(await session.scalar(statement) or 0)


async def lapse(session: AsyncSession, company: str, now: datetime) -> None:
    """Let others have what was claimed and not reviewed in time."""
    statement = (
        update(CallReviewRow)
        .where(CallReviewRow.company == company, CallReviewRow.state == "claimed", CallReviewRow.lease_until <= now)
        .values(state="open", owner_id=None, team=None, lease_until=None, version=CallReviewRow.version + 1)
    )
    await session.execute(statement.execution_options(synchronize_session=False))


async def page(
    session: AsyncSession, scope: RowScope, wanted: dict[str, Any], *, before: UUID | None, limit: int
) -> Sequence[CallReviewRow]:
    """Newest first; `wanted` are columns and values, None = any."""
    statement = select(CallReviewRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(CallReviewRow, name) == value)
    if before is not None:
        statement = statement.where(CallReviewRow.id < before)
    return (await session.scalars(statement.order_by(CallReviewRow.id.desc()).limit(limit))).all()


async def scores(session: AsyncSession, review_id: UUID) -> Sequence[ReviewScoreRow]:
    """The lines of the card, by round."""
    statement = select(ReviewScoreRow).where(ReviewScoreRow.review_id == review_id)
    return (await session.scalars(statement.order_by(ReviewScoreRow.round, ReviewScoreRow.criterion))).all()


async def verdicts(session: AsyncSession, review_id: UUID) -> Sequence[VerdictRow]:
    """What was said of the score, first to last."""
    statement = select(VerdictRow).where(VerdictRow.review_id == review_id).order_by(VerdictRow.round)
    return (await session.scalars(statement)).all()


async def settling(session: AsyncSession, kind: type[Settling], review_id: UUID) -> Settling | None:
    """The review's calibration, dispute or finding of falsification."""
    statement = select(kind).where(kind.review_id == review_id)
    return (await session.execute(statement)).scalar_one_or_none()


async def standing(
    session: AsyncSession, scope: RowScope, *, month: str, caller_id: UUID | None
) -> Sequence[CallReviewRow]:
    """The reviews that count for a month, by caller."""
    statement = select(CallReviewRow).where(
        CallReviewRow.is_standing, CallReviewRow.month == month, scope.clause(CALLERS)
    )
    if caller_id is not None:
        statement = statement.where(CallReviewRow.caller_id == caller_id)
    return (await session.scalars(statement.order_by(CallReviewRow.caller_id, CallReviewRow.id))).all()


async def falsified(session: AsyncSession, review_ids: Sequence[UUID]) -> set[UUID]:
    """Which of the reviews led to a finding of falsification."""
    statement = select(FalsificationRow.review_id).where(
        FalsificationRow.review_id.in_(list(review_ids)), FalsificationRow.state == "confirmed"
    )
    return set((await session.scalars(statement)).all())


async def settled(
    session: AsyncSession, company: str, from_at: datetime, until_at: datetime
) -> Sequence[CallReviewRow]:
    """The reviews whose score came to stand in a period."""
    statement = select(CallReviewRow).where(
        CallReviewRow.company == company,
        CallReviewRow.is_standing,
        CallReviewRow.settled_at >= from_at,
        CallReviewRow.settled_at < until_at,
    )
    return (await session.scalars(statement)).all()


async def blank_notes(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what reviewers wrote about a customer's calls."""
    mine = (CallReviewRow.company == company, CallReviewRow.customer_id == customer_id)
    ids = select(CallReviewRow.id).where(*mine)
    quiet: dict[str, Any] = {"synchronize_session": False}
    await session.execute(update(CallReviewRow).where(*mine).values(note=None).execution_options(**quiet))
    lines = update(ReviewScoreRow).where(ReviewScoreRow.review_id.in_(ids)).values(note=None)
    await session.execute(lines.execution_options(**quiet))
