"""Observations: filed by the member or for the member, answered by the department, reviewed, told."""

from uuid import UUID

from services.inspection.policy import InspectionGoverning
from services.inspection.supervisors import events, repository
from services.inspection.supervisors.errors import (
    NotOwnDepartmentError,
    ObservationActivityError,
    OwnAnswerError,
    OwnReviewError,
    SupervisorActivityNotFoundError,
    SupervisorCodeUnknownError,
    SupervisorRequiredError,
)
from services.inspection.supervisors.models import ObservationRow, SupervisorActivityRow, SupervisorRow
from services.inspection.supervisors.rules import network, observing
from services.inspection.supervisors.rules.observing import (
    ANSWER,
    OBSERVATION,
    REVIEW,
    TELL,
    ActivityState,
    ObservationAct,
    ObservationState,
    Seen,
)
from services.inspection.supervisors.service.work import Clocks, NetworkCall, clocks_of
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope
from shared.contracts import inspection_supervisors as contracts
from shared.contracts.base import Routing
from shared.ids import new_id

SEQUENCE, PREFIX = "observation_numbers", "GC"
_TOOK_PART = frozenset({ActivityState.ACCEPTED.value, ActivityState.HELD.value})


async def file(call: NetworkCall, observation_id: UUID, said: Seen) -> ObservationRow:
    """Take an observation in; its department owes an answer.

    Raises: SupervisorRequiredError, SupervisorNotFoundError, SupervisorStepNotAllowedError,
    SupervisorTermExpiredError, SupervisorCodeUnknownError, ObservationTimeError, ObservationActivityError,
    SupervisorEvidenceUnknownError, SupervisorEvidenceTypeError.
    """
    governing = call.in_force()
    terms, departments = governing.chapter.supervisors, governing.policy.common.departments
    member = await _member(call, said.supervisor_id)
    today = call.now.astimezone(governing.zone).date()
    network.check_in_term(member.state, member.term_since, member.term_until, today, "observe")
    observing.check_seen(said, terms, departments, now=call.now)
    await _check_activity(call, member, said.activity_id)
    await call.check_evidence(said.evidence_ids, terms, "evidence_ids")
    row = ObservationRow(
        id=observation_id,
        company=call.company,
        number=await call.number(PREFIX, SEQUENCE),
        supervisor_id=member.id,
        staff_id=member.staff_id,
        activity_id=said.activity_id,
        kind=said.kind,
        department=said.department,
        team=said.team,
        posts=[departments[said.department].default_post],
        place=said.place,
        words=said.words,
        evidence_ids=list(dict.fromkeys(said.evidence_ids)),
        state=ObservationState.FILED.value,
        seen_at=said.seen_at or call.now,
        filed_by=call.principal.staff_id,
        filed_at=call.now,
        matter_id=new_id(),
        policy_version=governing.version,
        version=1,
    )
    await repository.add(call.session, row)
    clock = await observation_clocks(call, row).start(ANSWER, terms.answered, row.routing)
    row.answer_due_at = clock.deadline_at
    await call.tell(row, OBSERVATION, "file", events.of_observation(row, contracts.ObservationFiled, call.now))
    return row


async def answer(call: NetworkCall, observation_id: UUID, *, words: str) -> ObservationRow:
    """The department answers; the office reviews it.

    Raises: as `take`, ObservationStepNotAllowedError, OwnAnswerError, NotOwnDepartmentError.
    """
    row = await call.take(ObservationRow, observation_id)
    observing.check_observation(ObservationAct.ANSWER, row.state)
    if call.principal.is_self(row.filed_by) or call.principal.is_self(row.staff_id):
        raise OwnAnswerError("意见的提出人或登记人不得答复。")
    if not _answers_for(call, row):
        raise NotOwnDepartmentError("由被反映的部门答复。")
    row.state, row.answer = ObservationState.DRAFTED.value, words
    row.drafted_by, row.drafted_at = call.principal.staff_id, call.now
    clocks = observation_clocks(call, row)
    await clocks.stop(ANSWER)
    rule = clocks.governing.chapter.supervisors
    await clocks.start(REVIEW, rule.reviewed, Routing(posts=list(rule.reviewed_by)))
    await call.tell(row, OBSERVATION, "answer", events.of_observation(row, contracts.ObservationDrafted, call.now))
    return row


