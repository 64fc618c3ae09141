"""The ledger: months, lines, signatures, draws, and how approved and executed differ."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.delegation.models import AuthorityLedgerActRow, AuthorityLedgerRow
from services.complaint.delegation.rules.ledger import Difference
from shared.ids import derived_id, new_id

_CLOSE = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")
_ENTER = text("select pg_advisory_xact_lock_shared(hashtextextended(:key, 0))")


async def hold_open(session: AsyncSession, company: str) -> None:
    """No month is closed while this transaction enters a use."""
    await session.execute(_ENTER, {"key": f"authority-ledger:{company}"})


async def hold_closed(session: AsyncSession, company: str) -> None:
    """No use is entered while this transaction closes a month."""
    await session.execute(_CLOSE, {"key": f"authority-ledger:{company}"})


async def closed_months(session: AsyncSession, company: str, since: str) -> set[str]:
    """Months that take no entry any more."""
    statement = select(AuthorityLedgerRow.month).where(
        AuthorityLedgerRow.company == company, AuthorityLedgerRow.month >= since, AuthorityLedgerRow.state != "draft"
    )
    return set((await session.scalars(statement)).all())


_DRAFT = text(
    "insert into authority_ledgers (id, company, month, state, seed, drafted_at)"
    " values (:id, :company, :month, 'draft', :seed, :now) on conflict (company, month) do nothing"
)


def id_of(company: str, month: str) -> UUID:
    """A month has one id, whoever drafts it."""
    return derived_id("authority_ledger", company, month)


async def ensure(session: AsyncSession, company: str, month: str, *, seed: str, now: datetime) -> AuthorityLedgerRow:
    """The month, drafted when it is touched first."""
    values = {"id": id_of(company, month), "company": company, "month": month}
    await session.execute(_DRAFT, {**values, "seed": seed, "now": now})
    found = await one(session, (company,), month)
    if found is None:
        raise LookupError(month)
    return found


async def one(
    session: AsyncSession, companies: Sequence[str], month: str, *, lock: bool = False
) -> AuthorityLedgerRow | None:
    """A month."""
    statement = select(AuthorityLedgerRow).where(
        AuthorityLedgerRow.company.in_(list(companies)), AuthorityLedgerRow.month == month
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def acts(session: AsyncSession, ledger_id: UUID) -> Sequence[AuthorityLedgerActRow]:
    """Who signed and locked it, oldest first."""
    statement = select(AuthorityLedgerActRow).where(AuthorityLedgerActRow.ledger_id == ledger_id)
    return (await session.scalars(statement.order_by(AuthorityLedgerActRow.at, AuthorityLedgerActRow.id))).all()


_WITHIN = "(cast(:departments as text[]) is null or department = any(cast(:departments as text[])))"
LINE_COLUMNS = (
    "id, authorisation_id, number, occurred_at, recorded_at, occurred_month, is_late, customer_id, complaint_id,"
    " order_id, authority, item, conditions, handler_id, department, decided_post, approved_fen, executed_fen, result"
)
_LINES = text(
    f"select {LINE_COLUMNS} from authority_ledger_entries where company = :company and month = :month"  # noqa: S608
    " and (cast(:at as timestamptz) is null or (occurred_at, id) > (cast(:at as timestamptz), cast(:id as uuid)))"
    f" and {_WITHIN} order by occurred_at, id limit :limit"
)


async def lines(
    session: AsyncSession,
    company: str,
    month: str,
    *,
    departments: Sequence[str] | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Lines of a month in the order of what happened; of some departments only where these are given."""
    at, last = after or (None, None)
    values: dict[str, object] = {"company": company, "month": month, "at": at, "id": last, "limit": limit}
    values |= {"departments": None if departments is None else list(departments)}
    return (await session.execute(_LINES, values)).mappings().all()


_TOTALS = text(
    """
select count(*) as uses, count(*) filter (where is_late) as late_uses,
       coalesce(sum(approved_fen), 0) as approved_fen, coalesce(sum(executed_fen), 0) as executed_fen
from authority_ledger_entries where company = :company and month = :month and """
    + _WITHIN
)


async def totals(
    session: AsyncSession, company: str, month: str, departments: Sequence[str] | None = None
) -> dict[str, int]:
    """Uses and money of a month."""
    values = {"company": company, "month": month, "departments": None if departments is None else list(departments)}
    row = (await session.execute(_TOTALS, values)).mappings().one()
    return {name: int(value) for name, value in row.items()}


_DIFFERENCES: Mapping[Difference, Any] = {
    Difference.APPROVED_UNUSED: text(
        "select id, count(*) over () as n from authorisations where company = :company and state = 'approved'"
        " and approved_at < :until order by id limit :limit"
    ),
    Difference.AMOUNT_DIFFERS: text(
        "select authorisation_id as id, count(*) over () as n from authority_ledger_entries where company = :company"
        " and month = :month and executed_fen is distinct from approved_fen order by id limit :limit"
    ),
    Difference.OUTSTANDING: text(
        "select id, count(*) over () as n from authorisations where company = :company and ledger_month = :month"
        " and state = 'executed' order by id limit :limit"
    ),
    Difference.UNCHECKED: text(
        "select id, count(*) over () as n from authorisations where company = :company and ledger_month = :month"
        " and is_drawn and checked_at is null order by id limit :limit"
    ),
    Difference.ABUSED: text(
        "select id, count(*) over () as n from authorisations where company = :company and ledger_month = :month"
        " and is_abused order by id limit :limit"
    ),
}


async def differences(
    session: AsyncSession, company: str, month: str, *, until: datetime, limit: int = 50
) -> dict[Difference, tuple[int, list[UUID]]]:
    """How many of each kind, and the first of them."""
    values = {"company": company, "month": month, "until": until, "limit": limit}
    found = {}
    for kind, statement in _DIFFERENCES.items():
        used = {name: value for name, value in values.items() if f":{name}" in str(statement)}
        rows = (await session.execute(statement, used)).all()
        found[kind] = (int(rows[0].n) if rows else 0, [UUID(str(row.id)) for row in rows])
    return found


_COUNT = text(
    "insert into authority_draws as d (id, company, month, stratum, uses) values (:id, :company, :month, :stratum, 1)"
    " on conflict (company, month, stratum) do update set uses = d.uses + 1 returning uses"
)


async def count_use(session: AsyncSession, company: str, month: str, stratum: str) -> int:
    """The n of this use in its stratum; the row stays locked until the transaction ends."""
    values = {"id": new_id(), "company": company, "month": month, "stratum": stratum}
    return int((await session.execute(_COUNT, values)).scalar_one())


async def draws(session: AsyncSession, company: str, month: str) -> dict[str, int]:
    """How many uses each stratum had."""
    found = await session.execute(
        text("select stratum, uses from authority_draws where company = :company and month = :month order by stratum"),
        {"company": company, "month": month},
    )
    return {row.stratum: int(row.uses) for row in found}
