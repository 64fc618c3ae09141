"""The gift register (礼品登记): within the limits registered at once, beyond them only by the pack's post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.care import events
from services.callback.care.errors import (
    GiftCodeError,
    GiftDateError,
    GiftGiverError,
    GiftLimitError,
    GiftOwnError,
    GiftPostError,
    GiftReceiverError,
    GiftStepError,
    GreetingNotFoundError,
)
from services.callback.care.models import GiftRow, GreetingRow
from services.callback.care.repository import days, gifts, greetings
from services.callback.care.repository.gifts import GiftSum
from services.callback.care.rules import APPROVAL, GiftState, exceeded, start_of
from services.callback.customers import service as customers
from services.callback.policy_in_force import Governances, Governing
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.callback_care import GiftApproved, GiftFact, GiftGiven, GiftProposed, GiftRefused
from shared.errors import StaleError
from shared.events import outbox
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "gift"
MOST_SUMS = 200


@dataclass(frozen=True, slots=True)
class Gift:
    """What is given to whom on what."""

    customer_id: UUID
    occasion: str
    kind: str
    value_fen: int
    member_id: UUID | None = None
    greeting_id: UUID | None = None
    given_on: date | None = None
    """Without it today."""
    reason: str | None = None
    """Of a gift beyond a limit; asks for its approval."""


@dataclass(frozen=True, slots=True)
class GiftCall:
    """Who works on which gift, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    gift_id: UUID
    expected_version: int
    now: datetime


