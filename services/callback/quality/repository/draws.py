"""Every SQL statement of the draw of reviews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.models import CallbackRow
from services.callback.quality.models import ReviewDrawRow, ReviewStratumRow

_LOCK = text("""
select id, name, seed, seen, drawn from review_strata
where company = :company and month = :month and caller_id = :caller_id and policy_version = :policy_version for update
""")
_BEAR = text("""
insert into review_strata (id, company, caller_id, month, policy_pack, policy_version, name, seed, numerator,
                           denominator, offset_numerator)
values (:id, :company, :caller_id, :month, :policy_pack, :policy_version, :name, :seed, :numerator, :denominator,
        :offset_numerator)
on conflict (company, month, caller_id, policy_version) do nothing
""")
_COUNT = text("""
update review_strata set seen = :position, drawn = drawn + cast(cast(:is_drawn as boolean) as integer) where id = :id
""")


@dataclass(frozen=True, slots=True)
class Stratum:
    """A caller's month, locked until the transaction ends."""

    id: UUID
    name: str
    seed: str
    seen: int
    drawn: int


async def unreviewed(session: AsyncSession, company: str, *, limit: int) -> Sequence[CallbackRow]:
    """Completed callbacks that have no number yet, oldest first, locked."""
    statement = (
        select(CallbackRow)
        .where(CallbackRow.company == company, CallbackRow.state == "done", CallbackRow.is_review_numbered.is_(False))
        .order_by(CallbackRow.completed_at, CallbackRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()


async def locked_stratum(session: AsyncSession, values: Mapping[str, Any]) -> Stratum:
    """The caller's month, born with its first call, and locked: calls are numbered one after the other."""
    found = (await session.execute(_LOCK, dict(values))).mappings().first()
    if found is None:
        await session.execute(_BEAR, {**values, "offset_numerator": Decimal(values["offset_numerator"])})
        found = (await session.execute(_LOCK, dict(values))).mappings().one()
    return Stratum(found["id"], found["name"], found["seed"], found["seen"], found["drawn"])


async def number(session: AsyncSession, row: ReviewDrawRow) -> None:
    """Give a call its number."""
    session.add(row)
    await session.flush()
    values = {"id": row.stratum_id, "position": row.position, "is_drawn": row.is_drawn}
    await session.execute(_COUNT, values)


async def strata(
    session: AsyncSession, companies: Sequence[str], *, month: str, caller_id: UUID | None
) -> Sequence[ReviewStratumRow]:
    """The callers' strata of a month, by name."""
    statement = select(ReviewStratumRow).where(
        ReviewStratumRow.company.in_(list(companies)), ReviewStratumRow.month == month
    )
    if caller_id is not None:
        statement = statement.where(ReviewStratumRow.caller_id == caller_id)
    return (await session.scalars(statement.order_by(ReviewStratumRow.name).limit(500))).all()


async def draws(
    session: AsyncSession, companies: Sequence[str], stratum_id: UUID, *, after: int, limit: int
) -> Sequence[ReviewDrawRow]:
    """The calls of one stratum in the order of their numbers."""
    statement = select(ReviewDrawRow).where(
        ReviewDrawRow.stratum_id == stratum_id,
        ReviewDrawRow.company.in_(list(companies)),
        ReviewDrawRow.position > after,
    )
    return (await session.scalars(statement.order_by(ReviewDrawRow.position).limit(limit))).all()
