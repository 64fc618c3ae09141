"""The work lists: what is due comes in, one is picked, what was not called falls out.  SKIP LOCKED throughout."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.models import CallbackRow
from shared.database.locks import one_at_a_time

_PROMOTE = text("""
with due as (
  select id from callbacks where company = :company and state = 'scheduled' and ready_at <= :now
  order by ready_at limit :limit for update skip locked)
update callbacks c set state = 'waiting', version = c.version + 1 from due where c.id = due.id
""")
_LAPSE = text("""
with lost as (
  select id from callbacks where company = :company and state = 'claimed' and lease_until <= :now
  order by lease_until limit :limit for update skip locked)
update callbacks c
set state = 'waiting', owner_id = null, team = null, lease_until = null, claimed_at = null, version = c.version + 1
from lost where c.id = lost.id
""")
# one lateral per queue, so that each walks its own partial index from the first window that is still open
_PICK = text("""
select one.id from unnest(:queues) as q (queue) cross join lateral (
  select c.id, c.latest_at from callbacks c
  where c.company = :company and c.queue = q.queue and c.state = 'waiting' and c.latest_at > :now
    and not (c.staff_ids && :callers) and (not c.is_in_person or c.queue = any(:own_queues))
  order by c.latest_at, c.id limit 1 for update skip locked) one
order by one.latest_at, one.id limit 1
""").bindparams(
    bindparam("queues", type_=ARRAY(Text)),
    bindparam("own_queues", type_=ARRAY(Text)),
    bindparam("callers", type_=ARRAY(Uuid)),
)
_HELD = text("select count(*) from callbacks where owner_id = :staff_id and state = 'claimed' and lease_until > :now")


async def promote(session: AsyncSession, company: str, now: datetime, *, limit: int = 200) -> None:
    """Let in what has become due."""
    await session.execute(_PROMOTE, {"company": company, "now": now, "limit": limit})


async def lapse(session: AsyncSession, company: str, now: datetime, *, limit: int = 200) -> None:
    """Let others have what was claimed and not called in time."""
    await session.execute(_LAPSE, {"company": company, "now": now, "limit": limit})


async def pick(
    session: AsyncSession,
    company: str,
    *,
    queues: Sequence[str],
    own_queues: Sequence[str],
    callers: Sequence[UUID],
    now: datetime,
) -> UUID | None:
    """The callback whose window ends first among those nobody is taking, locked; None when there is none."""
    values = {
        "company": company,
        "queues": list(queues),
        "own_queues": list(own_queues),
        "callers": list(callers),
        "now": now,
    }
    found: UUID | None = await session.scalar(_PICK, values)
    return found


async def held(session: AsyncSession, staff_id: UUID, now: datetime) -> int:
    """How many the person holds; the person's own claims wait for one another."""
    await one_at_a_time(session, f"callback-claim:{staff_id}")
    return int(await session.scalar(_HELD, {"staff_id": staff_id, "now": now}) or 0)


async def passed(session: AsyncSession, company: str, now: datetime, *, limit: int) -> Sequence[CallbackRow]:
    """Callbacks that nobody holds and whose window has passed, locked."""
    statement = (
        select(CallbackRow)
        .where(
            CallbackRow.company == company,
            CallbackRow.latest_at <= now,
            CallbackRow.state.in_(["scheduled", "waiting"]),
        )
        .order_by(CallbackRow.latest_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(statement)).all()
