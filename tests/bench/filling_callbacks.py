"""Callbacks that wait, made in SQL after the pattern of a real one; agents who claim them."""

from typing import Any
from uuid import UUID

from shared.ids import new_id

CHUNK = 100_000
QUEUES = ("hotline", "hall", "account", "office")
_COLUMNS = """
select column_name from information_schema.columns
where table_schema = current_schema and table_name = 'callbacks' and is_generated = 'NEVER' order by ordinal_position
"""
_NEW = {
    "id": "uuidv7()",
    "number": "'B' || g",
    "subject_id": "uuidv7()",
    "customer_id": "uuidv7()",
    "matter_id": "uuidv7()",
    "event_id": "uuidv7()",
    "state": "'waiting'",
    "queue": "(array['hotline', 'hotline', 'hall', 'account', 'office'])[1 + g % 5]",
    "staff_ids": "case when g % 10 = 0 then array[($4::uuid[])[1 + g % cardinality($4::uuid[])]] else t.staff_ids end",
    "earliest_at": "now() - interval '3 hours'",
    "ready_at": "now() - interval '3 hours'",
    "latest_at": "now() + interval '1 day' + (hashint4(g) & 262143) * interval '1 second'",
}
_STAFF = """
insert into staff (id, company, version, state, department, posts, lines)
select id, $2, 1, 'active', 'call_centre', '{hotline_agent}', '{}' from unnest($1::uuid[]) as made (id)
"""
_FREE = """
update callbacks set state = 'waiting', owner_id = null, team = null, lease_until = null, claimed_at = null
where company = $1 and state = 'claimed'
"""


async def add_agents(admin: Any, company: str, *, count: int) -> list[UUID]:
    """Hotline agents of a company."""
    made = [new_id() for _ in range(count)]
    await admin.execute(_STAFF, made, company)
    return made


async def fill_callbacks(admin: Any, sample: UUID, agents: list[UUID], *, count: int) -> None:
    """Bring the number of waiting filler callbacks to `count`; every tenth is about some agent's own work."""
    names = [row["column_name"] for row in await admin.fetch(_COLUMNS)]
    sql = (
        f"insert into callbacks ({', '.join(names)}) select {', '.join(_NEW.get(name, f't.{name}') for name in names)}"
        " from callbacks t, generate_series($2::int, $3::int) g where t.id = $1"
    )  # our own names
    present = await admin.fetchval("select count(*) from callbacks where number like 'B%'")
    for first in range(present, count, CHUNK):
        await admin.execute(sql, sample, first + 1, min(first + CHUNK, count), agents)
    await admin.execute("vacuum analyze callbacks")
    await admin.execute("checkpoint")


async def free_claims(admin: Any, company: str) -> None:
    """Whatever is claimed waits again."""
    await admin.execute(_FREE, company)
