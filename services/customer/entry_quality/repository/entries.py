"""Who entered what when: the sources of entries, laid before their author or drawn for the team leader."""

# ruff: noqa: S608  # every part is a constant of these modules
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality.repository.detectors import staff
from services.customer.entry_quality.rules.periods import Span, first_id


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of entry: its rows of a span, by author."""

    select: str
    """subject_id, customer_id, operator_id, entered_at, missing of every entry of the span."""
    concern: str


def _missing(alias: str, *fields: str) -> str:
    parts = ", ".join(f"case when {alias}.{name} is null then '{name}' end" for name in fields)
    return f"array_remove(array[{parts}]::text[], null)"


_CUSTOMER_MISSING = (
    "array_remove(array[case when c.name is null then 'name' end, case when not exists (select from premises p"
    " where p.customer_id = c.id) then 'premises' end, case when not exists (select from phones f where"
    " f.customer_id = c.id and f.state = 'active') then 'phone' end]::text[], null)"
)

SOURCES: Mapping[str, Source] = {
    "contact": Source(
        "select d.id as subject_id, d.customer_id, d.staff_id as operator_id, d.created_at as entered_at,"
        f" {_missing('d', 'topic', 'summary')} as missing from contacts d where d.company = :company"
        " and d.id > :floor and d.created_at >= :from_at and d.created_at < :until_at",
        concern="call_record",
    ),
    "customer": Source(
        f"select c.id as subject_id, c.id as customer_id, {staff('d.actor')} as operator_id,"
        f" max(d.at) as entered_at, {_CUSTOMER_MISSING} as missing"
        " from customer_changes d join customers c on c.id = d.customer_id where d.company = :company"
        " and d.at >= :from_at and d.at < :until_at and d.at <> c.registered_at group by c.id, d.actor",
        concern="base_data",
    ),
    "registration": Source(
        f"select c.id as subject_id, c.id as customer_id, {staff('c.registered_by')} as operator_id,"
        f" c.registered_at as entered_at, {_CUSTOMER_MISSING} as missing from customers c where c.company = :company"
        " and c.id > :floor and c.registered_at >= :from_at and c.registered_at < :until_at",
        concern="base_data",
    ),
    "order": Source(
        f"select d.id as subject_id, d.customer_id, {staff('d.opened_by')} as operator_id,"
        f" d.created_at as entered_at, {_missing('d', 'customer_id', 'premises_id')} as missing from service_orders d"
        " where d.company = :company and d.id > :floor and d.created_at >= :from_at and d.created_at < :until_at",
        concern="request",
    ),
    "reading": Source(
        "select d.id as subject_id, d.customer_id, d.recorded_by as operator_id, d.recorded_at as entered_at,"
        " cast('{}' as text[]) as missing from meter_readings d where d.company = :company and d.id > :floor"
        " and d.recorded_at >= :from_at and d.recorded_at < :until_at",
        concern="usage",
    ),
    "card_sale": Source(
        "select d.id as subject_id, d.customer_id, d.sold_by as operator_id, d.recorded_at as entered_at,"
        " cast('{}' as text[]) as missing from card_sales d where d.company = :company"
        " and d.id > :floor and d.recorded_at >= :from_at and d.recorded_at < :until_at",
        concern="gas_bought",
    ),
}
"""Adding a source: its select here."""


def _union() -> str:
    parts = [
        f"select '{code}' as subject_type, '{one.concern}' as concern, q.* from ({one.select}) q"
        for code, one in SOURCES.items()
    ]
    return " union all ".join(parts)


_SPAN = (bindparam("company", type_=Text), bindparam("floor", type_=Uuid))


@cache
def _operators() -> TextClause:
    return text(f"""
        select e.operator_id, s.team, s.department, s.posts, count(*) as entries
        from ({_union()}) e join staff s on s.id = e.operator_id and s.company = :company
        where e.operator_id > :after and s.state <> 'left' and s.posts && :made_by
        group by e.operator_id, s.team, s.department, s.posts order by e.operator_id limit :size
    """).bindparams(*_SPAN, bindparam("after", type_=Uuid), bindparam("made_by", type_=ARRAY(Text)))


@cache
def _of_operator() -> TextClause:
    return text(f"""
        insert into entry_check_lines (id, company, check_id, subject_type, subject_id, customer_id, concern,
          operator_id, entered_at, missing, state)
        select uuidv7(), :company, :check_id, e.subject_type, e.subject_id, e.customer_id, e.concern, e.operator_id,
          e.entered_at, e.missing, 'open'
        from ({_union()}) e where e.operator_id = :operator_id order by e.entered_at
        on conflict do nothing
    """).bindparams(*_SPAN, bindparam("check_id", type_=Uuid), bindparam("operator_id", type_=Uuid))


@cache
def _teams() -> TextClause:
    return text(f"""
        select s.team, min(s.department) as department, count(*) as entries
        from ({_union()}) e join staff s on s.id = e.operator_id and s.company = :company
        where s.team is not null and s.team > :after
        group by s.team order by s.team limit :size
    """).bindparams(*_SPAN)


@cache
def _drawn() -> TextClause:
    return text(f"""
        insert into entry_check_lines (id, company, check_id, subject_type, subject_id, customer_id, concern,
          operator_id, entered_at, missing, state)
        select uuidv7(), :company, :check_id, e.subject_type, e.subject_id, e.customer_id, e.concern, e.operator_id,
          e.entered_at, e.missing, 'open'
        from (select u.* from ({_union()}) u join staff s on s.id = u.operator_id and s.company = :company
              where s.team = :team
              order by sha256(convert_to(:seed || ':' || u.subject_id, 'UTF8')), u.subject_type limit :drawn) e
        on conflict do nothing
    """).bindparams(*_SPAN, bindparam("check_id", type_=Uuid), bindparam("seed", type_=Text))


@cache
def _counted() -> TextClause:
    return text(f"select e.operator_id, count(*) as entries from ({_union()}) e group by e.operator_id").bindparams(
        *_SPAN
    )


def _values(company: str, span: Span) -> dict[str, Any]:
    return {"company": company, "from_at": span.from_at, "until_at": span.until_at, "floor": first_id(span.from_at)}


async def operators(
    session: AsyncSession, company: str, span: Span, *, made_by: list[str], after: UUID, size: int
) -> list[Mapping[Any, Any]]:
    """Whoever holds one of the posts and entered something in the span, by id."""
    values = _values(company, span) | {"after": after, "size": size, "made_by": made_by}
    return list((await session.execute(_operators(), values)).mappings())


async def teams(session: AsyncSession, company: str, span: Span, *, after: str, size: int) -> list[Mapping[Any, Any]]:
    """Teams whose people entered something in the span, by code, with how much."""
    values = _values(company, span) | {"after": after, "size": size}
    return list((await session.execute(_teams(), values)).mappings())


async def lay_out(session: AsyncSession, company: str, span: Span, check_id: UUID, operator_id: UUID) -> int:
    """Every entry of one operator becomes a line of the check; answers how many."""
    values = _values(company, span) | {"check_id": check_id, "operator_id": operator_id}
    done: Any = await session.execute(_of_operator(), values)
    return int(done.rowcount)


async def draw(
    session: AsyncSession, company: str, span: Span, check_id: UUID, *, team: str, seed: str, size: int
) -> int:
    """The seed's draw from the team's entries becomes lines of the check; answers how many."""
    values = _values(company, span) | {"check_id": check_id, "team": team, "seed": seed, "drawn": size}
    done: Any = await session.execute(_drawn(), values)
    return int(done.rowcount)


async def counted(session: AsyncSession, company: str, span: Span) -> dict[UUID | None, int]:
    """How much each person entered in the span: the denominator of the frequency."""
    rows = await session.execute(_counted(), _values(company, span))
    return {row.operator_id: row.entries for row in rows}


_AUTHORS: Mapping[str, str] = {
    "customer": f"""
        select d.id, d.id as customer_id, cast(null as uuid) as order_id,
          {staff("coalesce(w.actor, d.registered_by)")} as operator_id,
          coalesce(w.at, d.registered_at) as entered_at, cast(null as uuid) as matter_id
        from customers d left join lateral (select w.actor, w.at from customer_changes w where w.company = d.company
          and w.customer_id = d.id and (cast(:field as text) is null or w.field = :field) and w.at < :before
          and w.actor is distinct from :asker order by w.id desc limit 1) w on true
        where d.company = :company and d.id = :id""",
    "contact": """
        select d.id, d.customer_id, cast(null as uuid) as order_id, d.staff_id as operator_id,
          d.created_at as entered_at, d.matter_id
        from contacts d where d.company = :company and d.id = :id""",
    "order": f"""
        select d.id, d.customer_id, d.id as order_id, {staff("d.opened_by")} as operator_id,
          d.created_at as entered_at, d.matter_id
        from service_orders d where d.company = :company and d.id = :id""",
    "meter": f"""
        select d.id, d.customer_id, cast(null as uuid) as order_id, {staff("d.created_by")} as operator_id,
          d.created_at as entered_at, cast(null as uuid) as matter_id
        from meters d where d.company = :company and d.id = :id""",
    "reading": """
        select d.id, d.customer_id, d.order_id, d.recorded_by as operator_id, d.recorded_at as entered_at,
          cast(null as uuid) as matter_id
        from meter_readings d where d.company = :company and d.id = :id""",
    "card_sale": """
        select d.id, d.customer_id, d.order_id, d.sold_by as operator_id, d.recorded_at as entered_at,
          cast(null as uuid) as matter_id
        from card_sales d where d.company = :company and d.id = :id""",
}
"""Subject of a check by hand to the statement that finds its author."""
SUBJECTS = tuple(_AUTHORS)


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry and whose it is."""

    id: UUID
    customer_id: UUID | None
    order_id: UUID | None
    operator_id: UUID | None
    entered_at: datetime
    matter_id: UUID | None


async def entry_of(
    session: AsyncSession,
    company: str,
    subject_type: str,
    subject_id: UUID,
    *,
    field: str | None,
    before: datetime,
    asker: str,
) -> Entered | None:
    """The entry that a person means and its author; of a field its last writer but the asker."""
    statement = text(_AUTHORS[subject_type]).bindparams(bindparam("id", type_=Uuid))
    values = {"company": company, "id": subject_id}
    if subject_type == "customer":
        values |= {"field": field, "before": before, "asker": asker}
    row = (await session.execute(statement, values)).mappings().one_or_none()
    return Entered(**row) if row else None
