"""An event is numbered in its stratum and, by the seeded draw, becomes a callback (domain.md 2.8)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls import events
from services.callback.calls.models import CallbackRow
from services.callback.calls.repository import callbacks, draws
from services.callback.calls.repository.draws import Stratum
from services.callback.calls.rules.draws import is_drawn, offset_of, stratum_name
from services.callback.calls.rules.states import state_at
from services.callback.calls.service.desk import SUBJECT, CallDesk, subject_of, window_promise
from services.callback.calls.service.hours import hours_of
from services.callback.customers import service as customers
from services.callback.policy_calls import CallTerms, Occasion
from services.callback.policy_in_force import Governing
from shared.audit.trail import record
from shared.contracts.calls import CallbackDrawn
from shared.events import outbox
from shared.ids import human_number, new_id
from shared.observability import context
from shared.policy.book import PolicyNotFoundError
from shared.sla.book import ClockBook

SEQUENCE = "callback_numbers"
PREFIX = "HF"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something after which a customer may be called back."""

    occasion: Occasion
    code: str | None
    """Kind of work or of case; None where the occasion says it all."""
    subject_type: str
    subject_id: UUID
    key: str
    """What makes the same subject a new event: `done`, the case's cycle, the month of a ledger."""
    customer_id: UUID
    occurred_at: datetime
    tier: str | None = None
    subject_number: str | None = None
    work: str | None = None
    cycle: int | None = None
    staff_ids: tuple[UUID, ...] = ()
    matter_id: UUID | None = None
    event_id: UUID | None = None
    business: str | None = None
    """Given where the occasion does not say it: a pack may have several ledgers."""


async def draw(
    session: AsyncSession, desk: CallDesk, company: str, candidate: Candidate, *, now: datetime
) -> CallbackRow | None:
    """Number the event and answer its callback, if it is drawn; None if not, or if it had a number already.

    What the pack does not call back, or a company without a chapter in force, gets no number.
    """
    try:
        governing = desk.governances.in_force(company, candidate.occurred_at)
        calls = governing.chapter.calls
    except PolicyNotFoundError:
        return None
    business = candidate.business or calls.business_of(candidate.occasion, candidate.code)
    if business is None:
        return None
    terms = calls.terms(business, await _tier(session, company, candidate, governing))
    if await draws.is_numbered(session, company, business, candidate.subject_id, candidate.key):
        return None
    stratum = await _stratum(session, company, terms, governing)
    position, callback_id = stratum.seen + 1, new_id()
    is_chosen = is_drawn(position, stratum.numerator, stratum.denominator, stratum.offset)
    numbered = {
        "id": new_id(),
        "company": company,
        "stratum_id": stratum.id,
        "position": position,
        "business": business,
        "subject_type": candidate.subject_type,
        "subject_id": candidate.subject_id,
        "occasion": candidate.key,
        "customer_id": candidate.customer_id,
        "event_id": candidate.event_id,
        "occurred_at": candidate.occurred_at,
        "drawn_at": now,
        "is_drawn": is_chosen,
        "callback_id": callback_id if is_chosen else None,
    }
    if not await draws.number(session, numbered) or not is_chosen:
        return None
    number = human_number(PREFIX, now.astimezone(governing.zone).date(), await desk.numbers.take(SEQUENCE))
    row = _callback(callback_id, number, company, candidate, terms, governing, now)
    return await _begin(session, row, governing, position, now)


async def _tier(session: AsyncSession, company: str, candidate: Candidate, governing: Governing) -> str:
    """The tier that the event says, else the one known, else the pack's default (sla.md 15)."""
    tiers = governing.policy.common.tiers
    if candidate.tier in tiers:
        return candidate.tier or ""
    known = await customers.known(session, candidate.customer_id, company)
    return known.tier if known and known.tier in tiers and known.tier else governing.policy.common.default_tier


async def _stratum(session: AsyncSession, company: str, terms: CallTerms, governing: Governing) -> Stratum:
    name = stratum_name(company, terms.business, terms.tier, governing.version)
    seed = governing.chapter.calls.seed
    values = {
        "id": new_id(),
        "company": company,
        "business": terms.business,
        "tier": terms.tier,
        "policy_pack": governing.policy.pack,
        "policy_version": governing.version,
        "name": name,
        "seed": seed,
        "numerator": terms.share.numerator,
        "denominator": terms.share.denominator,
        "offset_numerator": offset_of(seed, name),
    }
    return await draws.locked_stratum(session, values)


def _callback(
    callback_id: UUID,
    number: str,
    company: str,
    candidate: Candidate,
    terms: CallTerms,
    governing: Governing,
    now: datetime,
) -> CallbackRow:
    calls, call = governing.chapter.calls, context.current()
    queue = calls.queues[terms.queue]
    earliest_at = governing.moment_after(terms.window.earliest, candidate.occurred_at)
    ready_at = hours_of(governing, terms.business, terms.tier).first_from(earliest_at)
    return CallbackRow(
        id=callback_id,
        company=company,
        number=number,
        business=terms.business,
        tier=terms.tier,
        subject_type=candidate.subject_type,
        subject_id=candidate.subject_id,
        subject_number=candidate.subject_number,
        work=candidate.work,
        cycle=candidate.cycle,
        customer_id=candidate.customer_id,
        staff_ids=list(candidate.staff_ids),
        state=state_at(ready_at, now).value,
        queue=terms.queue,
        is_in_person=terms.is_in_person,
        posts=list(queue.posts),
        department=queue.department,
        script=terms.script,
        script_version=calls.scripts[terms.script].version,
        occurred_at=candidate.occurred_at,
        earliest_at=earliest_at,
        latest_at=governing.moment_after(terms.window.latest, candidate.occurred_at),
        ready_at=ready_at,
        drawn_at=now,
        matter_id=candidate.matter_id or callback_id,
        correlation_id=call.correlation_id,
        hops=call.hops,
        event_id=candidate.event_id,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )


async def _begin(
    session: AsyncSession, row: CallbackRow, governing: Governing, position: int, now: datetime
) -> CallbackRow:
    await callbacks.add(session, row)
    await ClockBook(session, calendars=governing.calendars, now=now).start(
        subject_of(row),
        governing.stamp(row.tier),
        [window_promise(governing, row.business, row.tier)],
        started_at=row.occurred_at,
    )
    await record(
        session,
        company=row.company,
        action="draw_callback",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"business": row.business, "tier": row.tier, "position": position},
    )
    said = events.said(
        row,
        CallbackDrawn,
        now,
        queue=row.queue,
        position=position,
        earliest_at=row.earliest_at,
        latest_at=row.latest_at,
    )
    await outbox.add(session, said)
    return row