def subject_of(row: GiftRow) -> Subject:
    """The gift as its clock knows it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.greeting_id or row.id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.occasion,
    )


async def register(
    session: AsyncSession,
    governances: Governances,
    principal: Principal,
    gift: Gift,
    *,
    gift_id: UUID,
    scope: RowScope,
    now: datetime,
) -> GiftRow:
    """Register a gift that was given, or propose one beyond a limit; `scope` is that of the greetings.

    Raises: GiftCodeError, GiftReceiverError, GiftDateError, GiftLimitError.
    """
    governing = governances.in_force(principal.company, now)
    _check_codes(governing, gift)
    greeting = await _greeting(session, scope, gift)
    await _check_receiver(session, principal.company, gift)
    today = now.astimezone(governing.zone).date()
    given_on = gift.given_on or today
    if given_on > today or given_on.year != today.year:
        raise GiftDateError.at_pointer()
    beyond = await _exceeded(session, governing, principal.company, gift, greeting, today)
    limits = governing.chapter.care.gift_limits
    if beyond and gift.reason is None:
        raise GiftLimitError.of(beyond, occasion_fen=limits.occasion_fen, year_fen=limits.year_fen)
    row = GiftRow(
        id=gift_id,
        company=principal.company,
        customer_id=gift.customer_id,
        member_id=gift.member_id,
        greeting_id=gift.greeting_id,
        occasion=gift.occasion,
        kind=gift.kind,
        value_fen=gift.value_fen,
        year=today.year,
        state=(GiftState.PROPOSED if beyond else GiftState.GIVEN).value,
        exceeded=list(beyond),
        reason=gift.reason,
        given_by=principal.staff_id,
        team=principal.team,
        department=principal.department,
        posts=list(limits.approved_by) if beyond else [],
        recorded_at=now,
        given_on=None if beyond else given_on,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )
    await gifts.add(session, row)
    if beyond:
        promise = governing.promise(APPROVAL, limits.approval)
        book = ClockBook(session, calendars=governing.calendars, now=now)
        await book.start(subject_of(row), governing.stamp(None), [promise], started_at=now)
        await _tell(session, row, GiftProposed, "propose", now)
    else:
        await _tell(session, row, GiftGiven, "give", now, given_on=given_on)
    return row


def _check_codes(governing: Governing, gift: Gift) -> None:
    if gift.occasion not in governing.chapter.care.gift_occasions:
        raise GiftCodeError.at_pointer("/occasion")
    if gift.kind not in governing.chapter.care.gift_kinds:
        raise GiftCodeError.at_pointer("/kind")


async def _greeting(session: AsyncSession, scope: RowScope, gift: Gift) -> GreetingRow | None:
    if gift.greeting_id is None:
        return None
    try:
        greeting = await greetings.get(session, gift.greeting_id, scope)
    except GreetingNotFoundError:
        raise GiftReceiverError.at_pointer("/greeting_id") from None
    if (greeting.customer_id, greeting.member_id, greeting.occasion) != (
        gift.customer_id,
        gift.member_id,
        gift.occasion,
    ):
        raise GiftReceiverError.at_pointer("/greeting_id")
    return greeting


async def _check_receiver(session: AsyncSession, company: str, gift: Gift) -> None:
    customer = await customers.known(session, gift.customer_id, company)
    if customer is None or customer.id != gift.customer_id:
        raise GiftReceiverError.at_pointer("/customer_id")
    if gift.member_id is not None:
        member = await days.member(session, company, gift.member_id)
        if member is None or member.group_id != gift.customer_id:
            raise GiftReceiverError.at_pointer("/member_id")


async def _exceeded(
    session: AsyncSession, governing: Governing, company: str, gift: Gift, greeting: GreetingRow | None, today: date
) -> Sequence[str]:
    receiver = gift.member_id or gift.customer_id
    await gifts.lock_receiver(session, company, receiver)
    same, year = await gifts.sums_of_receiver(
        session,
        company,
        receiver,
        year=today.year,
        occasion=gift.occasion,
        greeting_id=gift.greeting_id,
        since=start_of(today, governing.zone),
    )
    standard = greeting.gift_fen if greeting is not None else None
    return exceeded(gift.value_fen, governing.chapter.care.gift_limits, standard_fen=standard, same=same, year=year)


async def decide(call: GiftCall, *, is_approved: bool, reason: str) -> GiftRow:
    """The pack's post approves or refuses; stops the clock.

    Raises: GiftNotFoundError, StaleError, GiftStepError, GiftPostError, GiftOwnError.
    """
    row = await _locked(call, GiftState.PROPOSED)
    if not any(call.principal.holds(post) for post in row.posts):
        raise GiftPostError("该礼品须由规章指定的岗位审批。")
    if call.principal.is_self(row.given_by):
        raise GiftOwnError("不得审批本人经办的礼品。")
    row.state = (GiftState.APPROVED if is_approved else GiftState.REFUSED).value
    row.decided_by, row.decided_at, row.decision_reason = call.principal.staff_id, call.now, reason
    row.version += 1
    await call.session.flush()
    book = ClockBook(call.session, calendars=call.governances.calendars, now=call.now)
    await book.stop(subject_of(row), APPROVAL, actor=call.principal.actor)
    kind, action = (GiftApproved, "approve") if is_approved else (GiftRefused, "refuse")
    await _tell(call.session, row, kind, action, call.now, decided_by=call.principal.staff_id)
    return row


async def give(call: GiftCall) -> GiftRow:
    """What was approved is given, by whoever proposed it.

    Raises: GiftNotFoundError, StaleError, GiftStepError, GiftGiverError, GiftDateError.
    """
    row = await _locked(call, GiftState.APPROVED)
    if not call.principal.is_self(row.given_by):
        raise GiftGiverError("请由提出该礼品的人员登记赠送。")
    governing = call.governances.of_revision(row.company, row.policy_version, row.recorded_at)
    today = call.now.astimezone(governing.zone).date()
    if today.year != row.year:
        raise GiftDateError.at_pointer("")
    row.state, row.given_on = GiftState.GIVEN.value, today
    row.version += 1
    await call.session.flush()
    await _tell(call.session, row, GiftGiven, "give", call.now, given_on=today)
    return row


async def _locked(call: GiftCall, state: GiftState) -> GiftRow:
    row = await gifts.get(call.session, call.gift_id, call.scope, lock=True)
    if row.version != call.expected_version:
        raise StaleError("礼品登记已被他人修改，请重新读取后再操作。")
    if row.state != state:
        raise GiftStepError.of(row.state)
    return row


async def _tell(
    session: AsyncSession, row: GiftRow, kind: type[GiftFact], action: str, now: datetime, **said: Any
) -> None:
    await record(
        session,
        company=row.company,
        action=f"{action}_gift",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, "value_fen": row.value_fen, "exceeded": list(row.exceeded)},
    )
    await outbox.add(session, events.gift(row, kind, now, **said))


async def read(session: AsyncSession, gift_id: UUID, scope: RowScope) -> GiftRow:
    """One of the scope.  Raises: GiftNotFoundError."""
    return await gifts.get(session, gift_id, scope)


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, Any], *, before: UUID | None, limit: int
) -> Sequence[GiftRow]:
    """Newest first."""
    return await gifts.page(session, scope, wanted, before=before, limit=limit)


async def sums(session: AsyncSession, scope: RowScope, year: int, *, is_by_giver: bool) -> Sequence[GiftSum]:
    """What was given in a year by receiver or giver, the most first."""
    return await gifts.sums(session, scope, year, is_by_giver=is_by_giver, limit=MOST_SUMS)
