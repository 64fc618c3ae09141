"""Rows of proposals: one, a page, all of a matter or a cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, cast, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.proposals.errors import ProposalNotFoundError
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.rules.states import ProposalState
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(
    company=ProposalRow.company,
    owners=(ProposalRow.raised_by,),
    team=ProposalRow.team,
    department=ProposalRow.department,
    posts=ProposalRow.posts,
)
_TAKEN = (ProposalState.DRAFTED.value, ProposalState.CONFIRMED.value)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees: the rows of a permission without those that name the person, or whom they stand in for."""

    scope: RowScope
    staff_ids: tuple[UUID, ...]

    @property
    def clause(self) -> ColumnElement[bool]:
        """The condition; a proposal that became a case is no secret to whom it names any more."""
        names = ProposalRow.named_ids.bool_op("&&")(cast(list(self.staff_ids), ARRAY(Uuid)))
        return and_(self.scope.clause(SCOPE), or_(ProposalRow.state == ProposalState.CONFIRMED.value, not_(names)))


async def serialise(session: AsyncSession, company: str, *names: str) -> None:
    """Hold matters or subjects until the transaction ends, in one order, before any of their rows is locked."""
    for name in sorted(set(names)):
        await one_at_a_time(session, f"incentive_proposal|{company}|{name}")


async def add(session: AsyncSession, row: ProposalRow) -> None:
    """Store a new one."""
    session.add(row)
    await session.flush()


async def get(session: AsyncSession, proposal_id: UUID, sight: Sight, *, lock: bool = False) -> ProposalRow:
    """One that is seen.  Raises: ProposalNotFoundError."""
    statement = select(ProposalRow).where(ProposalRow.id == proposal_id, sight.clause)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise ProposalNotFoundError("奖惩建议不存在，或不在可见范围内。")
    return row


async def find(session: AsyncSession, company: str, proposal_id: UUID) -> ProposalRow | None:
    """One of the company, for other features."""
    statement = select(ProposalRow).where(ProposalRow.id == proposal_id, ProposalRow.company == company)
    return (await session.execute(statement)).scalar_one_or_none()


async def on_matter(
    session: AsyncSession, company: str, matter_id: UUID, *, subject_type: str, subject: str, kind: str
) -> Sequence[ProposalRow]:
    """All of one matter, subject and kind, locked, oldest first."""
    statement = select(ProposalRow).where(
        ProposalRow.company == company,
        ProposalRow.matter_id == matter_id,
        ProposalRow.subject_type == subject_type,
        ProposalRow.subject == subject,
        ProposalRow.kind == kind,
    )
    return await _locked(session, statement)


async def of_cause(session: AsyncSession, company: str, cause_type: str, cause_id: UUID) -> Sequence[ProposalRow]:
    """All that one cause led to, locked, oldest first."""
    statement = select(ProposalRow).where(
        ProposalRow.company == company, ProposalRow.cause_type == cause_type, ProposalRow.cause_id == cause_id
    )
    return await _locked(session, statement)


async def matters_of_cause(session: AsyncSession, company: str, cause_type: str, cause_id: UUID) -> Sequence[UUID]:
    """The matters to which a cause belongs."""
    statement = (
        select(ProposalRow.matter_id)
        .where(ProposalRow.company == company, ProposalRow.cause_type == cause_type, ProposalRow.cause_id == cause_id)
        .distinct()
    )
    return (await session.scalars(statement)).all()


async def _locked(session: AsyncSession, statement: Select[ProposalRow]) -> Sequence[ProposalRow]:
    ordered = statement.order_by(ProposalRow.id).with_for_update()
    return (await session.scalars(ordered.execution_options(populate_existing=True))).all()


async def has_earlier(
    session: AsyncSession,
    company: str,
    subject: str,
    provisions: Sequence[str],
    *,
    since: datetime,
    until: datetime,
    matter_id: UUID,
) -> bool:
    """Whether the subject had a minor matter in the span, another than this one, that was not refuted."""
    statement = (
        select(ProposalRow.id)
        .where(
            ProposalRow.company == company,
            ProposalRow.subject == subject,
            ProposalRow.happened_at >= since,
            ProposalRow.happened_at < until,
            ProposalRow.provision.in_(list(provisions)),
            ProposalRow.state.in_(_TAKEN),
            ProposalRow.overturned_at.is_(None),
            ProposalRow.matter_id != matter_id,
        )
        .limit(1)
    )
    return (await session.execute(statement)).first() is not None


async def page(
    session: AsyncSession,
    sight: Sight,
    equal: Mapping[str, object],
    *,
    since: datetime | None,
    until: datetime | None,
    before: UUID | None,
    limit: int,
) -> Sequence[ProposalRow]:
    """Newest first; `equal` holds columns and the values that they must have, the span is that of drafting."""
    statement = select(ProposalRow).where(sight.clause)
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(getattr(ProposalRow, column) == value)
    if since is not None:
        statement = statement.where(ProposalRow.drafted_at >= since)
    if until is not None:
        statement = statement.where(ProposalRow.drafted_at < until)
    if before is not None:
        statement = statement.where(ProposalRow.id < before)
    return (await session.scalars(statement.order_by(ProposalRow.id.desc()).limit(limit))).all()


async def names_file(session: AsyncSession, sight: Sight, file_id: UUID) -> bool:
    """Whether a proposal that is seen rests on the file."""
    named = ProposalRow.file_ids.bool_op("@>")(cast([file_id], ARRAY(Uuid)))
    return (await session.execute(select(ProposalRow.id).where(sight.clause, named).limit(1))).first() is not None
