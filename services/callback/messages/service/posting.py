"""Messages leave the house: taken, handed over outside of any transaction, settled; what is not known is asked for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.messages import events, repository
from services.callback.messages.models import MessageAttemptRow, MessageRow
from services.callback.messages.rules import (
    SETTLED,
    AttemptKind,
    MessageState,
    Reason,
    after,
    next_check,
    not_quiet,
    rendered,
)
from services.callback.messages.service.wishes import is_refused
from services.callback.policy_in_force import Governances, Governing
from services.callback.policy_messages import Messages
from shared.events import outbox
from shared.ids import new_id
from shared.messaging.sender import Letter, MessageSender, Outcome, Result

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Errand:
    """One sending or one question, of the version of the message that it was taken from."""

    kind: AttemptKind
    letter: Letter
    version: int
    reference: str | None


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Takes what is due, hands it over, writes down what came of it; `companies` limits it, None = all."""

    governances: Governances
    sender: MessageSender
    companies: Collection[str] | None = None

    async def take(self, session: AsyncSession, *, now: datetime) -> Sequence[Errand]:
        """Mark what is due; what a lost worker had taken becomes unknown, and is asked for."""
        for row in await repository.lost(session, now, limit=AT_ONCE, companies=self.companies):
            await self._lose(session, row, now)
        due = await repository.due(session, now, limit=AT_ONCE, companies=self.companies)
        found = [await self._errand(session, row, now) for row in due]
        await session.flush()
        return [errand for errand in found if errand is not None]

    async def run(self, errand: Errand) -> Outcome:
        """Hand it over, or ask."""
        if errand.kind is AttemptKind.ASK:
            return await self.sender.ask(errand.letter.id, errand.reference)
        return await self.sender.send(errand.letter)

    async def settle(self, session: AsyncSession, errand: Errand, result: Outcome, *, now: datetime) -> None:
        """Write down the result, unless the message went on without this errand."""
        row = await repository.locked(session, errand.letter.id)
        if row is None or row.version != errand.version:
            return
        await settle_one(session, self._governing(row), row, errand.kind, result, now=now)

    def _governing(self, row: MessageRow) -> Governing:
        return self.governances.of_revision(row.company, row.policy_version, row.queued_at)

    async def _lose(self, session: AsyncSession, row: MessageRow, now: datetime) -> None:
        outcome = Outcome(Result.UNKNOWN, detail="worker_lost")
        await settle_one(session, self._governing(row), row, AttemptKind.SEND, outcome, now=now)

    async def _errand(self, session: AsyncSession, row: MessageRow, now: datetime) -> Errand | None:
        governing = self._governing(row)
        if row.state != MessageState.QUEUED:
            every = governing.chapter.messages.reconciling.every_minutes
            row.ready_at = now + timedelta(minutes=every)
            row.version += 1
            return Errand(AttemptKind.ASK, _letter(row, ""), row.version, row.provider_reference)
        if not await _may_go(session, governing, row, now):
            return None
        row.state, row.reason = MessageState.SENDING.value, None
        row.attempts += 1
        row.lease_until = now + timedelta(seconds=governing.chapter.messages.attempts.lease_seconds)
        row.version += 1
        text = rendered(governing.chapter.messages.templates[row.template], row.parameters)
        return Errand(AttemptKind.SEND, _letter(row, text), row.version, None)


def _letter(row: MessageRow, text: str) -> Letter:
    return Letter(row.id, row.company, row.customer_id, text, row.person_id, row.purpose)


async def _may_go(session: AsyncSession, governing: Governing, row: MessageRow, now: datetime) -> bool:
    """Look again at what may have changed since it was queued."""
    rule = governing.chapter.messages.purposes[row.purpose]
    is_erased = set(row.parameters) != set(governing.chapter.messages.templates[row.template].parameters)
    if is_erased or (rule.can_opt_out and await is_refused(session, row.company, row.customer_id, row.purpose)):
        reason = Reason.ERASED if is_erased else Reason.OPTED_OUT
        row.state, row.reason, row.settled_at = MessageState.SUPPRESSED.value, reason.value, now
        row.version += 1
        await session.flush()
        await _publish(session, row, now)
        return False
    opens_at = not_quiet(now, governing.chapter.messages.quiet_hours, governing.zone) if rule.is_quiet else now
    if opens_at > now:
        row.ready_at, row.reason = opens_at, Reason.QUIET_HOURS.value
        row.version += 1
        return False
    return True


