"""Yearly figures: the parts of an import, its refused cells, the rows of a year and the facts that come of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import ImportErrorRow, ImportPartRow
from services.customer.tiering.models import SalesYearRow
from shared.database.codecs import dumps

_STORE = text("""
with said as (
  select * from jsonb_to_recordset(cast(:rows as jsonb))
    as r(id uuid, line integer, number text, year smallint, sales_fen bigint, purchases integer, profit_fen bigint)
),
known as (
  select s.*, c.id as customer_id from said s
  left join customers c on c.company = :company and c.number = s.number
    and c.standing in ('active', 'suspended', 'closed')
),
earlier as (
  select k.line from known k join customer_years y
    on y.company = :company and y.year = k.year and y.customer_id = k.customer_id and y.import_id = :import_id
),
stored as (
  insert into customer_years (id, company, customer_id, year, sales_fen, purchases, profit_fen, import_id, imported_at)
  select k.id, :company, k.customer_id, k.year, k.sales_fen, k.purchases, k.profit_fen, :import_id, :now
  from known k where k.customer_id is not null and k.line not in (select line from earlier)
  on conflict (company, year, customer_id) do update set sales_fen = excluded.sales_fen,
    purchases = excluded.purchases, profit_fen = excluded.profit_fen, import_id = excluded.import_id,
    imported_at = excluded.imported_at
  returning 1
)
select (select count(*) from stored) as stored,
  array(select line from known where customer_id is null) as unknown,
  array(select line from earlier) as repeated
""")

_YEARS = text("select distinct year from customer_years where company = :company and import_id = :import_id order by 1")

_TOTAL = text("""
insert into sales_years (id, company, year, total_fen, is_stated, customers, import_id, imported_by, imported_at)
select :id, :company, :year, coalesce(cast(:stated as numeric), sum(sales_fen), 0),
  cast(:stated as numeric) is not null, count(*), :import_id, :by, :now
from customer_years where company = :company and year = :year
on conflict (company, year) do update set total_fen = excluded.total_fen, is_stated = excluded.is_stated,
  customers = excluded.customers, import_id = excluded.import_id, imported_by = excluded.imported_by,
  imported_at = excluded.imported_at, version = sales_years.version + 1
""")

# keys are those of the pack's facts and match `^[a-z][a-z0-9_]{0,39}$`; they are bound all the same
_APPLY = text("""
with stretch as (
  select c.id, c.facts, y.sales_fen, y.purchases, y.profit_fen from customers c
  left join customer_years y on y.company = :company and y.year = :year and y.customer_id = c.id
  where c.company = :company and c.id > :after order by c.id limit :chunk for no key update of c
),
told as (
  select id, facts as former,
    facts - cast(:keys as text[]) || case when sales_fen is null then '{}'::jsonb else jsonb_strip_nulls(
      jsonb_build_object(cast(:sales as text), sales_fen, cast(:purchases as text), purchases,
        cast(:profit as text), profit_fen, 'figures_year', cast(:year as integer))) end as facts
  from stretch
),
written as (
  update customers c set facts = t.facts, updated_at = :now, version = c.version + 1
  from told t where c.id = t.id and t.facts <> t.former
  returning 1
)
select (select count(*) from stretch) as seen, (select count(*) from written) as written,
  (select id from stretch order by id desc limit 1) as last_id
""")


async def add_part(session: AsyncSession, import_id: UUID, part: int, company: str, cipher: str) -> None:
    """Keep one encrypted piece of the file until its job has read it."""
    session.add(ImportPartRow(import_id=import_id, part=part, company=company, cipher=cipher))
    await session.flush()


async def parts(session: AsyncSession, import_id: UUID) -> list[tuple[int, str]]:
    """The pieces in their order."""
    query = select(ImportPartRow.part, ImportPartRow.cipher).where(ImportPartRow.import_id == import_id)
    return [(row.part, row.cipher) for row in await session.execute(query.order_by(ImportPartRow.part))]


async def drop_parts(session: AsyncSession, import_id: UUID) -> None:
    """The file has been read: nothing of it stays."""
    await session.execute(delete(ImportPartRow).where(ImportPartRow.import_id == import_id))


async def add_errors(session: AsyncSession, rows: Sequence[ImportErrorRow]) -> None:
    """Refused cells."""
    session.add_all(rows)
    await session.flush()


async def errors(
    session: AsyncSession, import_id: UUID, companies: Sequence[str], after: tuple[int, int, int] | None, limit: int
) -> list[ImportErrorRow]:
    """Refused cells in the order of the file."""
    row = ImportErrorRow
    query = select(row).where(row.import_id == import_id, row.company.in_(companies))
    if after is not None:
        query = query.where(tuple_(row.sheet, row.line, row.position) > after)
    return list(await session.scalars(query.order_by(row.sheet, row.line, row.position).limit(limit)))


async def error_counts(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """How many cells broke each rule."""
    row = ImportErrorRow
    query = select(row.rule, func.count().label("n")).where(row.import_id == import_id).group_by(row.rule)
    return {one.rule: one.n for one in await session.execute(query)}


async def store(
    session: AsyncSession, company: str, import_id: UUID, rows: Sequence[Mapping[str, Any]], *, now: datetime
) -> tuple[int, list[int], list[int]]:
    """Write figures of known customers; answers how many, the lines of unknown ones and of those said before."""
    bound = {"rows": dumps(list(rows)), "company": company, "import_id": import_id, "now": now}
    row = (await session.execute(_STORE, bound)).one()
    return row.stored, list(row.unknown), list(row.repeated)


async def years_of(session: AsyncSession, company: str, import_id: UUID) -> list[int]:
    """The years that an import speaks of."""
    return list((await session.execute(_YEARS, {"company": company, "import_id": import_id})).scalars())


async def set_total(
    session: AsyncSession,
    company: str,
    year: int,
    *,
    row_id: UUID,
    stated_fen: int | None,
    import_id: UUID,
    by: str | None,
    now: datetime,
) -> None:
    """The company's total of a year: as stated, or the sum of its customers."""
    bound = {"id": row_id, "company": company, "year": year, "stated": stated_fen, "import_id": import_id}
    await session.execute(_TOTAL, {**bound, "by": by, "now": now})


async def newest_year(session: AsyncSession, company: str) -> SalesYearRow | None:
    """The year whose figures count."""
    row = SalesYearRow
    return (
        await session.execute(select(row).where(row.company == company).order_by(row.year.desc()).limit(1))
    ).scalar_one_or_none()


async def years(session: AsyncSession, companies: Sequence[str]) -> Sequence[SalesYearRow]:
    """All years, newest first."""
    row = SalesYearRow
    return (await session.scalars(select(row).where(row.company.in_(companies)).order_by(row.year.desc()))).all()


async def apply(
    session: AsyncSession,
    company: str,
    year: int,
    *,
    keys: tuple[str, str, str],
    after: UUID,
    chunk: int,
    now: datetime,
) -> tuple[int, UUID | None]:
    """Make the year's figures the facts of a stretch of customers; who has none of that year loses older ones."""
    sales, purchases, profit = keys
    bound = {
        "company": company,
        "year": year,
        "keys": [*keys, "figures_year"],
        "sales": sales,
        "purchases": purchases,
        "profit": profit,
        "after": after,
        "chunk": chunk,
        "now": now,
    }
    row = (await session.execute(_APPLY, bound)).one()
    return row.seen, row.last_id if row.seen == chunk else None
