"""A training or service meeting is recorded; what the department owed of the period is judged by the held date."""

from datetime import timedelta
from uuid import UUID

from services.inspection.improvement import events
from services.inspection.improvement.errors.gathering import GatheringPeriodError
from services.inspection.improvement.models.gatherings import (
    GatheringDutyRow,
    MeetingDecisionRow,
    ServiceMeetingRow,
    TrainingRow,
)
from services.inspection.improvement.repository import gatherings, rows
from services.inspection.improvement.rules.drafts import Held, check_department, check_due, check_held
from services.inspection.improvement.rules.states import DECISION as DECISION_METRIC
from services.inspection.improvement.rules.states import DecisionState, DutyState, GatheringKind
from services.inspection.improvement.service.gathering import clocks_of, ends_at, owe, span_on, terms_of
from services.inspection.improvement.service.work import (
    DECISION,
    DUTY,
    MEETING,
    TRAINING,
    Clocks,
    Deed,
    ImprovementCall,
)
from services.inspection.policy import InspectionGoverning
from services.inspection.programme.rules.windows import midnight
from shared.contracts.inspection_improvement import ServiceMeetingRecorded, TrainingRecorded
from shared.ids import new_id


async def record_training(call: ImprovementCall, training_id: UUID, held: Held) -> TrainingRow:
    """Keep a training.

    Raises: ImprovementCodeUnknownError, ImprovementPostError, GatheringHeldError, GatheringMinutesError,
    ImprovementPersonUnknownError, ImprovementFileUnknownError, ImprovementFileTypeError, GatheringPeriodError.
    """
    governing = await _checked(call, held)
    duty = await _duty(call, governing, held, training_id)
    row = TrainingRow(
        id=training_id, duty_id=duty and duty.id, assessed=held.assessed, passed=held.passed, **_alike(call, held)
    )
    row.policy_version = governing.version
    await rows.add(call.session, row)
    await call.deed.tell(row, TRAINING, "record", events.of_gathering(row, TrainingRecorded, call.now, duty))
    return row


async def record_meeting(call: ImprovementCall, meeting_id: UUID, held: Held) -> ServiceMeetingRow:
    """Keep a meeting and start the clocks of what it decided.  Raises: as `record_training`, ImprovementDueError."""
    governing = await _checked(call, held)
    section = governing.chapter.improvement
    today = call.now.astimezone(governing.zone).date()
    for place, said in enumerate(held.decisions):
        await call.deed.check_people((f"/decisions/{place}/owner_id", said.owner_id))
        check_due(said.due_on, today, section.longest_days, f"/decisions/{place}/due_on")
    duty = await _duty(call, governing, held, meeting_id)
    row = ServiceMeetingRow(id=meeting_id, duty_id=duty and duty.id, **_alike(call, held))
    row.policy_version = governing.version
    await rows.add(call.session, row)
    for place, said in enumerate(held.decisions, start=1):
        decision = MeetingDecisionRow(
            id=new_id(),
            company=row.company,
            meeting_id=row.id,
            position=place,
            department=row.department,
            words=said.words,
            owner_id=said.owner_id,
            due_on=said.due_on,
            due_at=midnight(said.due_on + timedelta(days=1), governing.zone),
            state=DecisionState.OPEN.value,
            decided_at=call.now,
            matter_id=new_id(),
            policy_version=governing.version,
            version=1,
        )
        await rows.add(call.session, decision)
        clocks = decision_clocks(call.deed, decision)
        await clocks.start_until(DECISION_METRIC, section.decision, call.now, decision.due_at, decision.routing)
    said_of = events.of_gathering(row, ServiceMeetingRecorded, call.now, duty, decisions=len(held.decisions))
    await call.deed.tell(row, MEETING, "record", said_of)
    return row


def decision_clocks(deed: Deed, row: MeetingDecisionRow) -> Clocks:
    """The promise of a decision, in the revision under which it was made."""
    governing = deed.governing(row.policy_version, row.decided_at)
    return Clocks(deed, governing, DECISION, row.id, row.matter_id, governing.chapter.improvement.decision.clause)


async def _checked(call: ImprovementCall, held: Held) -> InspectionGoverning:
    governing = call.deed.in_force()
    check_department(held.department, governing.policy.common.departments)
    if held.team is not None:
        check_department(held.team, governing.policy.common.teams, "/team")
    call.check_place(held.department, held.team)
    terms = terms_of(governing, held.kind)
    check_held(held, terms, now=call.now, ends_at=ends_at(terms, span_on(terms, held.held_at, governing), governing))
    people = [(f"/person_ids/{place}", one) for place, one in enumerate(held.person_ids)]
    await call.deed.check_people(("/led_by", held.led_by), *people)
    await call.deed.check_files(held.file_ids, governing.chapter.improvement, "file_ids")
    return governing


async def _duty(
    call: ImprovementCall, governing: InspectionGoverning, held: Held, record_id: UUID
) -> GatheringDutyRow | None:
    """What the record answers: the period in which it was held, or the earlier one that it makes up for."""
    deed, kind = call.deed, held.kind
    terms = terms_of(governing, kind)
    span = span_on(terms, held.held_at, governing)
    if held.department in terms.departments:
        await owe(deed, governing, kind, held.department, span)
    period = held.makes_up or span.name
    row = await gatherings.duty(call.session, deed.company, kind.value, held.department, period)
    if held.makes_up is not None and (
        row is None or row.state == DutyState.HELD or row.ended_at is not None or row.due_at > held.held_at
    ):
        raise GatheringPeriodError.at_pointer("/makes_up")
    if row is None or row.state == DutyState.HELD or row.ended_at is not None:
        return None
    window = timedelta(hours=terms.recording_hours)
    stopped = await clocks_of(deed, row).stop(GatheringKind(row.kind).metric, occurred_at=held.held_at, window=window)
    row.is_late = any(one.is_late for one in stopped) if stopped else held.held_at >= row.due_at
    if not row.is_late:
        row.missed_at = None  # held in time, written down after: the breach is retracted
    row.state, row.record_id, row.held_at, row.ended_at = DutyState.HELD.value, record_id, held.held_at, call.now
    row.version += 1
    await deed.tell(row, DUTY, "hold", period=row.period, is_late=row.is_late)
    return row


def _alike(call: ImprovementCall, held: Held) -> dict[str, object]:
    return {
        "company": call.deed.company,
        "department": held.department,
        "team": held.team,
        "subject": held.subject,
        "held_at": held.held_at,
        "minutes": held.minutes,
        "person_ids": list(held.person_ids),
        "led_by": held.led_by,
        "words": held.words,
        "file_ids": list(held.file_ids),
        "recorded_by": call.principal.staff_id,
        "recorded_at": call.now,
        "version": 1,
    }
