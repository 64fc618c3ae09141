"""What people check: their own day, the team's sample, the step before, and what they see during business."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.customer.entry_quality.errors import (
    EntryCheckOpenError,
    EntryCodeUnknownError,
    EntryLineNotFoundError,
    EntryPostError,
    EntryStepNotAllowedError,
    EntrySubjectNotFoundError,
    NotOwnEntryError,
)
from services.customer.entry_quality.models import EntryCheckLineRow, EntryCheckRow
from services.customer.entry_quality.repository import checks, entries
from services.customer.entry_quality.rules.states import CheckState, LineState
from services.customer.entry_quality.service.findings import Found, record_finding
from services.customer.entry_quality.service.quality import CHECK, QualityCall
from services.customer.entry_quality.service.running import (
    DONE,
    IN_BUSINESS,
    OWN_DAY,
    STEP_BEFORE,
    TEAM_LEADER,
    subject_of,
)
from shared.ids import new_id

BY_HAND = (IN_BUSINESS, STEP_BEFORE)
SUBJECTS = entries.SUBJECTS
"""Kinds of entry that a person may check by hand."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of one entry of a check."""

    line_id: UUID
    state: LineState
    kind: str | None = None
    note: str | None = None


async def look(call: QualityCall, check_id: UUID, seen: Sequence[Seen], *, is_done: bool) -> EntryCheckRow:
    """Say of entries whether they are correct; `is_done` ends the check, with all entries looked at.

    Raises: EntryCheckNotFoundError, StaleError, EntryStepNotAllowedError, EntryPostError, NotOwnEntryError,
    EntryLineNotFoundError, EntryCodeUnknownError, EntryCheckOpenError.
    """
    row = await checks.get(call.session, check_id, call.scope, lock=True)
    call.check_version(row.version)
    if row.state != CheckState.OPEN:
        raise EntryStepNotAllowedError.of("look", row.state)
    _ensure_checker(call, row)
    lines = await checks.lines_of(call.session, row.id, [one.line_id for one in seen])
    for one in seen:
        line = lines.get(one.line_id)
        if line is None:
            raise EntryLineNotFoundError
        await _see(call, row, line, one)
    await call.session.flush()
    if is_done:
        await _end(call, row)
    row.version += 1
    await call.session.flush()
    await call.note("entry_check_looked", CHECK, row.id, version=row.version, lines=len(seen), done=is_done)
    return row


def _ensure_checker(call: QualityCall, row: EntryCheckRow) -> None:
    if row.check == OWN_DAY:
        if row.operator_id != call.principal.staff_id:
            raise NotOwnEntryError("当日自查由录入人本人完成。")
        return
    call.check_posts(call.quality.terms.checks[row.check].made_by)
    if row.check == TEAM_LEADER and row.team not in {call.principal.team, *(one.team for one in call.principal.acting)}:
        raise EntryPostError("班组抽查由本班组的班长完成。")


async def _see(call: QualityCall, row: EntryCheckRow, line: EntryCheckLineRow, one: Seen) -> None:
    if row.check != OWN_DAY:
        call.keep_apart(line.operator_id)
    line.state, line.kind, line.note = one.state.value, one.kind, one.note
    line.checked_by, line.checked_at = call.principal.staff_id, call.now
    if one.state is LineState.CORRECT or line.finding_id is not None:
        return
    if one.kind is None:
        raise EntryCodeUnknownError.at_pointer("/lines", "有错的录入须写明错误类别。")
    found = Found(
        rule=row.check,
        check=row.check,
        kind=one.kind,
        concern=line.concern,
        subject_type=line.subject_type,
        subject_id=line.subject_id,
        entered_at=line.entered_at,
        operator_id=line.operator_id,
        customer_id=line.customer_id,
        order_id=line.subject_id if line.subject_type == "order" else None,
        check_id=row.id,
        found_by=call.principal.staff_id,
        corrected_by=call.principal.staff_id if one.state is LineState.CORRECTED else None,
        note=one.note,
    )
    line.finding_id = await _record(call, found)
    row.errors += 1


async def _end(call: QualityCall, row: EntryCheckRow) -> None:
    if await checks.open_lines(call.session, row.id):
        raise EntryCheckOpenError("检查尚有未核对的录入，不能完成。")
    row.state, row.finished_at, row.done_by = CheckState.DONE.value, call.now, call.principal.staff_id
    book = call.quality.book(call.session, call.now)
    await book.stop(subject_of(row), DONE, actor=call.principal.actor)


