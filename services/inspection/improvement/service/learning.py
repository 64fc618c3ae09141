"""What is heard of findings, complaints and surveys may suggest an improvement, as the rule of the pack says."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.improvement.models.signals import ImprovementSignalRow
from services.inspection.improvement.repository import improvements, rows, signals
from services.inspection.improvement.rules.drafts import ImprovementDraft
from services.inspection.improvement.rules.states import ImprovementSource
from services.inspection.improvement.service.raising import raise_improvement
from services.inspection.improvement.service.work import Deed
from services.inspection.policy_improvement import SignalKind
from services.inspection.policy_programme import Pace
from services.inspection.programme.rules.windows import midnight, span_of
from shared.contracts.callback_surveys import SurveyClosed
from shared.contracts.finding import (
    FindingConfirmed,
    FindingFact,
    FindingOverturned,
    FindingRevised,
    FindingSuspended,
    FindingUpheld,
)
from shared.contracts.inspection_findings import (
    InspectionFindingConfirmed,
    InspectionFindingFact,
    InspectionFindingOverturned,
)
from shared.events.envelope import Event
from shared.ids import derived_id, new_id
from shared.policy.book import PolicyNotFoundError

INSPECTION_FINDINGS = (InspectionFindingConfirmed, InspectionFindingOverturned)
COMPLAINT_FINDINGS = (FindingConfirmed, FindingSuspended, FindingUpheld, FindingRevised, FindingOverturned)
"""After which a finding counts, or counts no more."""
_FALLEN = (FindingSuspended, FindingOverturned)


async def learn_finding(
    session: AsyncSession, desk: InspectionDesk, event: Event, said: InspectionFindingFact, *, now: datetime
) -> None:
    """A finding of an inspection: counted by clause."""
    if said.is_good_example:
        return
    await _learn(
        Deed(session, desk, event.company, None, now),
        event,
        SignalKind.FINDING,
        said.finding_id,
        source_id=said.finding_id,
        number=said.number,
        key=said.clause,
        department=said.department,
        happened_at=said.found_at,
        is_void=isinstance(said, InspectionFindingOverturned),
    )


async def learn_complaint(
    session: AsyncSession, desk: InspectionDesk, event: Event, said: FindingFact, *, now: datetime
) -> None:
    """The finding on a complaint: counted by category where somebody is responsible."""
    await _learn(
        Deed(session, desk, event.company, None, now),
        event,
        SignalKind.COMPLAINT,
        said.finding_id,
        source_id=said.complaint_id,
        number=said.number,
        key=said.category,
        department=said.responsible_department,
        happened_at=said.occurred_at,
        is_void=isinstance(said, _FALLEN) or not said.holds_responsible,
    )


async def learn_survey(
    session: AsyncSession, desk: InspectionDesk, event: Event, said: SurveyClosed, *, now: datetime
) -> None:
    """A closed survey: counted where a tier missed its target."""
    await _learn(
        Deed(session, desk, event.company, None, now),
        event,
        SignalKind.SURVEY,
        said.survey_id,
        source_id=said.survey_id,
        number=said.number,
        key=said.questionnaire,
        department=None,
        happened_at=said.occurred_at,
        is_void=not any(result.is_target_met is False for result in said.results),
    )


async def _learn(
    deed: Deed,
    event: Event,
    kind: SignalKind,
    subject_id: UUID,
    *,
    source_id: UUID,
    number: str,
    key: str,
    department: str | None,
    happened_at: datetime,
    is_void: bool,
) -> None:
    # two of the same key at once would each count without the other
    await rows.serialise(deed.session, kind.value, deed.company, key)
    row = await signals.learn(
        deed.session,
        {
            "id": new_id(),
            "company": deed.company,
            "kind": kind.value,
            "subject_id": subject_id,
            "source_id": source_id,
            "number": number,
            "key": key,
            "department": department,
            "happened_at": happened_at,
            "matter_id": event.matter_id,
            "is_void": is_void,
            "version": event.aggregate_version,
        },
    )
    if not row.is_void:
        await _suggest(deed, kind, row)


async def _suggest(deed: Deed, kind: SignalKind, row: ImprovementSignalRow) -> None:
    """One candidate for a clause, category or questionnaire and month, once it was heard as often as the pack says."""
    try:
        governing = deed.in_force()
    except PolicyNotFoundError:
        return
    rule = governing.chapter.improvement.candidates.get(kind)
    if rule is None:
        return
    month = span_of(Pace.MONTH, row.happened_at.astimezone(governing.zone).date())
    key = f"{kind.value}/{row.key}/{month.name}"
    if await improvements.is_suggested(deed.session, deed.company, key):
        return
    since, until = midnight(month.first, governing.zone), midnight(month.after, governing.zone)
    counted = await signals.counted(deed.session, deed.company, kind.value, row.key, since, until)
    times = sum(one[1] for one in counted)
    if times < rule.times:
        return
    known = governing.policy.common.departments
    named = [one[0] for one in counted if one[0] in known]
    draft = ImprovementDraft(
        source=ImprovementSource(kind.value),
        source_id=row.source_id,
        source_number=row.number,
        clause=row.key if kind is SignalKind.FINDING else rule.clause,
        title=_title(kind, month.name, times, row.number),
        department=named[0] or rule.department if named else rule.department,
        matter_id=row.matter_id,
        candidate_key=key,
    )
    await raise_improvement(deed, derived_id("improvement", deed.company, key), draft)


def _title(kind: SignalKind, month: str, times: int, number: str) -> str:
    if kind is SignalKind.FINDING:
        return f"{month} 同一条款检查发现 {times} 次，建议改进"
    if kind is SignalKind.COMPLAINT:
        return f"{month} 同类有责投诉 {times} 件，建议改进"
    return f"满意度调查 {number} 未达目标，建议改进"
