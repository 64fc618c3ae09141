"""The two customers, by what they look alike, and pairs that a person should look at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.merging.errors import CandidateNotFoundError
from services.customer.merging.models import CandidateRow
from services.customer.merging.rules import CandidateState
from services.customer.registry.models import CustomerRow
from shared.ids import new_id

_LIKE = """
select array_remove(array[
  case when a.identity_index is not null and a.identity_index = b.identity_index
         and a.identity_kind = b.identity_kind then 'identity' end,
  case when a.name_key = b.name_key and exists (
    select from phones f join phones g on g.company = f.company and g.phone_index = f.phone_index
    where f.customer_id = a.id and g.customer_id = b.id and f.state = 'active' and g.state = 'active'
      and f.member_id is null and g.member_id is null) then 'phone_and_name' end,
  case when a.name_key = b.name_key and exists (
    select from premises p join premises q on q.address_key = p.address_key
    where p.customer_id = a.id and q.customer_id = b.id and p.state <> 'withdrawn' and q.state <> 'withdrawn')
    then 'address_and_name' end], null) as rules
"""

_ONE_PAIR = text(f"{_LIKE} from customers a, customers b where a.id = :first and b.id = :second")

_OF_ONE = text(f"""
with near as (
  select o.id from customers c join customers o on o.company = c.company and o.identity_index = c.identity_index
  where c.id = :id and c.identity_index is not null
  union
  select g.customer_id from phones f join phones g on g.company = f.company and g.phone_index = f.phone_index
  where f.customer_id = :id and f.state = 'active' and g.state = 'active'
  union
  select q.customer_id from premises p join premises q on q.company = p.company and q.address_key = p.address_key
  where p.customer_id = :id and p.state <> 'withdrawn' and q.state <> 'withdrawn'
), judged as (
  select b.id, like_.rules from customers a join near n on true join customers b on b.id = n.id
  cross join lateral ({_LIKE}) like_
  where a.id = :id and b.id <> a.id and b.standing not in ('merged', 'withdrawn') and b.erased_at is null
    and b.customer_class = a.customer_class and b.party = a.party
)
select id, rules from judged where cardinality(rules) > 0 order by id limit :limit
""")  # noqa: S608

_SEARCH = text(f"""
with stretch as (
  select * from customers where company = :company and id > :after order by id limit :chunk
), pairs as (
  select a.id as first_id, o.id as second_id from stretch a
  join customers o on o.company = a.company and o.id > a.id and o.identity_index = a.identity_index
  where a.identity_index is not null
  union
  select a.id, o.id from stretch a join phones f on f.customer_id = a.id and f.state = 'active' and f.member_id is null
  join phones g on g.company = f.company and g.phone_index = f.phone_index and g.customer_id > f.customer_id
  join customers o on o.id = g.customer_id and o.name_key = a.name_key
  union
  select a.id, o.id from stretch a join premises p on p.customer_id = a.id and p.state <> 'withdrawn'
  join premises q on q.company = p.company and q.address_key = p.address_key and q.state <> 'withdrawn'
    and q.customer_id > p.customer_id
  join customers o on o.id = q.customer_id and o.name_key = a.name_key
), judged as (
  select p.first_id, p.second_id, like_.rules from pairs p
  join customers a on a.id = p.first_id join customers b on b.id = p.second_id
  cross join lateral ({_LIKE}) like_
  where a.standing not in ('merged', 'withdrawn') and b.standing not in ('merged', 'withdrawn')
    and a.erased_at is null and b.erased_at is null and a.customer_class = b.customer_class and a.party = b.party
), kept as (
  insert into merge_candidates (id, company, first_id, second_id, rules, state, found_at)
  select gen_random_uuid(), :company, first_id, second_id, rules, 'open', :now from judged where cardinality(rules) > 0
  on conflict (company, first_id, second_id) do update
    set rules = excluded.rules, version = merge_candidates.version + 1
    where merge_candidates.state = 'open' and merge_candidates.rules <> excluded.rules
  returning 1
)
select (select count(*) from stretch) as looked_at, (select count(*) from kept) as found,
  (select id from stretch order by id desc limit 1) as last_id
