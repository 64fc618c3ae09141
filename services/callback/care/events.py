"""Greeting, gift, activity and invitation → contract facts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.callback.care.models import ActivityRow, GiftRow, GreetingRow, InvitationRow
from shared.contracts.base import EventPayload
from shared.contracts.callback_care import ActivityFact, GiftFact, GreetingFact, InvitationFact
from shared.events.fact import Fact


def greeting(row: GreetingRow, kind: type[GreetingFact], now: datetime, **more: Any) -> Fact:
    """`callback.greeting_…`."""
    payload = kind(
        greeting_id=row.id,
        customer_id=row.customer_id,
        member_id=row.member_id,
        rule=row.rule,
        occasion=row.occasion,
        festival=row.festival,
        channel=row.channel,
        tier=row.tier,
        state=row.state,
        reason=row.reason,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return _fact(payload, "greeting", row.company, row.id, row.version, now)


def gift(row: GiftRow, kind: type[GiftFact], now: datetime, **more: Any) -> Fact:
    """`callback.gift_…`."""
    payload = kind(
        gift_id=row.id,
        customer_id=row.customer_id,
        member_id=row.member_id,
        greeting_id=row.greeting_id,
        occasion=row.occasion,
        kind=row.kind,
        value_fen=row.value_fen,
        exceeded=list(row.exceeded),
        given_by=row.given_by,
        state=row.state,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return _fact(payload, "gift", row.company, row.id, row.version, now)


def activity(row: ActivityRow, kind: type[ActivityFact], now: datetime, **more: Any) -> Fact:
    """`callback.activity_…`."""
    payload = kind(
        activity_id=row.id,
        kind=row.kind,
        starts_at=row.starts_at,
        state=row.state,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return _fact(payload, "activity", row.company, row.id, row.version, now)


def invitation(row: InvitationRow, kind: type[InvitationFact], now: datetime) -> Fact:
    """`callback.invitation_…`."""
    payload = kind(
        invitation_id=row.id,
        activity_id=row.activity_id,
        customer_id=row.customer_id,
        tier=row.tier,
        state=row.state,
        occurred_at=now,
    )
    return _fact(payload, "invitation", row.company, row.id, row.version, now)


def _fact(payload: EventPayload, aggregate: str, company: str, aggregate_id: UUID, version: int, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=company,
        aggregate_type=aggregate,
        aggregate_id=aggregate_id,
        aggregate_version=version,
        time=now,
    )
