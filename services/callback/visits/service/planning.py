"""From the pack's frequencies to the visits of a year or month: in chunks over the customers, never one twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.models import MemberRow
from services.callback.customers import service as customers
from services.callback.customers.models import CustomerRow
from services.callback.policy_entitlements import Audience, Entitled, Service
from services.callback.policy_in_force import Governing
from services.callback.visits import events
from services.callback.visits.models import VisitPlanRow, VisitRow
from services.callback.visits.repository import planning
from services.callback.visits.rules.states import Origin, VisitState
from services.callback.visits.rules.windows import Window, windows
from services.callback.visits.service import owners
from services.callback.visits.service.desk import PREFIX, SEQUENCE, VisitDesk, promise_for, subject_of
from shared.audit.trail import record
from shared.contracts.callback_visits import VisitPlanned
from shared.events import outbox
from shared.ids import human_number, new_id
from shared.sla.hot import open_clocks
from shared.sla.periods import Period

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Owed:
    """One occasion of one service for one customer or member."""

    customer: CustomerRow
    entitled: Entitled
    window: Window
    member_id: UUID | None

    @property
    def subject_id(self) -> UUID:
        """Whom it is owed to."""
        return self.member_id or self.customer.id


async def plan_chunk(
    session: AsyncSession,
    desk: VisitDesk,
    governing: Governing,
    plan: VisitPlanRow,
    period: Period,
    *,
    after: UUID | None,
    now: datetime,
) -> UUID | None:
    """Plan for the next customers, by id; answers where the next chunk begins, None when all are planned.

    Windows that are over are not planned any more; what is planned already stays as it is.
    """
    rules, tiers = governing.chapter.entitlements, governing.policy.common.tiers
    wanted = rules.planning_tiers(tiers)
    if not wanted:
        return None
    found = await customers.active(session, plan.company, wanted, after=after, limit=AT_ONCE)
    ids = [one.id for one in found]
    members = await _members(session, governing, plan.company, ids)
    known = await planning.keys(session, plan.company, ids)
    owed = [
        one
        for customer in found
        for one in _owed(governing, customer, members.get(customer.id, ()), period, now)
        if (one.entitled.code, one.subject_id, one.window.key) not in known
    ]
    stored = await _store(session, desk, governing, plan, owed, now)
    plan.customers += len(found)
    plan.planned += len(stored)
    plan.gaps += sum(row.gap is not None for row in stored)
    plan.version += 1
    await session.flush()
    return ids[-1] if len(found) == AT_ONCE else None


def _owed(
    governing: Governing, customer: CustomerRow, members: Sequence[MemberRow], period: Period, now: datetime
) -> Iterator[Owed]:
    if customer.tier is None:
        return
    for entitled in governing.chapter.entitlements.planned(customer.tier, customer.party):
        for window in windows(entitled.terms, period.from_at, period.until_at, governing.zone):
            if window.until_at <= now:
                continue
            if not entitled.service.is_for_each_member:
                yield Owed(customer, entitled, window, None)
                continue
            for member in members:
                if is_of_audience(entitled.service, member):
                    yield Owed(customer, entitled, window, member.id)


def is_of_audience(service: Service, member: MemberRow) -> bool:
    """Whether a service is for a member: by circle, kind and VIP level."""
    return (
        member.circle in {one.value for one in service.audience if one is not Audience.CUSTOMER}
        and (not service.member_kinds or member.kind in service.member_kinds)
        and (not service.ranks or member.rank in service.ranks)
    )


async def _members(
    session: AsyncSession, governing: Governing, company: str, group_ids: Sequence[UUID]
) -> dict[UUID, list[MemberRow]]:
    if not any(one.is_for_each_member for one in governing.chapter.entitlements.services.values()):
        return {}
    by_group: dict[UUID, list[MemberRow]] = {}
    for one in await planning.members(session, company, group_ids):
        by_group.setdefault(one.group_id, []).append(one)
    return by_group


async def _store(
    session: AsyncSession,
    desk: VisitDesk,
    governing: Governing,
    plan: VisitPlanRow,
    owed: Sequence[Owed],
    now: datetime,
) -> list[VisitRow]:
    """Insert, start the clocks of what has begun, tell; three statements whatever the number."""
    if not owed:
        return []
    there = await owners.people(session, desk, governing, list({one.customer.id for one in owed}), now)
    values = [await _values(desk, governing, plan, one, there, now) for one in owed]
    kept = await planning.insert_planned(session, values)
    rows = [VisitRow(**one) for one in values if one["id"] in kept]
    stamps = [
        open_clocks(
            subject_of(row),
            governing.stamp(row.tier),
            [promise_for(governing, row)],
            governing.calendars,
            row.window_from,
            now=now,
        )
        for row in rows
        if row.opened_at is not None
    ]
    await planning.insert_clocks(session, stamps)
    facts = [
        events.said(row, VisitPlanned, now, window_from=row.window_from, planned_on=row.planned_on, gap=row.gap)
        for row in rows
    ]
    await outbox.add(session, *facts)
    await record(
        session,
        company=plan.company,
        action="plan_visits",
        at=now,
        resource_type="visit_plan",
        resource_id=plan.id,
        detail={"period": plan.period, "planned": len(rows)},
    )
    return rows


async def _values(
    desk: VisitDesk, governing: Governing, plan: VisitPlanRow, one: Owed, there: owners.People, now: datetime
) -> dict[str, Any]:
    provider, window = one.entitled.service.provider, one.window
    if provider is None:
        raise TypeError(f"service {one.entitled.code} is carried by visits and has no provider")
    found = there.find(provider, one.customer.id, one.customer.account_manager_id)
    visit_id, today = new_id(), now.astimezone(governing.zone).date()
    return {
        "id": visit_id,
        "company": plan.company,
        "number": human_number(PREFIX, today, await desk.numbers.take(SEQUENCE)),
        "plan_id": plan.id,
        "service": one.entitled.code,
        "origin": Origin.PLANNED.value,
        "pace": one.entitled.terms.pace.value,
        "tier": one.customer.tier,
        "customer_id": one.customer.id,
        "member_id": one.member_id,
        "subject_id": one.subject_id,
        "window_key": window.key,
        "window_from": window.from_at,
        "window_until": window.until_at,
        "due_at": window.until_at,
        "planned_on": max(window.planned_on, today),
        "state": VisitState.PLANNED.value,
        "is_assigned": False,
        "moves": 0,
        "planned_at": now,
        "opened_at": now if window.from_at <= now else None,
        "matter_id": visit_id,
        "policy_pack": governing.policy.pack,
        "policy_version": governing.version,
        "version": 1,
        **owners.placed(found, provider, governing, there.team_of(found.owner_id)),
    }
