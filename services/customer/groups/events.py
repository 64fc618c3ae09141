"""Member, great day → contract fact."""

from datetime import datetime

from services.customer.groups.models import UnitDayRow
from services.customer.groups.rules import Birthday, MemberAct, Occasion
from services.customer.registry.models import CustomerRow, MemberRow
from shared.contracts import relations as contracts
from shared.contracts.base import EventPayload, Routing
from shared.events.fact import Fact


def member_changed(row: MemberRow, group: CustomerRow, act: MemberAct, now: datetime) -> Fact:
    """`customer.member_changed`: the state after the act."""
    payload = contracts.CustomerMemberChanged(
        routing=_routing(group),
        member_id=row.id,
        group_id=row.group_id,
        act=act.value,
        state=row.state,
        kind=row.kind,
        circle=row.circle,
        rank=row.rank,
        is_served=row.is_served,
        member_customer_id=row.customer_id,
    )
    return _fact(payload, row.company, "group_member", row, now)


def birthday(row: MemberRow, group: CustomerRow, said: Birthday | None, now: datetime) -> Fact:
    """`customer.occasion_set`, or `customer.occasion_ended` where there is nothing to keep."""
    routing = _routing(group)
    if said is None:
        ended = contracts.CustomerOccasionEnded(
            routing=routing,
            occasion_id=row.id,
            customer_id=row.group_id,
            member_id=row.id,
            occasion=Occasion.BIRTHDAY.value,
        )
        return _fact(ended, row.company, "occasion", row, now)
    kept = contracts.CustomerOccasionSet(
        routing=routing,
        occasion_id=row.id,
        customer_id=row.group_id,
        member_id=row.id,
        member_customer_id=said.customer_id,
        occasion=Occasion.BIRTHDAY.value,
        circle=said.circle,
        month=said.month,
        day=said.day,
        is_lunar=said.is_lunar,
    )
    return _fact(kept, row.company, "occasion", row, now)


def great_day_set(row: UnitDayRow, customer: CustomerRow, now: datetime) -> Fact:
    """`customer.occasion_set` of a unit's great day."""
    payload = contracts.CustomerOccasionSet(
        routing=_routing(customer),
        occasion_id=row.id,
        customer_id=row.customer_id,
        occasion=Occasion.GREAT_DAY.value,
        month=row.month,
        day=row.day,
    )
    return _fact(payload, row.company, "occasion", row, now)


def great_day_ended(row: UnitDayRow, customer: CustomerRow, now: datetime) -> Fact:
    """`customer.occasion_ended` of a unit's great day."""
    payload = contracts.CustomerOccasionEnded(
        routing=_routing(customer),
        occasion_id=row.id,
        customer_id=row.customer_id,
        occasion=Occasion.GREAT_DAY.value,
    )
    return _fact(payload, row.company, "occasion", row, now)


def _routing(customer: CustomerRow) -> Routing:
    return Routing(owner_id=customer.account_manager_id)


def _fact(payload: EventPayload, company: str, kind: str, row: MemberRow | UnitDayRow, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=company,
        aggregate_type=kind,
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
    )
