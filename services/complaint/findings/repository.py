"""Every SQL statement of the findings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    distinct,
    false,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow
from services.complaint.findings.errors import FindingNotFoundError, MeasureNotFoundError
from services.complaint.findings.models import (
    FindingActRow,
    FindingRow,
    MeasureRow,
    RepeatedConsequenceRow,
    ResponsibilityRow,
)
from services.complaint.findings.rules import VISIBLE_TO_NAMED, Act
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

CASE_SCOPE = ScopeColumns(
    company=ComplaintRow.company,
    owners=(ComplaintRow.owner_id, ComplaintRow.first_responsible_id),
    team=ComplaintRow.team,
    department=ComplaintRow.department,
    posts=ComplaintRow.reader_posts,
)
MEASURE_SCOPE = ScopeColumns(
    company=MeasureRow.company, owners=(MeasureRow.owner_id,), team=MeasureRow.team, department=MeasureRow.department
)


def _uuids(values: Iterable[UUID]) -> ColumnElement[Any]:
    return bindparam(None, list(values), type_=ARRAY(Uuid), unique=True)


def _named(scope: RowScope) -> ColumnElement[bool]:
    """Whoever a confirmed finding holds responsible may read it, the department's by its people in charge."""
    parts: list[ColumnElement[bool]] = [FindingRow.person_ids.op("&&")(_uuids(scope.staff_ids))]
    if scope.level >= ScopeLevel.DEPARTMENT and scope.departments:
        parts.append(FindingRow.department.in_(scope.departments))
    return and_(
        FindingRow.company.in_(scope.companies), FindingRow.state.in_(sorted(VISIBLE_TO_NAMED)), or_(false(), *parts)
    )


def _readable(scope: RowScope) -> Select[FindingRow]:
    return (
        select(FindingRow)
        .join(ComplaintRow, ComplaintRow.id == FindingRow.complaint_id)
        .where(or_(scope.clause(CASE_SCOPE), _named(scope)))
    )


