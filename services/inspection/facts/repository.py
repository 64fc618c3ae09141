"""Every SQL statement of facts and samples."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts.errors import SampleNotFoundError
from services.inspection.facts.models import FactRow, SampleMemberRow, SampleRow
from services.inspection.facts.rules import FactKind, Frame
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(
    company=SampleRow.company,
    owners=(SampleRow.drawn_by,),
    team=SampleRow.team,
    department=SampleRow.department,
)
_KEPT = {"id", "company", "kind", "subject_id", "happened_at"}
"""Never overwritten; `happened_at` is the earliest said."""


async def learn(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Store a fact, or what a newer version of its aggregate says; an older one only tells when it began."""
    statement = insert(FactRow).values(**values)
    said = statement.excluded
    is_newer = said.version >= FactRow.version
    changes: dict[str, Any] = {
        name: case((is_newer, getattr(said, name)), else_=getattr(FactRow, name)) for name in values.keys() - _KEPT
    }
    changes["happened_at"] = func.least(said.happened_at, FactRow.happened_at)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["company", "kind", "subject_id"], set_=changes)
    )


async def mark(session: AsyncSession, company: str, kind: FactKind, subject_id: UUID, **values: object) -> None:
    """Write on a fact what another one said of it, if it is known."""
    one = (FactRow.company == company, FactRow.kind == kind.value, FactRow.subject_id == subject_id)
    await session.execute(update(FactRow).where(*one).values(**values))


def _within(company: str, frame: Frame) -> list[ColumnElement[bool]]:
    found = [
        FactRow.company == company,
        FactRow.kind == frame.kind.value,
        FactRow.happened_at >= frame.since,
        FactRow.happened_at < frame.until,
        FactRow.is_void.is_(False),
    ]
    places = ((FactRow.department, frame.department), (FactRow.team, frame.team), (FactRow.category, frame.category))
    return found + [column == value for column, value in places if value is not None]


async def population(session: AsyncSession, company: str, frame: Frame) -> int:
    """How many subjects the frame has."""
    statement = select(func.count()).select_from(FactRow).where(*_within(company, frame))
    return (await session.scalar(statement)) or 0


async def first_of(
    session: AsyncSession, company: str, frame: Frame, *, seed: str, size: int
) -> Sequence[Row[UUID, str | None, UUID | None]]:
    """The first `size` subjects in the order of their lots (rules.lot), each with number and whose work it is."""
    prefix = literal(f"{seed}\n{frame.name(company)}\n".encode())
    lots = func.sha256(prefix.op("||")(func.uuid_send(FactRow.subject_id)))
    statement = (
        select(FactRow.subject_id, FactRow.number, FactRow.staff_id)
        .where(*_within(company, frame))
        .order_by(lots)
        .limit(size)
    )
    return (await session.execute(statement)).all()


async def add(session: AsyncSession, sample: SampleRow, members: Sequence[SampleMemberRow]) -> None:
    """Store a sample."""
    session.add(sample)
    await session.flush()
    session.add_all(members)
    await session.flush()


async def get(session: AsyncSession, sample_id: UUID, scope: RowScope) -> SampleRow:
    """One of the scope.  Raises: SampleNotFoundError."""
    row = (
        await session.execute(select(SampleRow).where(SampleRow.id == sample_id, scope.clause(SCOPE)))
    ).scalar_one_or_none()
    if row is None:
        raise SampleNotFoundError
    return row


async def members(session: AsyncSession, sample_id: UUID) -> Sequence[SampleMemberRow]:
    """In their order."""
    statement = select(SampleMemberRow).where(SampleMemberRow.sample_id == sample_id)
    return (await session.scalars(statement.order_by(SampleMemberRow.position))).all()


_MONTH = text(
    "select kind, coalesce(category, '') as category, count(*) as seen, sum(amount) as amount,"
    " count(*) filter (where ended_at is not null) as ended,"
    " count(*) filter (where is_late) as late,"
    " count(*) filter (where is_satisfied) as satisfied,"
    " count(*) filter (where not is_satisfied) as unsatisfied"
    " from facts where company = :company and department = :department and not is_void"
    " and kind = any(:kinds) and happened_at >= :since and happened_at < :until"
    " group by 1, 2 order by 1, 2"
)


async def counts(
    session: AsyncSession, company: str, department: str, since: datetime, until: datetime
) -> Sequence[Mapping[str, Any]]:
    """What a department's facts of a period come to, by kind and category."""
    values = {"company": company, "department": department, "since": since, "until": until}
    found = await session.execute(_MONTH, {**values, "kinds": [kind.value for kind in FactKind]})
    return [dict(row) for row in found.mappings()]
