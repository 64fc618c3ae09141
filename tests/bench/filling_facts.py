"""Facts that inspections sample and summaries count, made in SQL: orders of a year, and one department's month."""

from datetime import datetime
from typing import Any

CHUNK = 100_000
_DEPARTMENTS = "(array['customer_service', 'market', 'network', 'engineering', 'safety'])"
_ORDERS = f"""
insert into facts (id, company, kind, subject_id, number, happened_at, ended_at, department, staff_id, tier, category,
  is_late, is_satisfied, amount, matter_id, version)
select uuidv7(), $1, 'order', md5('bench-order-' || g)::uuid, 'B' || g, t.at, t.at, {_DEPARTMENTS}[1 + g % 5],
  md5('bench-staff-' || g % 600)::uuid, case when g % 20 = 0 then 'vip' else 'general' end,
  (array['repair', 'installation', 'relocation', 'meter_reading'])[1 + g % 4], g % 17 = 0,
  case when g % 3 = 0 then g % 13 <> 0 end, 1, md5('bench-order-' || g)::uuid, 1
from generate_series($4::int, $5::int) g,
  lateral (select $2::timestamptz + (hashint4(g) & 1048575) / 1048576.0 * ($3::timestamptz - $2::timestamptz)) t (at)
"""
_MONTH = """
insert into facts (id, company, kind, subject_id, number, happened_at, ended_at, department, staff_id, tier, category,
  is_late, is_satisfied, amount, matter_id, version)
select uuidv7(), $1, k.kind, md5('bench-month-' || g)::uuid, 'M' || g, t.at, case when g % 11 <> 0 then t.at end, $6,
  md5('bench-staff-' || g % 100)::uuid, 'general', k.kind || g / 5 % 8, g % 17 = 0,
  case when g % 3 = 0 then g % 13 <> 0 end, 1 + g % 3, md5('bench-month-' || g)::uuid, 1
from generate_series($4::int, $5::int) g,
  lateral (select (array['case', 'order', 'call', 'clock', 'entry'])[1 + g % 5]) k (kind),
  lateral (select $2::timestamptz + (hashint4(g) & 1048575) / 1048576.0 * ($3::timestamptz - $2::timestamptz)) t (at)
"""


async def fill_orders(admin: Any, company: str, since: datetime, until: datetime, *, count: int) -> None:
    """Completed orders of five departments, spread over the period."""
    await _fill(admin, _ORDERS, count, company, since, until)


async def fill_month(
    admin: Any, company: str, department: str, since: datetime, until: datetime, *, count: int
) -> None:
    """Facts of every kind of one department, spread over the period."""
    await _fill(admin, _MONTH, count, company, since, until, department)


async def _fill(
    admin: Any, statement: str, count: int, company: str, since: datetime, until: datetime, *more: str
) -> None:
    for first in range(0, count, CHUNK):
        await admin.execute(statement, company, since, until, first + 1, min(first + CHUNK, count), *more)
    await admin.execute("vacuum analyze facts")
    await admin.execute("checkpoint")  # what was filled in is not written while somebody measures
