"""An error of entry from its finding to the decision of another (domain.md 2.7; four eyes)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality import events
from services.customer.entry_quality.errors import EntryCodeUnknownError, NotOwnEntryError
from services.customer.entry_quality.models import EntryFindingActRow, EntryFindingRow
from services.customer.entry_quality.repository import findings as repository
from services.customer.entry_quality.repository import rights as rights_repository
from services.customer.entry_quality.rules.periods import month_of
from services.customer.entry_quality.rules.states import FINDING, FindingAct, FindingState, after
from services.customer.entry_quality.service import grounds
from services.customer.entry_quality.service.quality import FINDING as SUBJECT
from services.customer.entry_quality.service.quality import Quality, QualityCall, note
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook
from shared.events import outbox
from shared.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An error that somebody or something found; the rule is the pack's, or names the way it came in."""

    rule: str
    check: str
    kind: str
    concern: str
    subject_type: str
    subject_id: UUID
    entered_at: datetime
    operator_id: UUID | None = None
    customer_id: UUID | None = None
    order_id: UUID | None = None
    complaint_id: UUID | None = None
    check_id: UUID | None = None
    found_by: UUID | None = None
    corrected_by: UUID | None = None
    matter_id: UUID | None = None
    note: str | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


async def record_finding(
    session: AsyncSession, company: str, found: Found, *, quality: Quality, staff: StaffBook, now: datetime
) -> EntryFindingRow:
    """Keep an error, whoever finds it: a check, a callback's wrong number, a complaint; the same entry counts once.

    Raises: EntryCodeUnknownError.
    """
    _check_codes(quality, found)
    operator = staff.get(found.operator_id) if found.operator_id else None
    if operator is not None and operator.company != company:
        operator = None
    finding_id = new_id()
    is_corrected = found.corrected_by is not None
    values = {
        "id": finding_id,
        "company": company,
        "rule": found.rule,
        "check": found.check,
        "kind": found.kind,
        "concern": found.concern,
        "subject_type": found.subject_type,
        "subject_id": found.subject_id,
        "customer_id": found.customer_id,
        "order_id": found.order_id,
        "complaint_id": found.complaint_id,
        "check_id": found.check_id,
        "operator_id": operator.id if operator else None,
        "team": operator.team if operator else None,
        "department": operator.department if operator else None,
        "posts": list(quality.terms.findings.decided_by),
        "state": (FindingState.CORRECTED if is_corrected else FindingState.OPEN).value,
        "entered_at": found.entered_at,
        "found_at": now,
        "found_month": month_of(now, quality.zone),
        "found_by": found.found_by,
        "evidence": found.evidence,
        "note": found.note,
        "corrected_by": found.corrected_by,
        "corrected_at": now if is_corrected else None,
        "clause": quality.terms.findings.clause,
        "policy_version": quality.version,
        "matter_id": found.matter_id or finding_id,
        "version": 1,
    }
    stored = await repository.add(session, values)
    if stored is None:
        known = await repository.existing(session, company, found.rule, found.subject_type, found.subject_id)
        if known is not None:
            return known
    row = await repository.get(session, finding_id, RowScope.everything(company))
    await _write_down(session, row, FindingAct.FIND, found.found_by, None, now, found.note)
    await note(session, company, "entry_error_found", SUBJECT, row.id, now=now, rule=row.rule, kind=row.kind)
    return row


def _check_codes(quality: Quality, found: Found) -> None:
    terms = quality.terms
    for pointer, code, known in (
        ("/kind", found.kind, terms.error_kinds),
        ("/check", found.check, terms.checks),
        ("/concern", found.concern, quality.chapter.concerns),
    ):
        if code not in known:
            raise EntryCodeUnknownError.at_pointer(pointer, "现行规章未定义该代码。")


async def correct(call: QualityCall, finding_id: UUID, *, note: str | None) -> EntryFindingRow:
    """The author has mended the entry; the error stays one until somebody decides.

    Raises: EntryFindingNotFoundError, StaleError, EntryStepNotAllowedError, NotOwnEntryError.
    """
    row, before = await _answer(call, finding_id, FindingAct.CORRECT)
    row.corrected_by, row.corrected_at = call.principal.staff_id, call.now
    return await _finish(call, row, FindingAct.CORRECT, before, note)


async def contest(call: QualityCall, finding_id: UUID, *, reason: str) -> EntryFindingRow:
    """The author denies the error.  Raises: as `correct`."""
    row, before = await _answer(call, finding_id, FindingAct.CONTEST)
    row.contested_at, row.contested_reason = call.now, reason
    return await _finish(call, row, FindingAct.CONTEST, before, reason)


