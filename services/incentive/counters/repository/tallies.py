"""Rows of tallies and of what counts in them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.counters.models import CountedRow, HeardCauseRow, TallyRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=TallyRow.company,
    owners=(TallyRow.staff_id,),
    team=TallyRow.team,
    department=TallyRow.department,
)
Key = tuple[str, str, str, int]
"""Counter, subject type, subject, year."""


async def is_news(
    session: AsyncSession, company: str, cause_type: str, cause_id: UUID, version: int, now: datetime
) -> bool:
    """Whether the fact is newer than all heard of the cause; holds the cause until the transaction ends."""
    new = insert(HeardCauseRow).values(
        company=company, cause_type=cause_type, cause_id=cause_id, version=version, heard_at=now
    )
    statement = new.on_conflict_do_update(
        index_elements=["company", "cause_type", "cause_id"],
        set_={"version": new.excluded.version, "heard_at": new.excluded.heard_at},
        where=HeardCauseRow.version < new.excluded.version,
    ).returning(HeardCauseRow.version)
    return (await session.execute(statement)).first() is not None


async def of_cause(session: AsyncSession, company: str, cause_type: str, cause_id: UUID) -> Sequence[CountedRow]:
    """Where the cause counts or counted; the cause is held."""
    statement = select(CountedRow).where(
        CountedRow.company == company, CountedRow.cause_type == cause_type, CountedRow.cause_id == cause_id
    )
    return (await session.scalars(statement.execution_options(populate_existing=True))).all()


async def ensure(session: AsyncSession, rows: Iterable[Mapping[str, object]]) -> None:
    """Make tallies that are not there yet, in one order."""
    for row in rows:
        await session.execute(insert(TallyRow).values(**row).on_conflict_do_nothing())


async def locked(session: AsyncSession, company: str, keys: Iterable[Key]) -> dict[Key, TallyRow]:
    """The tallies, held one after the other in the order of their keys."""
    found = {}
    for counter, subject_type, subject, year in sorted(set(keys)):
        statement = (
            select(TallyRow)
            .where(
                TallyRow.company == company,
                TallyRow.counter == counter,
                TallyRow.subject_type == subject_type,
                TallyRow.subject == subject,
                TallyRow.year == year,
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        found[counter, subject_type, subject, year] = (await session.execute(statement)).scalar_one()
    return found


async def keys_of(session: AsyncSession, tally_ids: Iterable[UUID]) -> dict[UUID, Key]:
    """The keys of tallies by id."""
    statement = select(TallyRow.id, TallyRow.counter, TallyRow.subject_type, TallyRow.subject, TallyRow.year).where(
        TallyRow.id.in_(list(tally_ids))
    )
    return {row.id: (row.counter, row.subject_type, row.subject, row.year) for row in await session.execute(statement)}


async def causes(session: AsyncSession, tally_ids: Iterable[UUID]) -> Sequence[CountedRow]:
    """Everything that counts or counted in the tallies, by time."""
    statement = select(CountedRow).where(CountedRow.tally_id.in_(list(tally_ids)))
    ordered = statement.order_by(CountedRow.happened_at, CountedRow.id)
    return (await session.scalars(ordered.execution_options(populate_existing=True))).all()


async def page(
    session: AsyncSession,
    scope: RowScope,
    equal: Mapping[str, object],
    *,
    years: Sequence[int],
    is_reached: bool | None,
    before: UUID | None,
    limit: int,
) -> Sequence[TallyRow]:
    """Newest first; `equal` holds columns and the values that they must have; no years: all."""
    statement = select(TallyRow).where(scope.clause(SCOPE))
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(TallyRow, column) == value)
    if years:
        statement = statement.where(TallyRow.year.in_(list(years)))
    if is_reached is not None:
        below = TallyRow.reached_at.is_(None)
        statement = statement.where(~below if is_reached else below)
    if before is not None:
        statement = statement.where(TallyRow.id < before)
    return (await session.scalars(statement.order_by(TallyRow.id.desc()).limit(limit))).all()
