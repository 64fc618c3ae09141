"""The monthly ledger: drafted, reconciled, signed by each post of the pack, locked for good."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.clocks import book_of
from services.complaint.cases.service.governing import Governing
from services.complaint.delegation import events
from services.complaint.delegation.errors import (
    AuthorityLedgerNotFoundError,
    AuthorityPostError,
    LedgerMonthOpenError,
    LedgerStepNotAllowedError,
    UnreconciledError,
)
from services.complaint.delegation.models import AuthorityLedgerActRow, AuthorityLedgerRow
from services.complaint.delegation.repository import ledgers
from services.complaint.delegation.rules.draws import seed_digest
from services.complaint.delegation.rules.ledger import (
    MUST_EXPLAIN,
    NAMES,
    Difference,
    Digest,
    is_over,
    next_month,
    start_of,
)
from services.complaint.delegation.rules.states import LedgerState
from services.complaint.delegation.service.call import AuthorityCall, promise_for, stamp_of, terms_of
from shared.access.permissions import ScopeLevel
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import new_id
from shared.sla.promise import Subject

SUBJECT = "authority_ledger"
id_of = ledgers.id_of
SIGN, LOCK = "sign", "lock"
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class ShownLedger:
    """A month with its figures."""

    row: AuthorityLedgerRow
    acts: Sequence[AuthorityLedgerActRow]
    totals: Mapping[str, int]
    differences: Mapping[str, Any]
    draws: Mapping[str, int]

    @property
    def seed_digest(self) -> str:
        """Commits to the seed before it is published."""
        return seed_digest(self.row.seed)


async def draft(session: AsyncSession, governing: Governing, company: str, month: str, *, now: datetime) -> bool:
    """Lay a month that has ended before whoever signs it; False if it was done before."""
    row = await ledgers.ensure(session, company, month, seed=secrets.token_hex(16), now=now)
    if row.posts or row.state != LedgerState.DRAFT:
        return False
    terms = terms_of(governing).ledger
    row.posts, row.version = list(terms.signed_by or terms.locked_by), row.version + 1
    metric = SIGN if terms.signed_by else LOCK
    promise = promise_for(governing, metric, terms.signing, clause=terms.clause)
    await book_of(session, governing, now).start(_subject(row, row.routing), stamp_of(governing), [promise])
    await session.flush()
    return True


async def shown(call: AuthorityCall, month: str) -> ShownLedger:
    """A month with what differs, within the caller's departments.  Raises: AuthorityLedgerNotFoundError."""
    company = call.principal.company
    row = await ledgers.one(call.session, (company,), month)
    if row is None:
        raise AuthorityLedgerNotFoundError
    zone = call.in_force.zone
    found = row.summary.get("differences")
    if found is None:
        until = start_of(next_month(month), zone)
        found = _told(await ledgers.differences(call.session, company, month, until=until))
    return ShownLedger(
        row=row,
        acts=await ledgers.acts(call.session, row.id),
        totals=await ledgers.totals(call.session, company, month, departments_of(call)),
        differences=found,
        draws=await ledgers.draws(call.session, company, month),
    )


def departments_of(call: AuthorityCall) -> Sequence[str] | None:
    """Whose lines the person sees; None = all."""
    return None if call.scope.level is ScopeLevel.COMPANY else call.scope.departments


