"""SQL of what sheets are made of: entries of the ledger, cases, people."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.assessments.rules.lines import Cause, Moved
from services.incentive.assessments.rules.sheets import SubjectType, Whose
from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.cases.rules.states import CaseState
from services.incentive.ledger.models import LedgerEntryRow, LedgerMonthRow
from services.incentive.ledger.rules import Side, Unit
from services.incentive.staff.models import StaffRow
from services.incentive.staff.rules import StaffState

Subject = tuple[str, str]
"""Type and key."""


async def moved(
    session: AsyncSession, company: str, month: str, subjects: Collection[Subject]
) -> dict[Subject, list[Moved]]:
    """Entries of the month on the subjects' own accounts, in their order."""
    row = LedgerEntryRow
    statement = select(row).where(
        row.company == company, row.month == month, tuple_(row.kind, row.subject).in_(list(subjects))
    )
    found: dict[Subject, list[Moved]] = {}
    for one in await session.scalars(statement.order_by(row.sequence)):
        amount = one.amount if one.side == Side.CREDIT else -one.amount
        is_reversal = one.reverses_id is not None
        entry = Moved(one.case_id, one.provision, Unit(one.unit), amount, one.of_month, is_reversal, one.posted_at)
        found.setdefault((one.kind, one.subject), []).append(entry)
    return found


async def causes(session: AsyncSession, company: str, case_ids: Collection[UUID]) -> dict[UUID, Cause]:
    """What is known of the cases."""
    row = IncentiveCaseRow
    statement = select(row).where(row.company == company, row.id.in_(list(case_ids)))
    return {
        one.id: Cause(
            number=one.number,
            kind=one.kind,
            source=one.source,
            proposal_id=one.proposal_id,
            cause_type=one.cause_type,
            cause_id=one.cause_id,
            matter_id=one.matter_id,
            happened_at=one.happened_at,
        )
        for one in await session.scalars(statement)
    }


async def in_effect(
    session: AsyncSession, company: str, period: str, *, provisions: Collection[str] | None = None
) -> Sequence[IncentiveCaseRow]:
    """Cases in effect that were decided in a month or a year."""
    row = IncentiveCaseRow
    statement = select(row).where(
        row.company == company, row.month.startswith(period), row.state == CaseState.EFFECTIVE.value
    )
    if provisions is not None:
        statement = statement.where(row.provision.in_(list(provisions)))
    return (await session.scalars(statement.order_by(row.id))).all()


async def case(session: AsyncSession, company: str, case_id: UUID) -> IncentiveCaseRow | None:
    """One, locked against its next step while what follows from it is written."""
    row = IncentiveCaseRow
    statement = select(row).where(row.company == company, row.id == case_id).with_for_update(read=True)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def people(session: AsyncSession, company: str, moved_in: str) -> list[Whose]:
    """Everybody who works there, and whoever left with entries in the month."""
    entry = LedgerEntryRow
    has_entries = (
        select(entry.id)
        .where(entry.company == company, entry.month == moved_in, entry.employee_id == StaffRow.id)
        .exists()
    )
    statement = select(StaffRow).where(
        StaffRow.company == company, or_(StaffRow.state != StaffState.LEFT.value, has_entries)
    )
    rows = await session.scalars(statement.order_by(StaffRow.login))
    return [Whose(SubjectType.EMPLOYEE, str(one.id), one.department, one.team) for one in rows]


async def names(session: AsyncSession, staff_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Names by staff id; they never leave for another company unmasked."""
    rows = await session.execute(select(StaffRow.id, StaffRow.name).where(StaffRow.id.in_(list(staff_ids))))
    return {row.id: row.name for row in rows}


async def person(session: AsyncSession, company: str, staff_id: UUID) -> StaffRow | None:
    """One of the company."""
    found: StaffRow | None = await session.scalar(
        select(StaffRow).where(and_(StaffRow.company == company, StaffRow.id == staff_id))
    )
    return found


async def month(session: AsyncSession, companies: Sequence[str], month_id: UUID) -> LedgerMonthRow | None:
    """A month of the ledger."""
    row = LedgerMonthRow
    found: LedgerMonthRow | None = await session.scalar(
        select(row).where(row.company.in_(list(companies)), row.id == month_id)
    )
    return found


async def year_sums(
    session: AsyncSession, company: str, year: str, subjects: Collection[Subject]
) -> dict[tuple[Subject, Unit], tuple[int, int]]:
    """Given and charged in a year, lines and their reversals of the same case netted, by subject and unit."""
    row = LedgerEntryRow
    signed = func.sum(row.amount).filter(row.side == Side.CREDIT.value)
    charged = func.sum(row.amount).filter(row.side == Side.DEBIT.value)
    statement = (
        select(row.kind, row.subject, row.unit, func.coalesce(signed, 0) - func.coalesce(charged, 0))
        .where(row.company == company, row.year == year, tuple_(row.kind, row.subject).in_(list(subjects)))
        .group_by(row.kind, row.subject, row.unit, row.case_id)
    )
    sums: dict[tuple[Subject, Unit], tuple[int, int]] = {}
    for kind, subject, unit, net in await session.execute(statement):
        key = ((kind, subject), Unit(unit))
        given, kept = sums.get(key, (0, 0))
        sums[key] = (given + max(int(net), 0), kept + max(-int(net), 0))
    return sums
