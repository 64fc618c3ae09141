"""Every row of a schema: counted, compared, searched."""

import asyncpg

Fingerprint = dict[str, tuple[int, str]]
"""Table to the number of its rows and a digest of them."""

_TABLES = """
select c.relname as name, exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'company')
    as has_company
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition order by c.relname
"""


async def tables(pool: asyncpg.Pool, schema: str) -> dict[str, bool]:
    """The tables of a schema, and whether each has a company."""
    return {row["name"]: row["has_company"] for row in await pool.fetch(_TABLES, schema)}


async def fingerprint(pool: asyncpg.Pool, schema: str, company: str) -> Fingerprint:
    """Count and digest of every table's rows of one company."""
    found = [name for name, has_company in (await tables(pool, schema)).items() if has_company]
    one = "select '{0}' as name, count(*) as n, md5(coalesce(string_agg(t::text, '' order by t::text), '')) as digest"
    sql = " union all ".join(f"{one} from {{0}} t where company = $1".format(name) for name in found)
    return {row["name"]: (row["n"], row["digest"]) for row in await pool.fetch(sql, company)}
