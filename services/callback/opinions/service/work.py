"""An opinion is answered by its department, and the customer is told the answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.opinions import events, repository
from services.callback.opinions.models import OpinionRow
from services.callback.opinions.rules import ANSWER, TOLD, OpinionAct, OpinionState, check
from services.callback.policy_in_force import Governances
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.calls import OpinionAnswered, OpinionFact, OpinionTold
from shared.errors import StaleError
from shared.events import outbox
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "opinion"


def subject_of(row: OpinionRow) -> Subject:
    """The opinion as its clocks know it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.kind,
    )


@dataclass(frozen=True, slots=True)
class OpinionCall:
    """Who works on which opinion, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    opinion_id: UUID
    expected_version: int
    now: datetime


async def answer(call: OpinionCall, *, text: str) -> OpinionRow:
    """The department answers; stops `answer`, starts `told`.

    Raises: OpinionNotFoundError, StaleError, OpinionStepNotAllowedError.
    """
    row = await _take(call, OpinionAct.ANSWER)
    governing = call.governances.of_revision(row.company, row.policy_version, row.opened_at)
    book = ClockBook(call.session, calendars=governing.calendars, now=call.now)
    row.state, row.answer = OpinionState.ANSWERED.value, text
    row.answered_by, row.answered_at = call.principal.staff_id, call.now
    stopped = await book.stop(subject_of(row), ANSWER, actor=call.principal.actor)
    row.is_on_time = not stopped[0].is_late if stopped and stopped[0].deadline_at else None
    promise = governing.promise(TOLD, governing.chapter.calls.opinion_told, is_consequence=True)
    await book.start(subject_of(row), governing.stamp(row.tier), [promise], started_at=call.now)
    return await _tell(call, row, OpinionAct.ANSWER, OpinionAnswered, is_on_time=row.is_on_time)


async def tell(call: OpinionCall) -> OpinionRow:
    """The customer was told the answer; stops `told`.

    Raises: OpinionNotFoundError, StaleError, OpinionStepNotAllowedError.
    """
    row = await _take(call, OpinionAct.TELL)
    row.state, row.told_by, row.told_at = OpinionState.TOLD.value, call.principal.staff_id, call.now
    book = ClockBook(call.session, calendars=call.governances.calendars, now=call.now)
    await book.stop(subject_of(row), TOLD, actor=call.principal.actor)
    return await _tell(call, row, OpinionAct.TELL, OpinionTold)


async def _take(call: OpinionCall, act: OpinionAct) -> OpinionRow:
    row = await repository.get(call.session, call.opinion_id, call.scope, lock=True)
    if row.version != call.expected_version:
        raise StaleError("意见已被他人修改，请重新读取后再操作。")
    check(act, row.state)
    row.version += 1
    return row


async def _tell(
    call: OpinionCall, row: OpinionRow, act: OpinionAct, kind: type[OpinionFact], **said: object
) -> OpinionRow:
    await call.session.flush()
    await record(
        call.session,
        company=row.company,
        action=f"{act.value}_opinion",
        at=call.now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version},
    )
    await outbox.add(call.session, events.said(row, kind, call.now, **said))
    return row


async def forget(session: AsyncSession, company: str, customer_id: UUID) -> None:
    """Blank what an erased customer said; the rows stay."""
    await repository.blank_words(session, company, customer_id)