async def lines(
    call: AuthorityCall, month: str, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[RowMapping]:
    """A page of the month."""
    departments = departments_of(call)
    company = call.principal.company
    return await ledgers.lines(call.session, company, month, departments=departments, after=after, limit=limit)


async def chunks(
    session: AsyncSession, company: str, month: str, departments: Sequence[str] | None
) -> AsyncIterator[Sequence[RowMapping]]:
    """All lines of a month, some at a time."""
    after: tuple[datetime, UUID] | None = None
    while rows := await ledgers.lines(session, company, month, departments=departments, after=after, limit=CHUNK):
        yield rows
        after = (rows[-1]["occurred_at"], rows[-1]["id"])


async def sign(call: AuthorityCall, month: str, *, note: str | None) -> AuthorityLedgerRow:
    """One of the pack's posts signs; from the first signature on nothing is entered any more.

    Raises: AuthorityLedgerNotFoundError, StaleError, LedgerMonthOpenError, LedgerStepNotAllowedError,
    AuthorityPostError, UnreconciledError.
    """
    governing, row = await _take(call, month, {LedgerState.DRAFT, LedgerState.SIGNING})
    terms = terms_of(governing).ledger
    signed = await ledgers.acts(call.session, row.id)
    missing = [post for post in terms.signed_by if post not in {one.post for one in signed}]
    post = next((one for one in missing if call.principal.holds(one)), None)
    if post is None or any(call.principal.is_self(one.actor_id) for one in signed):
        raise AuthorityPostError("台帐由规章所列岗位各签一次，同一人不得重复签字。")
    await _check_reconciled(call, governing, month, note)
    left = [one for one in missing if one != post]
    row.state = (LedgerState.SIGNING if left else LedgerState.SIGNED).value
    row.signed_at = None if left else call.now
    row.posts = left or list(terms.locked_by or terms.signed_by)
    await _write_down(call, row, SIGN, post, note)
    await _hand_on(call, governing, row, is_signed=not left)
    return row


async def _check_reconciled(call: AuthorityCall, governing: Governing, month: str, note: str | None) -> None:
    until = start_of(next_month(month), governing.zone)
    found = await ledgers.differences(call.session, call.principal.company, month, until=until)
    open_kinds = [kind for kind in MUST_EXPLAIN if found[kind][0]]
    if open_kinds and not note:
        named = "、".join(f"{NAMES[kind]} {found[kind][0]} 件" for kind in sorted(open_kinds))
        raise UnreconciledError(f"批准与执行不一致，签字时须说明：{named}。")


async def _hand_on(call: AuthorityCall, governing: Governing, row: AuthorityLedgerRow, *, is_signed: bool) -> None:
    book = book_of(call.session, governing, call.now)
    subject = _subject(row, row.routing)
    if not is_signed:
        await book.transfer(subject, row.routing, actor=call.principal.actor)
        return
    await book.stop(subject, SIGN, actor=call.principal.actor)
    terms = terms_of(governing).ledger
    promise = promise_for(governing, LOCK, terms.signing, clause=terms.clause)
    await book.start(subject, stamp_of(governing), [promise])


async def lock(call: AuthorityCall, month: str) -> AuthorityLedgerRow:
    """Close the month for good: figures and digest are frozen, the seed is published.  Raises: as `sign`."""
    governing, row = await _take(call, month, {LedgerState.DRAFT, LedgerState.SIGNED})
    terms = terms_of(governing).ledger
    if row.state == LedgerState.DRAFT and terms.signed_by:
        raise LedgerStepNotAllowedError("台帐尚未签字，不能锁定。")
    if not any(call.principal.holds(post) for post in terms.locked_by or terms.signed_by):
        raise AuthorityPostError("现行规章规定台帐由其他岗位锁定。")
    until = start_of(next_month(month), governing.zone)
    totals = await ledgers.totals(call.session, row.company, month)
    found = await ledgers.differences(call.session, row.company, month, until=until)
    row.summary = {"totals": totals, "differences": _told(found)}
    digest = Digest()
    async for rows in chunks(call.session, row.company, month, None):
        digest.add(rows)
    row.digest, row.state, row.posts = digest.text, LedgerState.LOCKED.value, []
    row.locked_at, row.locked_by = call.now, call.principal.staff_id
    await _write_down(call, row, LOCK, None, None)
    book = book_of(call.session, governing, call.now)
    await book.stop(_subject(row, Routing()), LOCK, actor=call.principal.actor)
    amount_fen, late_uses = totals["executed_fen"], totals["late_uses"]
    fact = events.locked(row, call.now, uses=totals["uses"], amount_fen=amount_fen, late_uses=late_uses)
    await outbox.add(call.session, fact)
    return row


async def _take(call: AuthorityCall, month: str, allowed: set[LedgerState]) -> tuple[Governing, AuthorityLedgerRow]:
    company, governing = call.principal.company, call.in_force
    await ledgers.hold_closed(call.session, company)
    row = await ledgers.one(call.session, (company,), month, lock=True)
    if row is None:
        raise AuthorityLedgerNotFoundError
    if row.version != call.expected_version:
        raise StaleError("台帐已被他人修改，请重新读取后再操作。")
    if not is_over(month, call.now, governing.zone):
        raise LedgerMonthOpenError("当月结束后方可签字与锁定。")
    if LedgerState(row.state) not in allowed:
        raise LedgerStepNotAllowedError(f"台帐处于“{row.state}”，不能执行该操作。")
    row.version += 1
    return governing, row


async def _write_down(
    call: AuthorityCall, row: AuthorityLedgerRow, act: str, post: str | None, note: str | None
) -> None:
    call.session.add(
        AuthorityLedgerActRow(
            id=new_id(),
            company=row.company,
            ledger_id=row.id,
            act=act,
            post=post,
            actor_id=call.principal.staff_id,
            at=call.now,
            note=note,
        )
    )
    await call.session.flush()
    await record(
        call.session,
        company=row.company,
        action=f"{act}_authority_ledger",
        at=call.now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, "month": row.month},
    )


def _told(found: Mapping[Difference, tuple[int, list[UUID]]]) -> dict[str, Any]:
    return {kind.value: {"count": count, "ids": [str(one) for one in ids]} for kind, (count, ids) in found.items()}


def _subject(row: AuthorityLedgerRow, routing: Routing) -> Subject:
    return Subject(
        type=SUBJECT, id=row.id, company=row.company, matter_id=row.id, routing=routing, title="authority_ledger"
    )
