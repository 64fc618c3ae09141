"""Recording a contact in one statement, and reading contacts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.access.scope import RowScope, ScopeNames
from shared.audit import trail
from shared.events import outbox
from shared.http.hot_tx import HotTx
from shared.http.idempotency_store import claim_cte

_COLUMNS = (
    "id, company, channel, direction, phone_cipher, phone_index, last4_index, line, staff_id, started_at, answered_at,"
    " ended_at, ring_seconds, outcome, topic, summary, recording, matter_id, created_at,"
    " rings, is_resolved, delivery"
)
_TYPED = (
    "id uuid, company text, channel text, direction text, phone_cipher text, phone_index text, last4_index text,"
    " line text, staff_id uuid, started_at timestamptz, answered_at timestamptz, ended_at timestamptz,"
    " ring_seconds integer, outcome text, topic text, summary text, recording text, matter_id uuid,"
    " created_at timestamptz, rings smallint, is_resolved boolean, delivery text"
)

_FACT = (
    "(select jsonb_agg(jsonb_set(fact, '{payload,customer_id}', coalesce(to_jsonb(made.customer_id), 'null')))"
    " from jsonb_array_elements($11::jsonb) as fact, made)"
)

_RECORD = f"""
with once as ({claim_cte(1)}),
given as (
  select n.* from jsonb_to_record($10::jsonb) as n ({_TYPED}, customer_id uuid) where exists (select 1 from once)
),
own as (
  select c.id from customers c, given where c.id = given.customer_id and c.company = given.company
),
heard as (
  select distinct f.customer_id from phones f, given
  where f.company = given.company and f.phone_index = given.phone_index and f.state = 'active' limit 20
),
made as (
  insert into contacts ({_COLUMNS}, customer_id, candidates)
  select {_COLUMNS},
    coalesce((select id from own), (select min(customer_id::text)::uuid from heard having count(*) = 1)),
    (select count(*) from heard)
  from given where given.customer_id is null or exists (select 1 from own)
  returning *
),
said as ({outbox.insert_from_json(_FACT, when="exists (select 1 from made)")}),
deed as ({trail.insert_from_json("$12::jsonb", when="exists (select 1 from made)")})
select * from made
"""  # noqa: S608

_SHOWN = "k.*"
_NAMES = ScopeNames(alias="k", company="company", owners=("staff_id",), team=None, department=None, posts=None)


async def record(
    hot: HotTx, once: Sequence[object], contact: dict[str, Any], fact: dict[str, object], deed: dict[str, object]
) -> Any:
    """Take the key, recognise the caller, store contact, fact and audit row; None if key or customer refused."""
    return await hot.fetchrow(_RECORD, *once, contact, [fact], [deed])


async def read(hot: HotTx, contact_id: UUID, scope: RowScope) -> Any:
    """One contact in scope, or None."""
    clause, arguments = scope.sql(_NAMES, 2)
    return await hot.fetchrow(f"select {_SHOWN} from contacts k where k.id = $1 and {clause}", contact_id, *arguments)  # noqa: S608


async def listed(
    hot: HotTx, scope: RowScope, *, customer_id: UUID | None, phones: Sequence[str], after: UUID | None, limit: int
) -> list[Any]:
    """Contacts in scope, newest first, of a customer or a telephone."""
    clause, arguments = scope.sql(_NAMES, 5)
    statement = (
        f"select {_SHOWN} from contacts k where {clause} and ($1::uuid is null or k.customer_id = $1)"  # noqa: S608
        " and ($2::text[] is null or k.phone_index = any($2)) and ($3::uuid is null or k.id < $3)"
        " order by k.id desc limit $4"
    )
    return await hot.fetch(statement, customer_id, list(phones) or None, after, limit, *arguments)
