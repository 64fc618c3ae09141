"""Merging a repeated case into another open one, and taking it out again.

Both cases are locked in the order of their ids before anything is read of them, so that two mergers, or a merger and a
resolution, come one after the other; the later one finds another version or state and is refused.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action, Moment
from services.complaint.cases.service import clocks
from services.complaint.cases.service.governing import EMERGENCY_PREFIX, Governing
from services.complaint.cases.service.grading import follow_rules
from services.complaint.cases.service.steps import Call, Step
from services.complaint.dossier.errors import MergeTargetError, RevealsComplainantError, UnmergeTooLateError
from services.complaint.dossier.repository import cases, people
from services.complaint.dossier.service.access import case_of
from services.complaint.policy import Start
from shared.contracts import dossier as contracts
from shared.contracts.base import Routing
from shared.sla.promise import Promise, Subject

MERGED = "merged"


async def merge(call: Call, *, into_id: UUID, reason: str) -> ComplaintRow:
    """Handle the case in another one: its open clocks end, its breaches stay, its people are seen from there.

    Raises: as `Step.take`, MergeTargetError, RevealsComplainantError.
    """
    await cases.lock(call.session, (call.complaint_id, into_id))
    step = await Step.take(call, Action.MERGE)
    case, target = step.case, await _target(call, into_id)
    _check(case, target)
    case.merged_into_id, case.merged_at, case.merged_from = target.id, call.now, step.from_state
    case.paused_reason = None
    await step.book.cancel(clocks.subject_of(case), reason=MERGED, actor=call.principal.actor)
    await step.finish(contracts.ComplaintMerged, note=reason, detail={"into_id": str(target.id)}, into_id=target.id)
    taking = _beside(call, target, Action.ABSORB)
    target.affected_customers = max(target.affected_customers, await people.persons(call.session, target.id))
    await taking.finish(
        contracts.ComplaintAbsorbed,
        note=reason,
        detail={"merged_id": str(case.id)},
        merged_id=case.id,
        affected_customers=target.affected_customers,
    )
    await follow_rules(taking.call, target, taking.governing)
    return case


async def unmerge(call: Call, *, reason: str) -> ComplaintRow:
    """Handle the case by itself again, until the one it was merged into is settled.

    What was promised runs again from its first start, so that merging gains nobody time; a breach stays the only one.
    Raises: as `Step.take`, UnmergeTooLateError.
    """
    into_id = (await case_of(call)).merged_into_id
    await cases.lock(call.session, (call.complaint_id, into_id or call.complaint_id))
    step = await Step.take(call, Action.UNMERGE)
    case = step.case
    target = await cases.case(call.session, case.merged_into_id or case.id)
    if not target.is_open:
        raise UnmergeTooLateError("并入的案件已办结、结案或又被并入他案，不能撤销并案。")
    merged_at, case.state = case.merged_at, case.merged_from or case.state
    case.merged_into_id = case.merged_at = case.merged_from = None
    if merged_at is not None:
        await _run_again(step, merged_at)
    await step.finish(contracts.ComplaintUnmerged, note=reason, detail={"from_id": str(target.id)}, from_id=target.id)
    giving = _beside(call, target, Action.RELEASE)
    await giving.finish(contracts.ComplaintReleased, note=reason, detail={"merged_id": str(case.id)}, merged_id=case.id)
    return case


async def _target(call: Call, into_id: UUID) -> ComplaintRow:
    target = await cases.case_in(call.session, into_id, call.scope)
    if target is None:
        raise MergeTargetError.at_pointer("/into_id", reason="没有该案件，或无权办理。")
    return target


def _check(case: ComplaintRow, target: ComplaintRow) -> None:
    if case.id == target.id or case.company != target.company or case.kind != target.kind:
        raise MergeTargetError.at_pointer("/into_id", reason="须为本公司同类的另一案件。")
    if not target.is_open:
        raise MergeTargetError.at_pointer("/into_id", reason="并入的案件须尚未办结。")
    if case.is_anonymous != target.is_anonymous:
        raise RevealsComplainantError.at_pointer("/into_id")


def _beside(call: Call, target: ComplaintRow, action: Action) -> Step:
    """The same deed as it is recorded on the other case, which is locked."""
    beside = replace(call, complaint_id=target.id, expected_version=target.version)
    governing = clocks.governing_case(call.governances, target)
    step = Step(beside, target, action, governing, Moment(call.now, call.now))
    target.step(action)
    return step


async def _run_again(step: Step, merged_at: datetime) -> None:
    """Start anew what the merger had ended, from when it had begun; what was breached before stays so."""
    case, governing = step.case, step.governing
    subject = clocks.subject_of(case)
    views = await step.book.clocks(subject.type, subject.id)
    ended = [
        one for one in views if one.cycle == case.cycle and one.state == "cancelled" and one.stopped_at == merged_at
    ]
    promises = _promises(case, governing)
    for view in ended:
        promise = promises.get(view.metric)
        if promise is not None:
            await step.book.start(
                _subject(subject, governing, case, view.metric),
                governing.stamp(clocks.terms_of_case(case)),
                [promise],
                started_at=view.started_at,
                sequence=view.sequence + 1,
            )


def _promises(case: ComplaintRow, governing: Governing) -> dict[str, Promise]:
    terms, since = clocks.terms_of_case(case), case.cycle_started_at
    given = [one for start in Start for one in governing.promises(terms, start, since)]
    given += governing.emergency_promises(case.grade).values()
    return {one.metric: one for one in given}


def _subject(subject: Subject, governing: Governing, case: ComplaintRow, metric: str) -> Subject:
    """A line of the emergency plan lies with its post."""
    found = governing.chapter.emergency_plan_of(case.grade)
    if found is None or not metric.startswith(EMERGENCY_PREFIX):
        return subject
    line = found[1].steps[metric.removeprefix(EMERGENCY_PREFIX)]
    return replace(subject, routing=Routing(posts=[line.post]))
