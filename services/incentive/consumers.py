"""Events of other services: one function per event; the staff directory is written here, so it needs no event."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.assessments.service import publishing, releasing
from services.incentive.counters.service import hearing as counting
from services.incentive.desk import IncentiveDesk
from services.incentive.proposals.rules.facts import READINGS, RETRACTIONS, SUSPENSIONS, UPHELD
from services.incentive.proposals.service import contesting, hearing
from shared.contracts.incentive_cases import (
    IncentiveCaseFact,
    IncentiveReversed,
    IncentiveSuspended,
    IncentiveTookEffect,
)
from shared.contracts.incentive_ledger import IncentiveMonthClosed
from shared.database.locks import one_at_a_time
from shared.events.envelope import Event
from shared.events.inbox import Handler


def handlers(desk: IncentiveDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """The handlers by event type, bound to this process's policy and clock: one group a feature."""
    groups = (proposal_handlers(desk, now), counter_handlers(desk, now), assessment_handlers(desk, now))
    return {kind: _one_by_one(handler) for kind, handler in joined(*groups).items()}


def proposal_handlers(desk: IncentiveDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Facts that draft proposals, and those that take back what led to them."""

    async def on_fact(session: AsyncSession, event: Event) -> None:
        await hearing.hear(session, desk, event, now=now())

    async def on_retraction(session: AsyncSession, event: Event) -> None:
        await hearing.hear_retraction(session, desk, event, now=now())

    async def on_appeal(session: AsyncSession, event: Event) -> None:
        await contesting.hear_appeal(session, desk, event, now=now())

    return {
        **dict.fromkeys(READINGS, on_fact),
        **dict.fromkeys(RETRACTIONS, on_retraction),
        **dict.fromkeys((*SUSPENSIONS, *UPHELD), on_appeal),
    }


def assessment_handlers(desk: IncentiveDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Own facts: a closed month is assessed; what took effect is published, what fell is withdrawn (ADR 0016)."""

    async def on_month(session: AsyncSession, event: Event) -> None:
        said = cast(IncentiveMonthClosed, event.payload)
        await releasing.draft(session, desk, event.company, said.month, said.month_id, closed_at=said.occurred_at)

    async def on_case(session: AsyncSession, event: Event) -> None:
        said = cast(IncentiveCaseFact, event.payload)
        await publishing.follow(session, desk, event.company, said.case_id, now=now())

    followed = (IncentiveTookEffect, IncentiveSuspended, IncentiveReversed)
    return {IncentiveMonthClosed.TYPE: on_month, **dict.fromkeys((one.TYPE for one in followed), on_case)}


def counter_handlers(desk: IncentiveDesk, now: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Facts that count, and own cases that leave something standing."""

    async def on_counted(session: AsyncSession, event: Event) -> None:
        await counting.hear(session, desk, event, now=now())

    return dict.fromkeys(counting.HEARD, on_counted)


def _one_by_one(handler: Handler) -> Handler:
    """One fact of a company after the other: one about several people and their counts would cross another's locks."""

    async def handle(session: AsyncSession, event: Event) -> None:
        await one_at_a_time(session, f"incentive_facts|{event.company}")
        await handler(session, event)

    return handle


def joined(*groups: Mapping[str, Handler]) -> Mapping[str, Handler]:
    """One handler a type: where several features hear a fact, each does its part in the order of the groups."""
    parts: dict[str, list[Handler]] = {}
    for group in groups:
        for kind, handler in group.items():
            parts.setdefault(kind, []).append(handler)
    return {kind: several[0] if len(several) == 1 else _in_turn(several) for kind, several in parts.items()}


def _in_turn(several: Sequence[Handler]) -> Handler:
    async def handle(session: AsyncSession, event: Event) -> None:
        for handler in several:
            await handler(session, event)

    return handle
