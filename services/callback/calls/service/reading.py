"""Reading callbacks, what was answered and what followed; the customer's words are read one callback at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.models import AnswerRow, AttemptRow, CallbackRow, ConsequenceRow, DrawRow, StratumRow
from services.callback.calls.repository import callbacks, consequences, draws
from services.callback.calls.service.consequences import OPINION
from services.callback.calls.service.desk import Call
from services.callback.opinions.service import reading as opinions
from services.callback.policy_calls import Script
from services.callback.policy_in_force import Governances
from shared.access.scope import RowScope
from shared.audit.trail import record


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed, from which callback, and how it stands with its owner."""

    row: ConsequenceRow
    callback: CallbackRow
    target_state: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A callback with all that belongs to it."""

    row: CallbackRow
    attempts: Sequence[AttemptRow]
    answers: Sequence[AnswerRow]
    consequences: Sequence[Followed]


@dataclass(frozen=True, slots=True)
class Words:
    """What the customer said, in the caller's record."""

    callback_id: UUID
    words: str | None
    answers: dict[str, str]
    consequences: dict[str, str]


async def read(session: AsyncSession, callback_id: UUID, scope: RowScope) -> CallbackRow:
    """One of the scope.  Raises: CallbackNotFoundError."""
    return await callbacks.get(session, callback_id, scope)


async def read_claimed(session: AsyncSession, ticket: UUID, scope: RowScope) -> CallbackRow:
    """The one that a claim from the list gave.  Raises: CallbackNotFoundError, also once it was claimed anew."""
    return await callbacks.get_claimed(session, ticket, scope)


async def shown(session: AsyncSession, callback_id: UUID, scope: RowScope) -> Shown:
    """One of the scope with all that belongs to it.  Raises: CallbackNotFoundError."""
    row = await callbacks.get(session, callback_id, scope)
    return Shown(
        row,
        await callbacks.attempts(session, callback_id),
        await callbacks.answers(session, callback_id),
        await _followed(session, [(one, row) for one in await callbacks.consequences(session, callback_id)]),
    )


async def page(
    session: AsyncSession,
    scope: RowScope,
    wanted: dict[str, Any],
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[CallbackRow]:
    """By the end of their windows."""
    return await callbacks.page(session, scope, wanted, after=after, limit=limit)


async def followed(session: AsyncSession, scope: RowScope, **wanted: Any) -> list[Followed]:
    """What followed from callbacks of the scope, newest first, each with its callback."""
    rows = await consequences.page(session, scope, **wanted)
    return await _followed(session, [(consequence, callback) for consequence, callback in rows])


async def _followed(session: AsyncSession, rows: Sequence[tuple[ConsequenceRow, CallbackRow]]) -> list[Followed]:
    ids = [one.target_id for one, _ in rows if one.target_type == OPINION and one.target_id]
    known = await opinions.states(session, ids)
    return [
        Followed(one, callback, known.get(one.target_id, one.target_state) if one.target_id else None)
        for one, callback in rows
    ]


async def words(call: Call) -> Words:
    """What the customer said, for whoever works on the callback or on what followed; audited.

    Raises: CallbackNotFoundError.
    """
    row = await callbacks.get_followed(call.session, call.callback_id, call.scope)
    answers = await callbacks.answers(call.session, row.id)
    followed = await callbacks.consequences(call.session, row.id)
    await record(
        call.session,
        company=row.company,
        action="read_callback_words",
        at=call.now,
        resource_type="callback",
        resource_id=row.id,
    )
    return Words(
        row.id,
        row.words,
        {one.question: one.text for one in answers if one.text},
        {one.kind: one.words for one in followed if one.words},
    )


def script_of(governances: Governances, row: CallbackRow) -> Script:
    """The script in the version that the callback was drawn with."""
    return governances.of_revision(row.company, row.policy_version, row.occurred_at).chapter.calls.scripts[row.script]


async def strata(
    session: AsyncSession, companies: Sequence[str], *, business: str | None, tier: str | None
) -> Sequence[StratumRow]:
    """The strata with their seeds and counts."""
    return await draws.strata(session, companies, business=business, tier=tier)


async def drawn(
    session: AsyncSession, companies: Sequence[str], stratum_id: UUID, *, after: int, limit: int
) -> Sequence[DrawRow]:
    """The events of a stratum in the order of their numbers."""
    return await draws.draws(session, companies, stratum_id, after=after, limit=limit)