async def settle_one(
    session: AsyncSession,
    governing: Governing,
    row: MessageRow,
    kind: AttemptKind,
    outcome: Outcome,
    *,
    now: datetime,
) -> None:
    """The state after a result: at most one sending ever reaches the customer."""
    await _log(session, row, kind, outcome, now)
    before, rules = row.state, governing.chapter.messages
    row.state, row.lease_until = after(outcome.result).value, None
    row.provider_reference = outcome.reference or row.provider_reference
    row.version += 1
    match MessageState(row.state):
        case MessageState.QUEUED:
            _again(row, rules, outcome.result, before, now)
        case MessageState.UNKNOWN:
            _unknown(row, rules, before, now)
        case MessageState.SENT:
            _await_receipt(row, rules, before, now)
        case MessageState.REFUSED | MessageState.FAILED:
            row.reason = Reason.NUMBER.value if outcome.detail == Reason.NUMBER else Reason.PROVIDER.value
        case MessageState.DELIVERED:
            row.reason, row.sent_at = None, row.sent_at or now
        case MessageState.SENDING | MessageState.SUPPRESSED:
            raise AssertionError(row.state)  # no result leads there
    if MessageState(row.state) in SETTLED:
        row.settled_at, row.unknown_since = now, None
    await session.flush()
    if row.state != before:
        await _publish(session, row, now)


def _again(row: MessageRow, rules: Messages, result: Result, before: str, now: datetime) -> None:
    """Certainly not taken: once more later, as often as the pack says.  What was taken once is never sent again."""
    if before == MessageState.SENT:
        row.state = MessageState.SENT.value
        _await_receipt(row, rules, before, now)
    elif row.attempts >= rules.attempts.most:
        row.state, row.reason = MessageState.FAILED.value, Reason.ATTEMPTS.value
    else:
        row.unknown_since, row.checks = None, 0
        spacing = timedelta(minutes=rules.attempts.spacing_minutes)
        row.ready_at = now if result is Result.ABSENT else now + spacing


def _unknown(row: MessageRow, rules: Messages, before: str, now: datetime) -> None:
    """Ask again, rarer each time; what nobody ever knows counts as failed and is not sent again."""
    if before == MessageState.SENT:
        row.state = MessageState.SENT.value
        _await_receipt(row, rules, before, now)
        return
    if before != MessageState.UNKNOWN:
        row.unknown_since, row.checks = now, 0
    if now - (row.unknown_since or now) >= timedelta(hours=rules.reconciling.give_up_hours):
        row.state, row.reason = MessageState.FAILED.value, Reason.RESULT_UNKNOWN.value
        return
    row.ready_at = next_check(now, rules.reconciling.every_minutes, row.checks)
    row.checks += 1


def _await_receipt(row: MessageRow, rules: Messages, before: str, now: datetime) -> None:
    """Ask for the delivery while the pack says so; after that it stays sent, which is no failure."""
    if before != MessageState.SENT:
        row.sent_at, row.checks, row.reason, row.unknown_since = row.sent_at or now, 0, None, None
    row.ready_at = next_check(now, rules.reconciling.receipt_every_minutes, row.checks)
    row.checks += 1
    if row.ready_at - (row.sent_at or now) > timedelta(hours=rules.reconciling.receipt_hours):
        row.ready_at = _NEVER


_NEVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


async def _log(session: AsyncSession, row: MessageRow, kind: AttemptKind, outcome: Outcome, now: datetime) -> None:
    position = await repository.attempted(session, row.id) + 1
    attempt = MessageAttemptRow(
        id=new_id(),
        company=row.company,
        message_id=row.id,
        position=position,
        kind=kind.value,
        result=outcome.result.value,
        detail=outcome.detail,
        at=now,
    )
    await repository.store(session, attempt)


async def _publish(session: AsyncSession, row: MessageRow, now: datetime) -> None:
    fact = events.moved(row, now)
    if fact is not None:
        await outbox.add(session, fact)
