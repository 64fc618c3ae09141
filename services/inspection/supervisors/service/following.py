"""What an observation leads to: a finding, a complaint, an anonymised publication."""

from dataclasses import dataclass
from uuid import UUID

from services.inspection.findings.rules import FindingDraft, Source
from services.inspection.findings.service.raising import raise_finding
from services.inspection.supervisors import events, repository
from services.inspection.supervisors.errors import (
    AlreadyComplainedError,
    AlreadyFindingError,
    PublishedIdentityError,
    SupervisorCodeUnknownError,
)
from services.inspection.supervisors.models import ObservationRow, SupervisorRow
from services.inspection.supervisors.rules import observing
from services.inspection.supervisors.rules.observing import OBSERVATION, ObservationAct
from services.inspection.supervisors.service.members import Sealing
from services.inspection.supervisors.service.observations import observation_clocks
from services.inspection.supervisors.service.work import NetworkCall
from shared.access.phones import national
from shared.access.scope import RowScope
from shared.contracts import inspection_supervisors as contracts
from shared.files.register import StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How the office weighs an observation as a finding."""

    clause: str
    severity: str | None
    is_good_example: bool
    person_id: UUID | None
    words: str
    """The finding's own: the member's may tell who the member is."""
    advice: str | None


async def find(call: NetworkCall, observation_id: UUID, judged: Judged) -> ObservationRow:
    """Raise a finding from an observation, once; it goes the way of every finding.

    Raises: as `take`, SupervisorPostError, AlreadyFindingError, whatever `raise_finding` refuses.
    """
    row = await _taken(call, observation_id, ObservationAct.FIND)
    if row.finding_id is not None:
        raise AlreadyFindingError("该意见已转为检查发现。")
    draft = FindingDraft(
        source=Source.OBSERVATION,
        source_id=row.id,
        clause=judged.clause,
        department=row.department,
        words=judged.words,
        severity=judged.severity,
        is_good_example=judged.is_good_example,
        team=row.team,
        person_id=judged.person_id,
        advice=judged.advice,
        evidence_ids=tuple(row.evidence_ids),
        found_at=row.seen_at,
        matter_id=row.matter_id,
    )

    async def is_ours(stored: StoredFile) -> bool:
        return stored.id in row.evidence_ids

    finding = await raise_finding(
        call.session,
        call.desk,
        row.company,
        draft,
        actor=call.principal.staff_id,
        now=call.now,
        may_use=is_ours,
    )
    row.finding_id = finding.id
    fact = events.of_observation(row, contracts.ObservationFound, call.now, finding_id=finding.id)
    await call.tell(row, OBSERVATION, "find", fact, finding_id=str(finding.id))
    return row


async def complain(call: NetworkCall, observation_id: UUID, *, customer_id: UUID, tier: str | None) -> ObservationRow:
    """Hand an observation over as a customer's complaint, once.

    Raises: as `take`, SupervisorPostError, AlreadyComplainedError, SupervisorCodeUnknownError.
    """
    row = await _taken(call, observation_id, ObservationAct.COMPLAIN)
    if row.complained_at is not None:
        raise AlreadyComplainedError("该意见已转为投诉。")
    governing = observation_clocks(call, row).governing
    common = governing.policy.common
    if tier is not None and tier not in common.tiers:
        raise SupervisorCodeUnknownError.at_pointer("/tier")
    category = governing.chapter.supervisors.kinds[row.kind].category
    row.complained_by, row.complained_at = call.principal.staff_id, call.now
    fact = events.complained(row, customer_id, tier or common.default_tier, category, call.principal.staff_id, call.now)
    await call.tell(row, OBSERVATION, "complain", fact)
    return row


async def publish(
    call: NetworkCall, observation_id: UUID, sealing: Sealing, *, words: str, answer: str
) -> ObservationRow:
    """Give an answered observation its anonymised wording; said again, the newer stands.

    Raises: as `take`, SupervisorPostError, ObservationStepNotAllowedError, PublishedIdentityError.
    """
    row = await _taken(call, observation_id, ObservationAct.PUBLISH)
    member = await repository.get(call.session, SupervisorRow, row.supervisor_id, RowScope.everything(row.company))
    contact = sealing.open(member)
    if contact is not None:
        for field, text in (("public_words", words), ("public_answer", answer)):
            if contact.name in text or national(contact.phone) in text:
                raise PublishedIdentityError.at_pointer(f"/{field}")
    row.public_words, row.public_answer = words, answer
    row.published_by, row.published_at = call.principal.staff_id, call.now
    fact = events.of_observation(row, contracts.ObservationPublished, call.now)
    await call.tell(row, OBSERVATION, "publish", fact)
    return row


async def _taken(call: NetworkCall, observation_id: UUID, act: ObservationAct) -> ObservationRow:
    row = await call.take(ObservationRow, observation_id)
    call.check_posts(observation_clocks(call, row).governing.chapter.supervisors.reviewed_by)
    observing.check_observation(act, row.state)
    return row