async def move(call: NetworkCall, observation_id: UUID, *, department: str, reason: str) -> ObservationRow:
    """Another department answers; its time runs on.

    Raises: as `take`, SupervisorPostError, ObservationStepNotAllowedError, SupervisorCodeUnknownError.
    """
    row, clocks, governing = await _reviewed(call, observation_id, ObservationAct.MOVE)
    known = governing.policy.common.departments.get(department)
    if known is None or department == row.department:
        raise SupervisorCodeUnknownError.at_pointer("/department")
    before, row.department, row.team, row.posts = row.department, department, None, [known.default_post]
    await clocks.move(row.routing)
    fact = events.of_observation(row, contracts.ObservationMoved, call.now, from_department=before)
    await call.tell(row, OBSERVATION, "move", fact, reason=reason, from_department=before)
    return row


async def review(call: NetworkCall, observation_id: UUID, *, is_accepted: bool, reason: str | None) -> ObservationRow:
    """Another person of the office accepts the answer or sends it back.

    Raises: as `take`, SupervisorPostError, ObservationStepNotAllowedError, OwnReviewError.
    """
    row, clocks, governing = await _reviewed(call, observation_id, ObservationAct.REVIEW)
    if call.principal.is_self(row.drafted_by):
        raise OwnReviewError("答复由他人审核。")
    rule = governing.chapter.supervisors
    await clocks.stop(REVIEW)
    if not is_accepted:
        row.state, row.return_reason = ObservationState.FILED.value, reason
        row.returned_by, row.returned_at = call.principal.staff_id, call.now
        await clocks.start(ANSWER, rule.answered, row.routing)
        fact = events.of_observation(row, contracts.ObservationReturned, call.now)
        await call.tell(row, OBSERVATION, "return", fact)
        return row
    row.state = ObservationState.ANSWERED.value
    row.reviewed_by, row.reviewed_at = call.principal.staff_id, call.now
    row.is_on_time = observing.is_on_time(row.drafted_at, row.answer_due_at)
    await clocks.start(TELL, rule.told, Routing(posts=list(rule.managed_by)))
    fact = events.of_observation(row, contracts.ObservationAnswered, call.now, is_on_time=row.is_on_time)
    await call.tell(row, OBSERVATION, "accept", fact)
    return row


async def tell(call: NetworkCall, observation_id: UUID, *, note: str | None) -> ObservationRow:
    """The member was told the answer.

    Raises: as `take`, SupervisorPostError, ObservationStepNotAllowedError.
    """
    row = await call.take(ObservationRow, observation_id)
    clocks = observation_clocks(call, row)
    call.check_posts(clocks.governing.chapter.supervisors.managed_by)
    observing.check_observation(ObservationAct.TELL, row.state)
    row.state, row.told_note = ObservationState.TOLD.value, note
    row.told_by, row.told_at = call.principal.staff_id, call.now
    await clocks.stop(TELL)
    await call.tell(row, OBSERVATION, "tell", events.of_observation(row, contracts.ObservationTold, call.now))
    return row


def observation_clocks(call: NetworkCall, row: ObservationRow) -> Clocks:
    """Its promises."""
    return clocks_of(call, row, OBSERVATION, row.kind)


async def _reviewed(
    call: NetworkCall, observation_id: UUID, act: ObservationAct
) -> tuple[ObservationRow, Clocks, InspectionGoverning]:
    row = await call.take(ObservationRow, observation_id)
    clocks = observation_clocks(call, row)
    call.check_posts(clocks.governing.chapter.supervisors.reviewed_by)
    observing.check_observation(act, row.state)
    return row, clocks, clocks.governing


def _answers_for(call: NetworkCall, row: ObservationRow) -> bool:
    own = call.principal
    departments = {own.department, *own.lines}
    for standing in own.acting:
        departments |= {standing.department, *standing.lines}
    return row.department in departments or any(own.holds(post) for post in row.posts)


async def _member(call: NetworkCall, supervisor_id: UUID | None) -> SupervisorRow:
    """The caller's own membership, or for the office the one that is named; locked."""
    if supervisor_id is None and call.scope.level is ScopeLevel.COMPANY:
        raise SupervisorRequiredError.at_pointer("/supervisor_id")
    if supervisor_id is None:
        own = await repository.by_account(call.session, call.company, call.principal.staff_id)
        supervisor_id = own.id
    return await repository.get(call.session, SupervisorRow, supervisor_id, call.scope, lock=True)


async def _check_activity(call: NetworkCall, member: SupervisorRow, activity_id: UUID | None) -> None:
    if activity_id is None:
        return
    everywhere = RowScope.everything(call.company)
    try:
        activity = await repository.get(call.session, SupervisorActivityRow, activity_id, everywhere)
    except SupervisorActivityNotFoundError:
        raise ObservationActivityError.at_pointer("/activity_id") from None
    if activity.supervisor_id != member.id or activity.state not in _TOOK_PART:
        raise ObservationActivityError.at_pointer("/activity_id")
