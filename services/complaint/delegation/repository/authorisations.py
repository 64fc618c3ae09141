"""Authorisations: one, locked, a page, their steps and history."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, bindparam, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow, CustomerRow
from services.complaint.delegation.errors import AuthorisationNotFoundError
from services.complaint.delegation.models import (
    AUTHORISATION_NUMBERS,
    AuthorisationActRow,
    AuthorisationRow,
    AuthorisationStepRow,
    AuthorityAbuseRow,
)
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

SCOPE = ScopeColumns(
    company=AuthorisationRow.company,
    owners=(AuthorisationRow.requested_by, AuthorisationRow.liaison_owner_id),
    team=AuthorisationRow.team,
    department=AuthorisationRow.department,
    posts=AuthorisationRow.posts,
)
CASE_SCOPE = ScopeColumns(
    company=ComplaintRow.company,
    owners=(ComplaintRow.owner_id, ComplaintRow.first_responsible_id),
    team=ComplaintRow.team,
    department=ComplaintRow.department,
    posts=ComplaintRow.reader_posts,
)
_FILTERS: Mapping[str, Any] = {
    "authority": AuthorisationRow.authority,
    "category": AuthorisationRow.category,
    "state": AuthorisationRow.state,
    "customer_id": AuthorisationRow.customer_id,
    "complaint_id": AuthorisationRow.complaint_id,
    "order_id": AuthorisationRow.order_id,
    "requested_by": AuthorisationRow.requested_by,
    "department": AuthorisationRow.department,
    "ledger_month": AuthorisationRow.ledger_month,
    "is_drawn": AuthorisationRow.is_drawn,
    "number": AuthorisationRow.number,
}
"""What the list may be narrowed by; the names are the query parameters."""


async def get(
    session: AsyncSession, authorisation_id: UUID, scope: RowScope, *, or_acted: UUID | None = None
) -> AuthorisationRow:
    """One of the scope, or one on which a person acted.  Raises: AuthorisationNotFoundError."""
    within = scope.clause(SCOPE)
    if or_acted is not None:
        acted = select(AuthorisationActRow.id).where(
            AuthorisationActRow.authorisation_id == authorisation_id, AuthorisationActRow.actor_id == or_acted
        )
        within = or_(within, acted.exists())
    statement = select(AuthorisationRow).where(
        AuthorisationRow.id == authorisation_id, AuthorisationRow.company.in_(scope.companies), within
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise AuthorisationNotFoundError
    return row


async def find(session: AsyncSession, company: str, authorisation_id: UUID) -> AuthorisationRow | None:
    """One of a company, locked; None if there is none."""
    found: AuthorisationRow | None = await session.scalar(
        select(AuthorisationRow)
        .where(AuthorisationRow.id == authorisation_id, AuthorisationRow.company == company)
        .with_for_update()
    )
    return found


async def lock(session: AsyncSession, authorisation_id: UUID) -> AuthorisationRow:
    """The authorisation, locked, as it is now."""
    statement = select(AuthorisationRow).where(AuthorisationRow.id == authorisation_id).with_for_update()
    return (await session.execute(statement.execution_options(populate_existing=True))).scalar_one()


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, object], *, before: UUID | None, limit: int
) -> Sequence[AuthorisationRow]:
    """A page, newest first; empty values are ignored."""
    statement = select(AuthorisationRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(_FILTERS[name] == value)
    if before is not None:
        statement = statement.where(AuthorisationRow.id < before)
    return (await session.scalars(statement.order_by(AuthorisationRow.id.desc()).limit(limit))).all()


async def next_number(session: AsyncSession) -> int:
    """The next number of the sequence; a refused request leaves a gap."""
    return int(await session.scalar(select(AUTHORISATION_NUMBERS.next_value())) or 0)


async def steps(session: AsyncSession, ids: Iterable[UUID]) -> Sequence[AuthorisationStepRow]:
    """The steps of authorisations, in their order."""
    statement = select(AuthorisationStepRow).where(AuthorisationStepRow.authorisation_id.in_(list(ids)))
    return (await session.scalars(statement.order_by(AuthorisationStepRow.position))).all()


async def acts(session: AsyncSession, ids: Iterable[UUID]) -> Sequence[AuthorisationActRow]:
    """What was done to authorisations, oldest first."""
    statement = select(AuthorisationActRow).where(AuthorisationActRow.authorisation_id.in_(list(ids)))
    return (await session.scalars(statement.order_by(AuthorisationActRow.at, AuthorisationActRow.id))).all()


async def abuses(session: AsyncSession, ids: Iterable[UUID]) -> Sequence[AuthorityAbuseRow]:
    """Abuses reported of authorisations."""
    statement = select(AuthorityAbuseRow).where(AuthorityAbuseRow.authorisation_id.in_(list(ids)))
    return (await session.scalars(statement)).all()


async def case(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> ComplaintRow | None:
    """A complaint of the caller's scope."""
    statement = select(ComplaintRow).where(ComplaintRow.id == complaint_id, scope.clause(CASE_SCOPE))
    return (await session.execute(statement)).scalar_one_or_none()


