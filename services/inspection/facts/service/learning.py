"""Facts are learnt from the events of the services that own them; what comes twice or late counts once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts import repository
from services.inspection.facts.rules import FactKind
from shared.contracts.base import EventPayload
from shared.contracts.callback import CallbackCompleted
from shared.contracts.complaint import ComplaintClosed, ComplaintFact, ComplaintResolved
from shared.contracts.customer import CustomerOrderCompleted
from shared.contracts.entry import EntryErrorsConfirmed
from shared.contracts.sla import ClockBreached, ClockBreachRetracted
from shared.events.envelope import Event
from shared.ids import new_id

_SUBJECTS = {"complaint": FactKind.CASE, "order": FactKind.ORDER, "callback": FactKind.CALL}
"""What a clock or a call is about, as facts know it."""


async def learn_case(session: AsyncSession, event: Event, said: ComplaintFact) -> None:
    """A case, as each of its facts tells it; whoever works it now answers for it."""
    ended = said.occurred_at if isinstance(said, ComplaintResolved | ComplaintClosed) else None
    await _learn(
        session,
        event,
        said,
        FactKind.CASE,
        said.complaint_id,
        said.occurred_at,
        number=said.number,
        ended_at=ended,
        tier=said.tier,
        category=said.category,
    )


async def learn_order(session: AsyncSession, event: Event, said: CustomerOrderCompleted) -> None:
    """A service order that was completed, by the first of its crew."""
    await _learn(
        session,
        event,
        said,
        FactKind.ORDER,
        said.order_id,
        said.completed_at,
        number=said.number,
        ended_at=said.completed_at,
        tier=said.tier,
        category=said.work,
        staff_id=said.staff_ids[0] if said.staff_ids else None,
    )


async def learn_call(session: AsyncSession, event: Event, said: CallbackCompleted) -> None:
    """A callback; what the customer said of the work is written on the work's own fact."""
    about = _SUBJECTS.get(said.subject_type)
    await _learn(
        session,
        event,
        said,
        FactKind.CALL,
        said.callback_id,
        said.occurred_at,
        number=said.number,
        ended_at=said.occurred_at,
        tier=said.tier,
        category=said.business,
        staff_id=said.called_by,
        of_kind=about.value if about else None,
        of_id=said.subject_id,
        is_satisfied=said.is_satisfied,
    )
    if about is not None and said.is_satisfied is not None:
        await repository.mark(session, event.company, about, said.subject_id, is_satisfied=said.is_satisfied)


async def learn_breach(session: AsyncSession, event: Event, said: ClockBreached) -> None:
    """A broken promise; whoever held the work when it broke answers for it, and the work itself is late."""
    about = _SUBJECTS.get(said.subject_type)
    last = said.segments[-1] if said.segments else None
    await _learn(
        session,
        event,
        said,
        FactKind.CLOCK,
        said.clock_id,
        said.breached_at,
        ended_at=said.breached_at,
        tier=said.tier,
        category=said.metric,
        clause=said.clause,
        staff_id=last.owner_id if last else None,
        department=last.department if last else None,
        team=last.team if last else None,
        of_kind=about.value if about else said.subject_type,
        of_id=said.subject_id,
        is_late=True,
    )
    if about is not None:
        await repository.mark(session, event.company, about, said.subject_id, is_late=True)


async def learn_retraction(session: AsyncSession, event: Event, said: ClockBreachRetracted) -> None:
    """A breach was taken back: it counts no more."""
    await repository.mark(session, event.company, FactKind.CLOCK, said.clock_id, is_void=True)


async def learn_entry(session: AsyncSession, event: Event, said: EntryErrorsConfirmed) -> None:
    """Confirmed errors of entry of one person."""
    await _learn(
        session,
        event,
        said,
        FactKind.ENTRY,
        event.id,
        said.occurred_at,
        category=said.kind,
        clause=said.clause,
        staff_id=said.operator_id,
        department=said.operator_department,
        amount=max(1, len(said.finding_ids)),
    )


async def _learn(
    session: AsyncSession,
    event: Event,
    said: EventPayload,
    kind: FactKind,
    subject_id: UUID,
    happened_at: datetime,
    **more: Any,
) -> None:
    routing = said.routing
    values: dict[str, Any] = {
        "id": new_id(),
        "company": event.company,
        "kind": kind.value,
        "subject_id": subject_id,
        "happened_at": happened_at,
        "amount": 1,
        "matter_id": event.matter_id,
        "version": event.aggregate_version,
        **more,
    }
    values["department"] = values.get("department") or routing.department
    values["team"] = values.get("team") or routing.team
    values["staff_id"] = values.get("staff_id") or routing.owner_id
    await repository.learn(session, {name: value for name, value in values.items() if value is not None})
