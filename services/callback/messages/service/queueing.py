"""A message is queued, or kept back at once with the reason; never twice for one cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.messages import events, repository
from services.callback.messages.errors import CustomerUnknownError, TemplateUnknownError
from services.callback.messages.models import MessageRow
from services.callback.messages.rules import MessageState, Reason, check_parameters, not_quiet
from services.callback.messages.service.wishes import is_refused
from services.callback.policy_in_force import Governances, Governing
from services.callback.policy_messages import Template
from shared.audit.trail import record
from shared.events import outbox
from shared.ids import new_id

SUBJECT = "message"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be said to whom, and why."""

    company: str
    customer_id: UUID
    template: str
    """A code of the pack's texts, which says the purpose."""
    cause: str
    """What it is sent for, once: such as `survey:<invitation id>`."""
    source: str
    """The feature, such as `survey`."""
    source_id: UUID | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Nothing that names or reaches a person."""
    person_id: UUID | None = None
    queued_by: UUID | None = None
    ready_at: datetime | None = None
    """Not before; without it at once."""
    matter_id: UUID | None = None
    message_id: UUID | None = None


async def queue(session: AsyncSession, governances: Governances, outgoing: Outgoing, *, now: datetime) -> MessageRow:
    """Queue the message; one that the customer refuses, or that is beyond the month's most, is stored as suppressed.

    The same cause again answers the first message.  An opt-out is looked at again when the message goes out.
    Raises: TemplateUnknownError, ParameterInvalidError, CustomerUnknownError.
    """
    governing = governances.in_force(outgoing.company, now)
    template = governing.chapter.messages.templates.get(outgoing.template)
    if template is None:
        raise TemplateUnknownError.at_pointer()
    check_parameters(template, outgoing.parameters)
    if found := await repository.of_cause(session, outgoing.company, outgoing.cause):
        return found
    customer = await customers.known(session, outgoing.customer_id, outgoing.company)
    if customer is None or customer.erased_at is not None:
        raise CustomerUnknownError.at_pointer()
    await repository.lock_customer(session, outgoing.company, customer.id)
    row = _row(outgoing, governing, template, customer.id, now)
    row.reason = await _kept_back(session, governing, row)
    if row.reason is not None:
        row.state, row.settled_at = MessageState.SUPPRESSED.value, now
    elif row.ready_at > (outgoing.ready_at or now):
        row.reason = Reason.QUIET_HOURS.value
    if not await repository.add(session, row):
        stored = await repository.of_cause(session, outgoing.company, outgoing.cause)
        return stored or row
    await _tell(session, row, now)
    return await repository.of_cause(session, row.company, row.cause) or row


def _row(outgoing: Outgoing, governing: Governing, template: Template, customer_id: UUID, now: datetime) -> MessageRow:
    rule, wanted = governing.chapter.messages.purposes[template.purpose], max(outgoing.ready_at or now, now)
    ready_at = not_quiet(wanted, governing.chapter.messages.quiet_hours, governing.zone) if rule.is_quiet else wanted
    return MessageRow(
        id=outgoing.message_id or new_id(),
        company=outgoing.company,
        cause=outgoing.cause,
        source=outgoing.source,
        source_id=outgoing.source_id,
        customer_id=customer_id,
        person_id=outgoing.person_id,
        purpose=template.purpose,
        template=outgoing.template,
        template_version=template.version,
        parameters=dict(outgoing.parameters),
        state=MessageState.QUEUED.value,
        queued_by=outgoing.queued_by,
        queued_at=now,
        month=f"{ready_at.astimezone(governing.zone):%Y-%m}",
        is_counted=rule.is_counted,
        ready_at=ready_at,
        attempts=0,
        checks=0,
        matter_id=outgoing.matter_id,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )


async def _kept_back(session: AsyncSession, governing: Governing, row: MessageRow) -> str | None:
    rule = governing.chapter.messages.purposes[row.purpose]
    if rule.can_opt_out and await is_refused(session, row.company, row.customer_id, row.purpose):
        return Reason.OPTED_OUT.value
    if rule.is_counted:
        count = await repository.counted(session, row.company, row.customer_id, row.month)
        if count >= governing.chapter.messages.per_month.most:
            return Reason.MONTHLY_MOST.value
    return None


async def _tell(session: AsyncSession, row: MessageRow, now: datetime) -> None:
    await record(
        session,
        company=row.company,
        action="queue_message",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"template": row.template, "source": row.source, "state": row.state},
    )
    fact = events.moved(row, now)
    if fact is not None:
        await outbox.add(session, fact)


async def forget(session: AsyncSession, company: str, customer_id: UUID, *, now: datetime) -> None:
    """An erased customer gets no more messages; what their texts were made of is blanked."""
    for row in await repository.blank(session, company, customer_id):
        row.state, row.reason, row.settled_at = MessageState.SUPPRESSED.value, Reason.ERASED.value, now
        row.version += 1
        await session.flush()
        fact = events.moved(row, now)
        if fact is not None:
            await outbox.add(session, fact)