""")  # noqa: S608


async def lock_pair(session: AsyncSession, ids: Sequence[UUID], companies: Sequence[str]) -> dict[UUID, CustomerRow]:
    """Both customers, locked in the order of their ids, whatever their standing."""
    statement = select(CustomerRow).where(CustomerRow.id.in_(ids), CustomerRow.company.in_(companies))
    statement = statement.order_by(CustomerRow.id).with_for_update().execution_options(populate_existing=True)
    return {row.id: row for row in await session.scalars(statement)}


async def likeness(session: AsyncSession, first_id: UUID, second_id: UUID) -> list[str]:
    """By what two customers look like one."""
    return list((await session.execute(_ONE_PAIR, {"first": first_id, "second": second_id})).scalar_one())


async def like(session: AsyncSession, customer_id: UUID, limit: int) -> Sequence[Any]:
    """Customers that may be the same as this one, each with why."""
    return (await session.execute(_OF_ONE, {"id": customer_id, "limit": limit})).all()


async def exists(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> bool:
    """Whether there is such a customer."""
    statement = select(CustomerRow.id).where(CustomerRow.id == customer_id, CustomerRow.company.in_(companies))
    return (await session.scalars(statement)).first() is not None


async def search(session: AsyncSession, company: str, *, after: UUID, chunk: int, now: datetime) -> Any:
    """Look a stretch of the base through; answers how many were looked at, found, and the last id."""
    bound = {"company": company, "after": after, "chunk": chunk, "now": now}
    return (await session.execute(_SEARCH, bound)).one()


async def candidates(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    state: CandidateState | None,
    before: UUID | None,
    limit: int,
) -> Sequence[CandidateRow]:
    """Pairs, newest first."""
    statement = select(CandidateRow).where(CandidateRow.company.in_(companies))
    if state is not None:
        statement = statement.where(CandidateRow.state == state.value)
    if before is not None:
        statement = statement.where(CandidateRow.id < before)
    return (await session.scalars(statement.order_by(CandidateRow.id.desc()).limit(limit))).all()


async def candidate(
    session: AsyncSession, candidate_id: UUID, companies: Sequence[str], *, lock: bool = False
) -> CandidateRow:
    """One pair.  Raises: CandidateNotFoundError."""
    statement = select(CandidateRow).where(CandidateRow.id == candidate_id, CandidateRow.company.in_(companies))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(statement)).one_or_none()
    if row is None:
        raise CandidateNotFoundError("没有这对疑似重复")
    return row


async def settle_pair(
    session: AsyncSession,
    company: str,
    ids: Sequence[UUID],
    *,
    state: CandidateState,
    by: UUID,
    at: datetime,
    reason: str | None,
) -> None:
    """Write down what became of a pair; one that was never found is entered, so that it is not found again."""
    first, second = sorted(ids)
    where = (CandidateRow.company == company, CandidateRow.first_id == first, CandidateRow.second_id == second)
    changed = (
        update(CandidateRow)
        .where(*where)
        .values(state=state.value, decided_by=by, decided_at=at, reason=reason, version=CandidateRow.version + 1)
        .returning(CandidateRow.id)
    )
    if (await session.execute(changed)).first() is None and state is CandidateState.DISMISSED:
        session.add(
            CandidateRow(
                id=new_id(),
                company=company,
                first_id=first,
                second_id=second,
                rules=[],
                state=state.value,
                found_at=at,
                decided_by=by,
                decided_at=at,
                reason=reason,
                version=1,
            )
        )
        await session.flush()


async def read_pair(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, CustomerRow]:
    """Both customers as they stand, without a lock."""
    statement = select(CustomerRow).where(CustomerRow.id.in_(ids)).execution_options(populate_existing=True)
    return {row.id: row for row in await session.scalars(statement)}