async def confirm(call: QualityCall, finding_id: UUID, *, reason: str | None) -> EntryFindingRow:
    """Another than the author confirms it: it counts, and incentive hears of it.

    Raises: EntryFindingNotFoundError, StaleError, EntryStepNotAllowedError, OwnEntryError, EntryPostError.
    """
    row, before = await _decide(call, finding_id, FindingAct.CONFIRM, reason)
    row.is_after_training = await _trained_before(call, row)
    await _finish(call, row, FindingAct.CONFIRM, before, reason)
    month = await repository.month(call.session, row.company, row.found_month)
    count = sum(one.confirmed for one in month if one.operator_id == row.operator_id)
    await outbox.add(call.session, events.confirmed(row, count, call.now))
    await grounds.weigh(call.session, row, call.quality, now=call.now)
    return row


async def dismiss(call: QualityCall, finding_id: UUID, *, reason: str) -> EntryFindingRow:
    """It was no error.  Raises: as `confirm`."""
    row, before = await _decide(call, finding_id, FindingAct.DISMISS, reason)
    await _finish(call, row, FindingAct.DISMISS, before, reason)
    await outbox.add(call.session, events.dismissed(row, call.now))
    return row


async def link_complaint(call: QualityCall, finding_id: UUID, *, complaint_id: UUID) -> EntryFindingRow:
    """The error caused this complaint: one confirmed error is then ground enough (domain.md 2.7).

    Raises: EntryFindingNotFoundError, StaleError, OwnEntryError, EntryPostError.
    """
    row = await repository.get(call.session, finding_id, call.scope, lock=True)
    call.check_version(row.version)
    call.keep_apart(row.operator_id)
    call.check_posts(row.posts)
    row.complaint_id, row.version = complaint_id, row.version + 1
    await _write_down(call.session, row, FindingAct.LINK, call.principal.staff_id, row.state, call.now, None)
    await call.note("entry_error_linked", SUBJECT, row.id, complaint_id=str(complaint_id), version=row.version)
    if row.state == FindingState.CONFIRMED:
        await grounds.weigh(call.session, row, call.quality, now=call.now)
    return row


async def _take(call: QualityCall, finding_id: UUID, act: FindingAct) -> tuple[EntryFindingRow, str, str]:
    """The locked error, the state it is in, and the one that the step leads to."""
    row = await repository.get(call.session, finding_id, call.scope, lock=True)
    call.check_version(row.version)
    return row, row.state, after(FINDING, act, row.state)


async def _answer(call: QualityCall, finding_id: UUID, act: FindingAct) -> tuple[EntryFindingRow, str]:
    row, before, led_to = await _take(call, finding_id, act)
    if row.operator_id != call.principal.staff_id:
        raise NotOwnEntryError("只有录入人本人可以更正或申辩。")
    row.state = led_to
    return row, before


async def _decide(
    call: QualityCall, finding_id: UUID, act: FindingAct, reason: str | None
) -> tuple[EntryFindingRow, str]:
    row, before, led_to = await _take(call, finding_id, act)
    call.keep_apart(row.operator_id)
    call.check_posts(row.posts)
    row.state = led_to
    row.decided_by, row.decided_at, row.decision_reason = call.principal.staff_id, call.now, reason
    return row, before


async def _finish(
    call: QualityCall, row: EntryFindingRow, act: FindingAct, before: str, reason: str | None
) -> EntryFindingRow:
    row.version += 1
    await _write_down(call.session, row, act, call.principal.staff_id, before, call.now, reason)
    await call.note(f"entry_error_{act.value}", SUBJECT, row.id, version=row.version, state=row.state)
    return row


async def _trained_before(call: QualityCall, row: EntryFindingRow) -> bool | None:
    if row.operator_id is None:
        return None
    trained = await rights_repository.last_training(
        call.session, row.company, row.operator_id, concern=row.concern, until=row.entered_at
    )
    return trained is not None


async def _write_down(
    session: AsyncSession,
    row: EntryFindingRow,
    act: FindingAct,
    actor_id: UUID | None,
    before: str | None,
    now: datetime,
    reason: str | None,
) -> None:
    session.add(
        EntryFindingActRow(
            id=new_id(),
            company=row.company,
            finding_id=row.id,
            act=act.value,
            at=now,
            actor_id=actor_id,
            from_state=before,
            to_state=row.state,
            reason=reason,
        )
    )
    await session.flush()
