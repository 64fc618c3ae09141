"""Somebody greets, or says why not; messages settle theirs by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care.errors import GreetingStepError
from services.callback.care.models import GreetingRow
from services.callback.care.repository import greetings
from services.callback.care.rules import GreetingState
from services.callback.care.service.moving import move
from services.callback.messages.rules import MessageState
from services.callback.policy_in_force import Governances
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.contracts.callback_care import GreetingDone, GreetingSkipped
from shared.errors import StaleError

BY_STAFF = "by_staff"
AT_ONCE = 200
_SENT = (MessageState.SENT.value, MessageState.DELIVERED.value)
_UNSENT = (MessageState.REFUSED.value, MessageState.FAILED.value, MessageState.SUPPRESSED.value)


@dataclass(frozen=True, slots=True)
class GreetingCall:
    """Who works on which greeting, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    greeting_id: UUID
    expected_version: int
    now: datetime


async def do(call: GreetingCall, *, note: str | None) -> GreetingRow:
    """The customer was greeted; stops the clock.

    Raises: GreetingNotFoundError, StaleError, GreetingStepError.
    """
    row = await _locked(call)
    row.done_by, row.done_at, row.note = call.principal.staff_id, call.now, note
    row.owner_id = row.owner_id or call.principal.staff_id
    await move(
        call.session,
        call.governances,
        row,
        GreetingState.DONE,
        GreetingDone,
        now=call.now,
        done_by=call.principal.staff_id,
    )
    return row


async def skip(call: GreetingCall, *, reason: str) -> GreetingRow:
    """The customer is not greeted, with the reason in words.

    Raises: GreetingNotFoundError, StaleError, GreetingStepError.
    """
    row = await _locked(call)
    row.reason, row.note = BY_STAFF, reason
    await move(call.session, call.governances, row, GreetingState.SKIPPED, GreetingSkipped, now=call.now)
    return row


async def _locked(call: GreetingCall) -> GreetingRow:
    row = await greetings.get(call.session, call.greeting_id, call.scope, lock=True)
    if row.version != call.expected_version:
        raise StaleError("问候已被他人修改，请重新读取后再操作。")
    if row.state != GreetingState.PLANNED:
        raise GreetingStepError.of(row.state)
    if row.message_id is not None:
        raise GreetingStepError.by_message()
    return row


async def settle_messaged(session: AsyncSession, governances: Governances, company: str, *, now: datetime) -> int:
    """Greetings by message are done when the provider has the message, skipped when it is never sent."""
    sent = await greetings.messaged(session, company, _SENT, limit=AT_ONCE)
    for row, message in sent:
        row.done_at = message.sent_at or now
        await move(session, governances, row, GreetingState.DONE, GreetingDone, now=now)
    unsent = await greetings.messaged(session, company, _UNSENT, limit=AT_ONCE)
    for row, message in unsent:
        row.reason = message.reason or message.state
        await move(session, governances, row, GreetingState.SKIPPED, GreetingSkipped, now=now)
    return len(sent) + len(unsent)


async def read(session: AsyncSession, greeting_id: UUID, scope: RowScope) -> GreetingRow:
    """One of the scope.  Raises: GreetingNotFoundError."""
    return await greetings.get(session, greeting_id, scope)


async def page(
    session: AsyncSession,
    scope: RowScope,
    wanted: Mapping[str, Any],
    *,
    since: date | None = None,
    until: date | None = None,
    after: tuple[date, UUID] | None = None,
    limit: int = 50,
) -> Sequence[GreetingRow]:
    """By day."""
    return await greetings.page(session, scope, wanted, since=since, until=until, after=after, limit=limit)