@dataclass(frozen=True, slots=True)
class HandCheck:
    """What a clerk saw of an entry during business, or of the step before."""

    check: str
    subject_type: str
    subject_id: UUID
    concern: str
    state: LineState
    kind: str | None = None
    field: str | None = None
    note: str | None = None


async def check_by_hand(call: QualityCall, check_id: UUID, seen: HandCheck) -> EntryCheckRow:
    """Keep that somebody confirmed or corrected an entry; an error goes to the entry's author.

    Raises: EntryCodeUnknownError, EntryPostError, EntrySubjectNotFoundError, OwnEntryError.
    """
    terms = call.quality.terms
    if seen.check not in BY_HAND or seen.check not in terms.checks:
        raise EntryCodeUnknownError.at_pointer("/check", "只能登记办理业务时或上一环节的核对。")
    if seen.concern not in call.quality.chapter.concerns:
        raise EntryCodeUnknownError.at_pointer("/concern", "现行规章未定义该类资料。")
    if (seen.state is LineState.CORRECT) != (seen.kind is None):
        raise EntryCodeUnknownError.at_pointer("/kind", "有错时须写明错误类别，无错时不写。")
    call.check_posts(terms.checks[seen.check].made_by)
    entered = await entries.entry_of(
        call.session,
        call.company,
        seen.subject_type,
        seen.subject_id,
        field=seen.field,
        before=call.now,
        asker=call.principal.actor,
    )
    if entered is None:
        raise EntrySubjectNotFoundError.at_pointer("/subject_id", "没有这条录入。")
    if seen.state is not LineState.CORRECT:
        call.keep_apart(entered.operator_id)
    row = await checks.add(call.session, _hand_row(call, check_id, seen, entered))
    line = _hand_line(call, row, seen, entered)
    call.session.add(line)
    if seen.state is not LineState.CORRECT and seen.kind is not None:
        found = Found(
            rule=seen.check,
            check=seen.check,
            kind=seen.kind,
            concern=seen.concern,
            subject_type=seen.subject_type,
            subject_id=seen.subject_id,
            entered_at=entered.entered_at,
            operator_id=entered.operator_id,
            customer_id=entered.customer_id,
            order_id=entered.order_id,
            check_id=row.id,
            found_by=call.principal.staff_id,
            corrected_by=call.principal.staff_id if seen.state is LineState.CORRECTED else None,
            matter_id=entered.matter_id,
            note=seen.note,
            evidence={"field": seen.field} if seen.field else {},
        )
        line.finding_id = await _record(call, found)
        row.errors = 1
    await call.session.flush()
    await call.note("entry_checked", CHECK, row.id, check=seen.check, state=seen.state.value)
    return row


async def _record(call: QualityCall, found: Found) -> UUID:
    stored = await record_finding(
        call.session, call.company, found, quality=call.quality, staff=call.staff, now=call.now
    )
    return stored.id


def _hand_row(call: QualityCall, check_id: UUID, seen: HandCheck, entered: entries.Entered) -> EntryCheckRow:
    author = call.member(entered.operator_id)
    return EntryCheckRow(
        id=check_id,
        company=call.company,
        check=seen.check,
        period=call.now.isoformat(),
        subject=str(check_id),
        state=CheckState.DONE.value,
        operator_id=entered.operator_id,
        team=author.team if author else None,
        department=author.department if author else None,
        posts=[],
        from_at=call.now,
        until_at=call.now,
        population=1,
        drawn=1,
        errors=0,
        figures={},
        policy_version=call.quality.version,
        policy_sha256=call.quality.sha256,
        started_at=call.now,
        finished_at=call.now,
        done_by=call.principal.staff_id,
        note=seen.note,
        version=1,
    )


def _hand_line(call: QualityCall, row: EntryCheckRow, seen: HandCheck, entered: entries.Entered) -> EntryCheckLineRow:
    return EntryCheckLineRow(
        id=new_id(),
        company=row.company,
        check_id=row.id,
        subject_type=seen.subject_type,
        subject_id=seen.subject_id,
        customer_id=entered.customer_id,
        concern=seen.concern,
        operator_id=entered.operator_id,
        entered_at=entered.entered_at,
        missing=[seen.field] if seen.field and seen.kind == "missing" else [],
        state=seen.state.value,
        kind=seen.kind,
        note=seen.note,
        checked_by=call.principal.staff_id,
        checked_at=call.now,
    )
