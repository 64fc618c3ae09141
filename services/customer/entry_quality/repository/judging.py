"""One rule of the pack as one statement: a chunk is looked through, what is wrong is stored, each error once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

from sqlalchemy import ARRAY, TextClause, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Integer, Numeric, Text

from services.customer.entry_quality.repository.detectors import LOOKS, Look
from services.customer.entry_quality.rules.periods import Span, first_id
from services.customer.policy_quality import Detector

_NIL = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One rule, and what its errors say of themselves."""

    rule: str
    detector: Detector
    check: str
    kind: str
    concern: str
    limit: Decimal | None
    works: tuple[str, ...]
    clause: str
    posts: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a chunk led to."""

    looked: int
    last_id: UUID | None
    found: int


_STATEMENT = """
with chunk as materialized (
  select d.id from {table} d where d.company = :company and d.id > :after{window} order by d.id limit :size
), found as (
  select {subject_id} as subject_id, {customer} as customer_id, {order} as order_id, {matter} as matter_id,
         {operator} as operator_id, {entered} as entered_at, {evidence} as evidence,
         {corrected_by} as corrected_by, {corrected_at} as corrected_at, uuidv7() as id
  from chunk join {table} d on d.id = chunk.id{joins}
  where {where}
), stored as (
  insert into entry_findings (id, company, rule, "check", kind, concern, subject_type, subject_id, customer_id,
    order_id, check_id, operator_id, team, department, posts, state, entered_at, found_at, found_month, evidence,
    corrected_by, corrected_at, clause, policy_version, matter_id)
  select f.id, :company, :rule, :check, :kind, :concern, '{subject}', f.subject_id, f.customer_id,
    f.order_id, :check_id, s.id, s.team, s.department, :posts,
    case when f.corrected_at is null then 'open' else 'corrected' end, f.entered_at, :now, :month, f.evidence,
    f.corrected_by, f.corrected_at, :clause, :version, coalesce(f.matter_id, f.id)
  from found f left join staff s on s.id = f.operator_id and s.company = :company
  where f.subject_id is not null and f.entered_at is not null
  on conflict do nothing
  returning 1
)
select (select count(*) from chunk) as looked, (select id from chunk order by id desc limit 1) as last_id,
       (select count(*) from stored) as found
"""


@cache
def _compiled(detector: Detector) -> TextClause:
    look = LOOKS[detector]
    window = f" and {look.moment} >= :from_at and {look.moment} < :until_at" if look.moment else ""
    sql = _STATEMENT.format(
        table=look.table,
        window=window,
        **{name: getattr(look, name) for name in _PARTS},
    )
    used = [_TYPES[name] for name in _TYPES if f":{name}" in sql]
    return text(sql).bindparams(*used)


_PARTS = (
    *("subject_id", "customer", "order", "matter", "operator", "entered", "evidence", "corrected_by", "corrected_at"),
    *("joins", "where", "subject"),
)
_TYPES = {
    "after": bindparam("after", type_=Uuid),
    "company": bindparam("company", type_=Text),
    "size": bindparam("size", type_=Integer),
    "rule": bindparam("rule", type_=Text),
    "check": bindparam("check", type_=Text),
    "kind": bindparam("kind", type_=Text),
    "concern": bindparam("concern", type_=Text),
    "check_id": bindparam("check_id", type_=Uuid),
    "posts": bindparam("posts", type_=ARRAY(Text)),
    "now": bindparam("now", type_=TIMESTAMP(timezone=True)),
    "month": bindparam("month", type_=Text),
    "clause": bindparam("clause", type_=Text),
    "version": bindparam("version", type_=Text),
    "from_at": bindparam("from_at", type_=TIMESTAMP(timezone=True)),
    "until_at": bindparam("until_at", type_=TIMESTAMP(timezone=True)),
    "limit": bindparam("limit", type_=Numeric),
    "works": bindparam("works", type_=ARRAY(Text)),
}


async def judge(
    session: AsyncSession,
    company: str,
    asked: Asked,
    span: Span,
    *,
    check_id: UUID,
    month: str,
    after: UUID | None,
    size: int,
    now: datetime,
) -> Chunk:
    """Look through the next `size` rows after `after`; what is found twice is one error."""
    look = LOOKS[asked.detector]
    values = {
        "company": company,
        "after": after or _floor(look, span),
        "size": size,
        "rule": asked.rule,
        "check": asked.check,
        "kind": asked.kind,
        "concern": asked.concern,
        "check_id": check_id,
        "posts": list(asked.posts),
        "now": now,
        "month": month,
        "clause": asked.clause,
        "version": asked.version,
        "from_at": span.from_at,
        "until_at": span.until_at,
        "limit": asked.limit,
        "works": list(asked.works),
    }
    statement = _compiled(asked.detector)
    row = (await session.execute(statement, {name: values[name] for name in statement.compile().params})).one()
    return Chunk(row.looked, row.last_id, row.found)


def _floor(look: Look, span: Span) -> UUID:
    return first_id(span.from_at) if look.is_born_then else _NIL
