"""Training after errors, and the withdrawal of rights: verified, proposed, decided by another, given back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.customer.entry_quality import events
from services.customer.entry_quality.errors import (
    EntryCodeUnknownError,
    EntrySubjectNotFoundError,
    EntryTimeError,
    EvidenceRequiredError,
    GroundMissingError,
    SameDeciderError,
    TrainingMissingError,
)
from services.customer.entry_quality.models import EntryTrainingRow, RightsWithdrawalRow
from services.customer.entry_quality.repository import findings
from services.customer.entry_quality.repository import rights as repository
from services.customer.entry_quality.rules.states import (
    WITHDRAWAL,
    FindingState,
    Ground,
    WithdrawalAct,
    WithdrawalState,
    after,
)
from services.customer.entry_quality.service import grounds
from services.customer.entry_quality.service.grounds import APPROVAL, VERIFICATION, subject_of
from services.customer.entry_quality.service.quality import TRAINING, QualityCall
from services.customer.entry_quality.service.quality import WITHDRAWAL as SUBJECT
from services.customer.write_rights import service as write_rights
from shared.contracts import entry as contracts
from shared.events import outbox


@dataclass(frozen=True, slots=True)
class Training:
    """Who was trained in what, because of which errors."""

    operator_id: UUID
    topic: str
    trained_at: datetime
    concerns: tuple[str, ...] = ()
    finding_ids: tuple[UUID, ...] = ()


async def record_training(call: QualityCall, training_id: UUID, training: Training) -> EntryTrainingRow:
    """Keep that an operator was trained; errors entered later are errors that remain after training.

    Raises: EntrySubjectNotFoundError, OwnEntryError, EntryCodeUnknownError, EntryTimeError, TrainingMissingError.
    """
    member = call.member(training.operator_id)
    if member is None:
        raise EntrySubjectNotFoundError.at_pointer("/operator_id", "没有这位员工。")
    call.keep_apart(member.id)
    if training.trained_at > call.now:
        raise EntryTimeError.at_pointer("/trained_at", "培训时间不得晚于现在。")
    if not set(training.concerns) <= set(call.quality.chapter.concerns):
        raise EntryCodeUnknownError.at_pointer("/concerns", "现行规章未定义该类资料。")
    errors = await findings.named(call.session, call.company, training.finding_ids)
    if len(errors) != len(set(training.finding_ids)) or any(one.operator_id != member.id for one in errors):
        raise TrainingMissingError.at_pointer("/finding_ids", "所列错误须为该员工本人的录入错误。")
    row = EntryTrainingRow(
        id=training_id,
        company=call.company,
        operator_id=member.id,
        department=member.department,
        team=member.team,
        concerns=sorted(set(training.concerns)),
        topic=training.topic,
        trained_at=training.trained_at,
        finding_ids=list(training.finding_ids),
        recorded_by=call.principal.staff_id,
        recorded_at=call.now,
        version=1,
    )
    call.session.add(row)
    await call.session.flush()
    await call.note("entry_training_recorded", TRAINING, row.id, operator_id=str(row.operator_id))
    return row


@dataclass(frozen=True, slots=True)
class Verification:
    """What maintenance verified by the entry standard, and the deeds in the audit trail that prove it."""

    text: str
    audit_ids: tuple[UUID, ...]
    concerns: tuple[str, ...] = ()
    """Empty: those of the errors."""


async def propose(call: QualityCall, withdrawal_id: UUID, verified: Verification) -> RightsWithdrawalRow:
    """Maintenance verified it and proposes; another decides.

    Raises: RightsWithdrawalNotFoundError, StaleError, EntryStepNotAllowedError, OwnEntryError, EntryPostError,
    EvidenceRequiredError, EntryCodeUnknownError.
    """
    row = await _take(call, withdrawal_id, WithdrawalAct.PROPOSE)
    call.check_posts([call.quality.terms.withdrawal.proposed_by])
    await _check_evidence(call, row.staff_id, verified)
    _say(call, row, verified)
    await _stop(call, row, VERIFICATION)
    row.posts = list(call.quality.terms.withdrawal.approved_by)
    await _finish(call, row, WithdrawalAct.PROPOSE, contracts.RightsWithdrawalProposed)
    await _start_approval(call, row)
    return row


async def propose_new(
    call: QualityCall,
    withdrawal_id: UUID,
    *,
    staff_id: UUID,
    ground: Ground,
    finding_ids: tuple[UUID, ...],
    verified: Verification,
) -> RightsWithdrawalRow:
    """Maintenance proposes what no job has prompted; the pack's ground must be given.

    Raises: EntrySubjectNotFoundError, OwnEntryError, EntryPostError, GroundMissingError, EvidenceRequiredError,
    EntryCodeUnknownError.
    """
    terms = call.quality.terms.withdrawal
    if call.member(staff_id) is None:
        raise EntrySubjectNotFoundError.at_pointer("/staff_id", "没有这位员工。")
    call.keep_apart(staff_id)
    call.check_posts([terms.proposed_by])
    await repository.lock_person(call.session, call.company, staff_id)
    errors = await findings.named(call.session, call.company, finding_ids)
    confirmed = [one for one in errors if one.operator_id == staff_id and one.state == FindingState.CONFIRMED]
    complaint_id = next((one.complaint_id for one in confirmed if one.complaint_id), None)
    training = None
    if ground is Ground.REPEATED_ERRORS:
        remaining, training = await grounds.remaining(call.session, call.company, staff_id, call.quality, now=call.now)
        is_given = len([one for one in confirmed if one.id in {r.id for r in remaining}]) >= terms.errors
    else:
        is_given = complaint_id is not None and terms.is_by_complaint
    if len(confirmed) != len(set(finding_ids)) or not is_given:
        raise GroundMissingError.at_pointer("/finding_ids", "所列错误不构成规章规定的收回条件。")
    await _check_evidence(call, staff_id, verified)
    row = await grounds.prompt(
        call.session,
        confirmed,
        ground,
        call.quality,
        now=call.now,
        training=training,
        complaint_id=complaint_id if ground is Ground.COMPLAINT else None,
        withdrawal_id=withdrawal_id,
    )
    _say(call, row, verified)
    await _stop(call, row, VERIFICATION)
    row.posts = list(terms.approved_by)
    await _finish(call, row, WithdrawalAct.PROPOSE, contracts.RightsWithdrawalProposed)
    await _start_approval(call, row)
    return row


async def drop(call: QualityCall, withdrawal_id: UUID, *, reason: str) -> RightsWithdrawalRow:
    """Maintenance finds that the entry standard and the log do not bear it out.  Raises: as `propose`."""
    row = await _take(call, withdrawal_id, WithdrawalAct.DROP)
    call.check_posts([call.quality.terms.withdrawal.proposed_by])
    row.decided_by, row.decided_at, row.decision_reason = call.principal.staff_id, call.now, reason
    row.posts = []
    await _stop(call, row, VERIFICATION)
    return await _finish(call, row, WithdrawalAct.DROP, contracts.RightsWithdrawalRejected, reason)


async def approve(call: QualityCall, withdrawal_id: UUID, *, reason: str | None) -> RightsWithdrawalRow:
    """Withdraw the rights: writes of these kinds of data are refused from now on.

    Raises: RightsWithdrawalNotFoundError, StaleError, EntryStepNotAllowedError, OwnEntryError, SameDeciderError,
    EntryPostError.
    """
    row = await _decide(call, withdrawal_id, WithdrawalAct.APPROVE, reason)
    await write_rights.withdraw(
        call.session, row.company, row.staff_id, row.concerns, withdrawal_id=row.id, at=call.now
    )
    return await _finish(call, row, WithdrawalAct.APPROVE, contracts.RightsWithdrawn, reason)


async def reject(call: QualityCall, withdrawal_id: UUID, *, reason: str) -> RightsWithdrawalRow:
    """Leave the rights.  Raises: as `approve`."""
    row = await _decide(call, withdrawal_id, WithdrawalAct.REJECT, reason)
    return await _finish(call, row, WithdrawalAct.REJECT, contracts.RightsWithdrawalRejected, reason)


async def restore(call: QualityCall, withdrawal_id: UUID, *, reason: str) -> RightsWithdrawalRow:
    """Give the rights back.  Raises: as `approve`."""
    row = await _take(call, withdrawal_id, WithdrawalAct.RESTORE)
    call.check_posts(call.quality.terms.withdrawal.approved_by)
    row.restored_by, row.restored_at, row.restore_reason = call.principal.staff_id, call.now, reason
    await write_rights.restore(call.session, row.company, withdrawal_id=row.id, at=call.now)
    return await _finish(call, row, WithdrawalAct.RESTORE, contracts.RightsRestored, reason)


async def _take(call: QualityCall, withdrawal_id: UUID, act: WithdrawalAct) -> RightsWithdrawalRow:
    row = await repository.get(call.session, withdrawal_id, call.scope, lock=True)
    call.check_version(row.version)
    after(WITHDRAWAL, act, row.state)
    call.keep_apart(row.staff_id)
    return row


async def _decide(
    call: QualityCall, withdrawal_id: UUID, act: WithdrawalAct, reason: str | None
) -> RightsWithdrawalRow:
    row = await _take(call, withdrawal_id, act)
    call.check_posts(call.quality.terms.withdrawal.approved_by)
    if call.principal.is_self(row.proposed_by):
        raise SameDeciderError("提出收回的人不得自行批准或驳回。")
    row.decided_by, row.decided_at, row.decision_reason = call.principal.staff_id, call.now, reason
    row.posts = []
    await _stop(call, row, APPROVAL)
    return row


def _say(call: QualityCall, row: RightsWithdrawalRow, verified: Verification) -> None:
    row.proposed_by, row.proposed_at = call.principal.staff_id, call.now
    row.verification, row.audit_ids = verified.text, list(verified.audit_ids)
    if verified.concerns:
        row.concerns = sorted(set(verified.concerns))


async def _check_evidence(call: QualityCall, staff_id: UUID, verified: Verification) -> None:
    if not set(verified.concerns) <= set(call.quality.chapter.concerns):
        raise EntryCodeUnknownError.at_pointer("/concerns", "现行规章未定义该类资料。")
    asked = frozenset(verified.audit_ids)
    found = await repository.audit_rows(call.session, call.company, asked, staff_id) if asked else frozenset()
    if not asked or found != asked:
        raise EvidenceRequiredError.at_pointer("/audit_ids", "须附该员工本人操作的日志记录编号。")


async def _start_approval(call: QualityCall, row: RightsWithdrawalRow) -> None:
    promised = call.quality.terms.withdrawal.approval
    await call.quality.start(call.session, subject_of(row), APPROVAL, promised, now=call.now)


async def _stop(call: QualityCall, row: RightsWithdrawalRow, metric: str) -> None:
    book = call.quality.book(call.session, call.now)
    await book.stop(subject_of(row), metric, actor=call.principal.actor)


async def _finish(
    call: QualityCall,
    row: RightsWithdrawalRow,
    act: WithdrawalAct,
    kind: type[contracts.RightsFact],
    reason: str | None = None,
) -> RightsWithdrawalRow:
    row.state = WithdrawalState(after(WITHDRAWAL, act, row.state)).value
    row.version += 1
    await call.session.flush()
    await outbox.add(call.session, events.rights(row, kind, call.now))
    await call.note(
        f"rights_withdrawal_{act.value}", SUBJECT, row.id, reason=reason, version=row.version, state=row.state
    )
    return row