async def case(session: AsyncSession, complaint_id: UUID, *, lock: bool = False) -> ComplaintRow:
    """The case; whether the caller may touch it was judged before."""
    statement = select(ComplaintRow).where(ComplaintRow.id == complaint_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one()


async def case_in(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> ComplaintRow | None:
    """The case if it lies in the scope."""
    statement = select(ComplaintRow).where(ComplaintRow.id == complaint_id, scope.clause(CASE_SCOPE))
    return (await session.execute(statement)).scalar_one_or_none()


async def of_case(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> Sequence[FindingRow]:
    """The findings of a case that the scope may read, oldest cycle first."""
    statement = _readable(scope).where(FindingRow.complaint_id == complaint_id).order_by(FindingRow.cycle)
    return (await session.execute(statement)).scalars().all()


async def one(session: AsyncSession, complaint_id: UUID, scope: RowScope, *, cycle: int | None = None) -> FindingRow:
    """The newest finding of a case, or that of a cycle.  Raises: FindingNotFoundError."""
    found = [row for row in await of_case(session, complaint_id, scope) if cycle in {None, row.cycle}]
    if not found:
        raise FindingNotFoundError
    return found[-1]


async def lock(session: AsyncSession, finding_id: UUID) -> FindingRow:
    """The finding, locked, as it is now."""
    statement = (
        select(FindingRow)
        .where(FindingRow.id == finding_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalar_one()


async def exists(session: AsyncSession, complaint_id: UUID, cycle: int) -> bool:
    """Whether the cycle has a finding."""
    statement = select(FindingRow.id).where(FindingRow.complaint_id == complaint_id, FindingRow.cycle == cycle)
    return (await session.execute(statement)).first() is not None


async def acts(session: AsyncSession, finding_ids: Iterable[UUID]) -> Sequence[FindingActRow]:
    """What was done to findings, oldest first."""
    statement = (
        select(FindingActRow)
        .where(FindingActRow.finding_id.in_(list(finding_ids)))
        .order_by(FindingActRow.at, FindingActRow.id)
    )
    return (await session.execute(statement)).scalars().all()


async def actors(session: AsyncSession, finding_id: UUID, done: Iterable[Act]) -> frozenset[UUID]:
    """Who did any of these to the finding so far."""
    statement = (
        select(FindingActRow.actor_id)
        .where(FindingActRow.finding_id == finding_id, FindingActRow.act.in_(sorted(done)))
        .distinct()
    )
    return frozenset((await session.execute(statement)).scalars())


async def measures(session: AsyncSession, finding_ids: Iterable[UUID]) -> Sequence[MeasureRow]:
    """The measures of findings, oldest first."""
    statement = select(MeasureRow).where(MeasureRow.finding_id.in_(list(finding_ids))).order_by(MeasureRow.id)
    return (await session.execute(statement)).scalars().all()


async def measure(
    session: AsyncSession, complaint_id: UUID, measure_id: UUID, scope: RowScope, *, lock: bool = False
) -> MeasureRow:
    """One measure that the scope may touch, by itself or by its case.  Raises: MeasureNotFoundError."""
    statement = (
        select(MeasureRow)
        .join(ComplaintRow, ComplaintRow.id == MeasureRow.complaint_id)
        .where(
            MeasureRow.id == measure_id,
            MeasureRow.complaint_id == complaint_id,
            or_(scope.clause(MEASURE_SCOPE), scope.clause(CASE_SCOPE)),
        )
    )
    if lock:
        statement = statement.with_for_update(of=MeasureRow).execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise MeasureNotFoundError
    return row


async def deadlines(session: AsyncSession, subject_ids: Iterable[UUID]) -> dict[UUID, datetime | None]:
    """The deadline of each subject's newest clock."""
    statement = text(
        "select distinct on (subject_id) subject_id, deadline_at from clocks where subject_id = any(:ids)"
        " order by subject_id, started_at desc, id desc"
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
    rows = await session.execute(statement, {"ids": list(subject_ids)})
    return {row.subject_id: row.deadline_at for row in rows}


async def own_files(session: AsyncSession, company: str, actor: str, file_ids: Sequence[UUID]) -> bool:
    """Whether the person uploaded every one of the files."""
    statement = text(
        "select count(*) from stored_files where company = :company and created_by = :actor and id = any(:ids)"
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
    found = await session.scalar(statement, {"company": company, "actor": actor, "ids": list(file_ids)})
    return bool(found == len(set(file_ids)))


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether a finding or a measure that the scope may read names the file."""
    wanted = _uuids([file_id])
    finding = _readable(scope).where(FindingRow.attachment_ids.op("@>")(wanted)).limit(1)
    if (await session.execute(finding)).first() is not None:
        return True
    proof = (
        select(MeasureRow.id)
        .join(ComplaintRow, ComplaintRow.id == MeasureRow.complaint_id)
        .where(MeasureRow.proof_ids.op("@>")(wanted), or_(scope.clause(MEASURE_SCOPE), scope.clause(CASE_SCOPE)))
        .limit(1)
    )
    return (await session.execute(proof)).first() is not None


async def lock_person(session: AsyncSession, company: str, person_id: UUID) -> None:
    """One transaction at a time counts a person."""
    await one_at_a_time(session, f"{company}/{person_id}")


async def responsibilities(session: AsyncSession, finding_id: UUID) -> dict[UUID, ResponsibilityRow]:
    """Who is or was named by a finding, by person."""
    statement = select(ResponsibilityRow).where(ResponsibilityRow.finding_id == finding_id)
    return {row.person_id: row for row in (await session.execute(statement)).scalars()}


async def count(
    session: AsyncSession,
    company: str,
    person_id: UUID,
    standings: Sequence[str],
    *,
    year: int | None,
    since: datetime | None,
    until: datetime | None,
) -> int:
    """Complaints that count against a person, in a calendar year or a span."""
    statement = select(func.count(distinct(ResponsibilityRow.complaint_id))).where(
        ResponsibilityRow.company == company,
        ResponsibilityRow.person_id == person_id,
        ResponsibilityRow.standing.in_(list(standings)),
    )
    if year is not None:
        statement = statement.where(ResponsibilityRow.year == year)
    if since is not None and until is not None:
        statement = statement.where(ResponsibilityRow.complained_at > since, ResponsibilityRow.complained_at <= until)
    return await session.scalar(statement) or 0


async def proposals(session: AsyncSession, company: str, person_id: UUID) -> Sequence[RepeatedConsequenceRow]:
    """The proposals about a person that stand."""
    statement = select(RepeatedConsequenceRow).where(
        RepeatedConsequenceRow.company == company,
        RepeatedConsequenceRow.person_id == person_id,
        RepeatedConsequenceRow.state == "proposed",
    )
    return (await session.execute(statement)).scalars().all()


_COUNTERS = """
select r.person_id, r.year, count(distinct r.complaint_id) filter (where r.standing = 'counted') as counted,
       count(distinct r.complaint_id) filter (where r.standing = 'suspended') as suspended,
       coalesce((select jsonb_agg(p.rule order by p.rule) from repeated_consequences p
                 where p.company = r.company and p.person_id = r.person_id and p.year = r.year
                   and p.state = 'proposed'), '[]'::jsonb) as proposed
from finding_responsibilities r
where r.company = any(:companies) and r.year = :year
  and (cast(:person as uuid) is null or r.person_id = :person)
  and (cast(:after as uuid) is null or r.person_id > :after)
  and (:is_all or r.person_id = any(:people))
group by r.company, r.person_id, r.year order by r.person_id limit :limit
"""


async def counters(
    session: AsyncSession,
    companies: Sequence[str],
    people: Sequence[UUID] | None,
    *,
    year: int,
    person_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> Sequence[dict[str, object]]:
    """How often each person was held responsible in a year; `people` limits it to some."""
    statement = text(_COUNTERS).bindparams(
        bindparam("companies", type_=ARRAY(Text)),
        bindparam("people", type_=ARRAY(Uuid)),
        bindparam("person", type_=Uuid),
        bindparam("after", type_=Uuid),
    )
    arguments = {
        "companies": list(companies),
        "people": list(people or ()),
        "is_all": people is None,
        "year": year,
        "person": person_id,
        "after": after,
        "limit": limit,
    }
    return [dict(row) for row in (await session.execute(statement, arguments)).mappings()]
