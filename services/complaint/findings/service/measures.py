"""Corrective measures: assigned at the confirmation, done with proof by their owner, verified by somebody else."""

from dataclasses import dataclass
from uuid import UUID

from services.complaint.findings import events, repository
from services.complaint.findings.errors import (
    MeasureFourEyesError,
    MeasureOwnerError,
    ProofRequiredError,
)
from services.complaint.findings.models import MeasureRow
from services.complaint.findings.rules import MeasureState, check_measure
from services.complaint.findings.service import clocks
from services.complaint.findings.service.drafting import check_files
from services.complaint.findings.service.work import FindingCall, FindingWork, check_posts, work_on
from shared.audit.trail import record
from shared.contracts import finding as contracts
from shared.contracts.base import Routing
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import new_id


async def assign(work: FindingWork) -> None:
    """Give the measures of a finding that was just confirmed to their owners; each has its own clock."""
    row = work.finding
    for planned in row.content.measures:
        owner = clocks.routing_of(work, planned.owner_id)
        measure = MeasureRow(
            id=new_id(),
            company=row.company,
            finding_id=row.id,
            complaint_id=row.complaint_id,
            description=planned.description,
            owner_id=planned.owner_id,
            team=owner.team,
            department=owner.department,
            urgency=work.terms.measure_for(work.case.grade, planned.urgency),
            state=MeasureState.ASSIGNED.value,
            round=1,
            assigned_at=work.now,
            matter_id=row.matter_id,
            version=1,
        )
        work.session.add(measure)
        await work.session.flush()
        await _start(work, measure, owner)
        await outbox.add(work.session, events.measured(measure, contracts.MeasureAssigned, owner, work.now))


async def _start(work: FindingWork, measure: MeasureRow, owner: Routing) -> None:
    subject = clocks.subject_of_measure(measure, work.case, owner)
    rule = work.terms.measures[measure.urgency]
    await clocks.start(work, subject, clocks.COMPLETION, rule, sequence=measure.round)


@dataclass(slots=True)
class MeasureStep:
    """One step under way on a locked measure."""

    work: FindingWork
    measure: MeasureRow

    async def finish(
        self, act: str, kind: type[contracts.MeasureFact], routing: Routing, *, reason: str | None = None
    ) -> MeasureRow:
        """Write the audit row and publish the fact."""
        work, row = self.work, self.measure
        await work.session.flush()
        await record(
            work.session,
            company=row.company,
            action=f"{act}_measure",
            at=work.now,
            resource_type="measure",
            resource_id=row.id,
            reason=reason,
            detail={"version": row.version, "round": row.round},
        )
        await outbox.add(work.session, events.measured(row, kind, routing, work.now))
        return row


async def _take(call: FindingCall, measure_id: UUID, act: str, *allowed: MeasureState) -> MeasureStep:
    seen = await repository.measure(call.session, call.complaint_id, measure_id, call.scope)
    finding = await repository.lock(call.session, seen.finding_id)
    row = await repository.measure(call.session, call.complaint_id, measure_id, call.scope, lock=True)
    if row.version != call.expected_version:
        raise StaleError("整改措施已被他人修改，请重新读取后再操作。")
    check_measure(act, row.state, *allowed)
    row.version += 1
    work = await work_on(call.session, finding, call.governances, call.staff, call.principal.staff_id, call.now)
    return MeasureStep(work, row)


async def report_done(
    call: FindingCall, measure_id: UUID, *, note: str | None, proof_ids: tuple[UUID, ...]
) -> MeasureRow:
    """The owner reports it done, with proof; somebody else verifies it.

    Raises: MeasureNotFoundError, StaleError, MeasureStepNotAllowedError, MeasureOwnerError, ProofRequiredError,
    FindingFileUnknownError.
    """
    step = await _take(call, measure_id, "done", MeasureState.ASSIGNED)
    row, work = step.measure, step.work
    if not call.principal.is_self(row.owner_id):
        raise MeasureOwnerError("只有整改责任人可以报告完成。")
    if not proof_ids:
        raise ProofRequiredError.at_pointer("/proof_ids")
    await check_files(call, proof_ids, "/proof_ids")
    row.state, row.note, row.proof_ids = MeasureState.DONE.value, note, list(proof_ids)
    row.done_by, row.done_at, row.rejection = call.principal.staff_id, call.now, None
    verifiers = Routing(department=row.department, posts=list(work.terms.verified_by))
    subject = clocks.subject_of_measure(row, work.case, verifiers)
    await clocks.stop(work, subject, clocks.COMPLETION)
    await clocks.start(work, subject, clocks.VERIFICATION, work.terms.verification, sequence=row.round)
    return await step.finish("done", contracts.MeasureDone, verifiers)


async def verify(call: FindingCall, measure_id: UUID, *, note: str | None = None) -> MeasureRow:
    """Accept a measure as done.  Raises: as `report_done`, FindingPostError, MeasureFourEyesError."""
    step = await _judge(call, measure_id, "verify")
    row, work = step.measure, step.work
    row.state = MeasureState.VERIFIED.value
    row.verified_by, row.verified_at = call.principal.staff_id, call.now
    owner = clocks.routing_of(work, row.owner_id)
    await clocks.stop(work, clocks.subject_of_measure(row, work.case, owner), clocks.VERIFICATION)
    return await step.finish("verify", contracts.MeasureVerified, owner, reason=note)


async def reject(call: FindingCall, measure_id: UUID, *, reason: str) -> MeasureRow:
    """It is not done: the owner has it again, with a new clock.  Raises: as `verify`."""
    step = await _judge(call, measure_id, "reject")
    row, work = step.measure, step.work
    owner = clocks.routing_of(work, row.owner_id)
    await clocks.stop(work, clocks.subject_of_measure(row, work.case, owner), clocks.VERIFICATION)
    row.state, row.rejection = MeasureState.ASSIGNED.value, reason
    row.round += 1
    await _start(work, row, owner)
    return await step.finish("reject", contracts.MeasureRejected, owner)


async def _judge(call: FindingCall, measure_id: UUID, act: str) -> MeasureStep:
    step = await _take(call, measure_id, act, MeasureState.DONE)
    check_posts(call.principal, step.work.terms.verified_by)
    if call.principal.is_self(step.measure.owner_id) or call.principal.is_self(step.measure.done_by):
        raise MeasureFourEyesError("整改责任人不得验收自己的整改。")
    return step


async def cancel_open(work: FindingWork, *, reason: str) -> None:
    """The finding is void: what is still to be mended because of it ends."""
    for row in await repository.measures(work.session, [work.finding.id]):
        if row.state in {MeasureState.ASSIGNED, MeasureState.DONE}:
            row.state = MeasureState.CANCELLED.value
            row.version += 1
            owner = clocks.routing_of(work, row.owner_id)
            await clocks.cancel(work, clocks.subject_of_measure(row, work.case, owner), reason=reason)
            await MeasureStep(work, row).finish("cancel", contracts.MeasureCancelled, owner)
