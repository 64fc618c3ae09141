"""Large tables made in SQL: cases with one open clock each, customers; rows like those that the doors write."""

from typing import Any
from uuid import UUID

from tests.bench.same_rows import read_back

CHUNK = 100_000
_CUSTOMERS = """
insert into customers (id, company, number, name, name_key, name_bigrams, kind, customer_class, party, standing,
  capacity_m3_day, daily_volume_m3, member_count, tags, facts, district, tier, registered_at, updated_at)
select uuidv7(), $1, 'B' || g, '客户' || g, '客户' || g, array['客户'], case when g % 200 = 0 then 'commercial'
  else 'residential' end, 'a', case when g % 200 = 0 then 'unit' else 'individual' end, 'active',
  case when g % 200 = 0 then 10 + g % 5000 end, g % 40, 0, case when g % 500 = 0 then array['vulnerable'] else '{}' end,
  jsonb_build_object('annual_sales_fen', (g % 100000) * 100), '城东', 'general', now(), now()
from generate_series($2::int, $3::int) g
"""


async def fill_cases(admin: Any, sample: UUID, *, count: int) -> None:
    """Bring the number of filler cases to `count`, after the pattern of a real one; each with one running clock."""
    rows = await read_back(admin, sample)
    case, clock = rows["complaints"], rows["clocks"]
    literals = case.rows[0] | {
        "id": "uuidv7()",
        "number": "'B' || g",
        "customer_id": "md5((g / 3)::text)::uuid",
        "matter_id": "uuidv7()",
    }
    running = clock.rows[0] | {
        "id": "uuidv7()",
        "subject_id": "made.id",
        "matter_id": "made.id",
        "customer_id": "made.customer_id",
        "deadline_at": "now() + interval '300 days' + random() * interval '60 days'",
        "next_check_at": "now() + interval '300 days'",
    }
    sql = (
        f"with made as ({case.head} select {', '.join(literals[name] for name in case.types)}"
        " from generate_series($1::int, $2::int) g returning id, customer_id)"
        f" {clock.head} select {', '.join(_typed(clock.types, running))} from made"
    )
    present = await admin.fetchval("select count(*) from complaints where number like 'B%'")
    for first in range(present, count, CHUNK):
        await admin.execute(sql, first + 1, min(first + CHUNK, count))
    await admin.execute("vacuum analyze complaints")
    await admin.execute("vacuum analyze clocks")
    await admin.execute("checkpoint")  # what was filled in is not written while somebody measures


async def fill_customers(admin: Any, company: str, *, count: int) -> None:
    """Customers of a company of their own."""
    for first in range(0, count, CHUNK):
        await admin.execute(_CUSTOMERS, company, first + 1, min(first + CHUNK, count))
    await admin.execute("vacuum analyze customers")
    await admin.execute("checkpoint")


def _typed(types: dict[str, str], literals: dict[str, str]) -> list[str]:
    return [
        f"{literals[name]}::{kind}" if literals[name].startswith("'") and kind != "ARRAY" else literals[name]
        for name, kind in types.items()
    ]
