"""What an import brought of members: judged by the pack, told as joined, counted – in the import's own transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.groups import events, repository
from services.customer.groups.models import MemberChangeRow
from services.customer.groups.rules import KindSource, MemberAct, MemberState, judge, place_of
from services.customer.groups.service.sizing import recount
from services.customer.groups.service.work import greeted_on
from services.customer.policy_groups import Members
from services.customer.registry.models import CustomerRow, MemberRow
from services.customer.registry.service import changing
from shared.events import outbox
from shared.events.fact import Fact
from shared.ids import new_id

AT_ONCE = 5_000
"""Members that one statement takes; an import's chunk brings fewer."""
_LOCAL = ZoneInfo("Asia/Shanghai")
_THERE = frozenset((MemberAct.JOINED.value, MemberAct.REJOINED.value))


async def settle(session: AsyncSession, company: str, terms: Members | None, *, now: datetime) -> int:
    """Settle all members of a company that wait for it; answers how many there were."""
    done = 0
    while waiting := await repository.unsettled(session, company, AT_ONCE):
        groups = {
            group_id: await changing.locked(session, group_id, [company])
            for group_id in sorted({one.group_id for one in waiting})
        }
        rows = await repository.locked_members(session, [one.id for one in waiting])
        await _settle(session, groups, rows, company, terms, now)
        done += len(rows)
    return done


async def _settle(
    session: AsyncSession,
    groups: dict[UUID, CustomerRow],
    rows: Sequence[MemberRow],
    company: str,
    terms: Members | None,
    now: datetime,
) -> None:
    acts = await repository.last_acts(session, company, [row.id for row in rows])
    facts: list[Fact] = []
    for row in rows:
        greeted, was = greeted_on(row), (row.kind, row.rank)
        _judge(row, terms)
        act = _act(acts.get(row.id), row)
        if act in {MemberAct.JOINED, MemberAct.REJOINED}:
            row.joined_on, row.left_on = row.joined_on if act is MemberAct.JOINED else None, None
            row.joined_on = row.joined_on or now.astimezone(_LOCAL).date()
        session.add(_change(row, act, was, now))
        facts.append(events.member_changed(row, groups[row.group_id], act, now))
        kept = greeted_on(row)
        if kept is not None or greeted is not None:
            facts.append(events.birthday(row, groups[row.group_id], kept, now))
    await session.flush()
    await outbox.add(session, *facts)
    for group in groups.values():
        if await recount(session, group, terms):
            await changing.changed(session, group, now, ["members"])
    await session.flush()


def _judge(row: MemberRow, terms: Members | None) -> None:
    place = place_of(row.duty, row.unit_place, row.department, row.own_rank)
    verdict = judge(terms, place, kind=row.kind, source=KindSource(row.kind_source), own_rank=row.own_rank)
    row.kind, row.kind_source = verdict.kind, verdict.source.value
    row.derived_kind, row.derived_by = verdict.derived_kind, verdict.derived_by
    row.circle, row.is_served, row.rank = verdict.circle, verdict.is_served, verdict.rank
    row.is_settled = True


def _act(last: str | None, row: MemberRow) -> MemberAct:
    if row.state == MemberState.LEFT:
        return MemberAct.CHANGED
    if last is None:
        return MemberAct.JOINED
    return MemberAct.CHANGED if last in _THERE else MemberAct.REJOINED


def _change(row: MemberRow, act: MemberAct, was: tuple[str, str | None], now: datetime) -> MemberChangeRow:
    is_new = act is MemberAct.JOINED
    return MemberChangeRow(
        id=new_id(),
        company=row.company,
        member_id=row.id,
        group_id=row.group_id,
        act=act.value,
        at=now,
        on_date=row.joined_on if act in {MemberAct.JOINED, MemberAct.REJOINED} else None,
        actor_id=None,
        from_kind=None if is_new else was[0],
        to_kind=row.kind,
        from_rank=None if is_new else was[1],
        to_rank=row.rank,
        reason=None,
    )