_CANONICAL = text("select to_id from customer_aliases where from_id = :id and company = :company")


async def canonical_customer(session: AsyncSession, company: str, customer_id: UUID) -> UUID:
    """The customer into whom this one was merged, else itself."""
    seen = {customer_id}
    while True:
        found = await session.scalar(_CANONICAL, {"id": customer_id, "company": company})
        if found is None or found in seen:
            return customer_id
        customer_id = UUID(str(found))
        seen.add(customer_id)


async def customer(session: AsyncSession, customer_id: UUID) -> CustomerRow | None:
    """What is known of a customer."""
    return await session.get(CustomerRow, customer_id)


async def owned_files(session: AsyncSession, company: str, actor: str, file_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of the files the person uploaded."""
    statement = text(
        "select id from stored_files where company = :company and created_by = :actor and id = any(:ids)"
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
    found = await session.scalars(statement, {"company": company, "actor": actor, "ids": list(file_ids)})
    return frozenset(UUID(str(one)) for one in found)


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether an authorisation of the scope names the file."""
    wanted: ColumnElement[Any] = bindparam(None, [file_id], type_=ARRAY(Uuid))
    statement = select(AuthorisationRow.id).where(AuthorisationRow.attachment_ids.op("@>")(wanted), scope.clause(SCOPE))
    return (await session.execute(statement.limit(1))).first() is not None


_USAGE = text("""
select coalesce(sum(coalesce(executed_fen, amount_fen)) filter (where is_window), 0) as window_fen,
       coalesce(array_agg(id order by id) filter (where is_window), '{}') as window_ids,
       coalesce(sum(coalesce(executed_fen, amount_fen)) filter (where is_customer), 0) as customer_fen,
       coalesce(sum(coalesce(executed_fen, amount_fen)) filter (where is_person), 0) as person_fen
from (
  select a.id, a.amount_fen, a.executed_fen,
         a.authority = :authority and a.requested_at > :since
           and (a.customer_id = any(:customers) or a.matter_id = :matter) as is_window,
         a.customer_id = any(:customers) and a.requested_month = :month as is_customer,
         a.requested_by = :person and a.requested_month = :month as is_person
  from authorisations a
  where a.company = :company and a.state not in ('rejected', 'withdrawn') and a.amount_fen is not null
    and (a.customer_id = any(:customers) or a.matter_id = :matter
         or (a.requested_by = :person and a.requested_month = :month))
) counted
""").bindparams(bindparam("customers", type_=ARRAY(Uuid)))
_MERGED = text("select from_id from customer_aliases where to_id = :id and company = :company")


async def usage(
    session: AsyncSession,
    *,
    company: str,
    authority: str,
    customer_id: UUID | None,
    matter_id: UUID,
    person_id: UUID,
    month: str,
    since: datetime,
) -> tuple[int, tuple[UUID, ...], int, int]:
    """What was used: in the window with its ids, for the customer and by the person in the month."""
    values: dict[str, object] = {"company": company, "authority": authority, "matter": matter_id}
    values |= {"customers": await _same_customer(session, company, customer_id)}
    values |= {"person": person_id, "month": month, "since": since}
    row: Any = (await session.execute(_USAGE, values)).one()
    return int(row.window_fen), tuple(row.window_ids), int(row.customer_fen), int(row.person_fen)


async def _same_customer(session: AsyncSession, company: str, customer_id: UUID | None) -> list[UUID]:
    if customer_id is None:
        return []
    merged = await session.scalars(_MERGED, {"id": customer_id, "company": company})
    return [customer_id, *(UUID(str(one)) for one in merged)]


async def lock_limits(session: AsyncSession, keys: Iterable[str]) -> None:
    """Requests that count towards the same limits come one after another; locked in one order."""
    for key in sorted(set(keys)):
        await one_at_a_time(session, f"authority:{key}")
