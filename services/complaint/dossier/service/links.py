"""Cases that belong together: repeats and related ones, linked and unlinked by people, shown from either side."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action, Origin, Viewer
from services.complaint.cases.service import repeats
from services.complaint.cases.service.steps import Call, Step
from services.complaint.dossier.errors import (
    LinkExistsError,
    LinkNotFoundError,
    LinkTargetError,
    RevealsComplainantError,
)
from services.complaint.dossier.models import ComplaintLinkRow
from services.complaint.dossier.repository import cases
from services.complaint.dossier.repository import links as repository
from services.complaint.dossier.rules.matters import LinkKind
from services.complaint.dossier.service.access import case_of
from shared.contracts.dossier import ComplaintLinked, ComplaintUnlinked


@dataclass(frozen=True, slots=True)
class Tie:
    """One case beside the one at hand, and what ties them: a link, or `merged`."""

    tie: str
    is_outgoing: bool
    """Said by the case at hand of the other one: it repeats it, or is merged into it."""
    via_id: UUID
    """The case itself, or one that was merged into it."""
    other: ComplaintRow
    reason: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a change of ties may have changed of the case."""

    id: UUID
    number: str
    state: str
    grade: str | None
    affected_customers: int
    repeat_of_id: UUID | None
    merged_into_id: UUID | None
    version: int


async def link(call: Call, link_id: UUID, *, other_id: UUID, kind: LinkKind, reason: str) -> ComplaintRow:
    """Tie the case to another one that the caller may see.

    Raises: as `Step.take`, LinkTargetError, RevealsComplainantError, LinkExistsError.
    """
    is_repeat = kind is LinkKind.REPEAT_OF
    step = await Step.take(call, Action.REPEAT if is_repeat else Action.LINK_CASE)
    case, other = step.case, await _other(call, other_id)
    check_other(case, other, "/other_id")
    if is_repeat:
        _check_origin(case, other)
        await repeats.say(step, Origin(other.id, other.is_anonymous), note=reason)
        return case
    if await repository.open_link(call.session, case.id, other.id):
        raise LinkExistsError("两案已有该关联。")
    row = ComplaintLinkRow(
        id=link_id,
        company=case.company,
        complaint_id=case.id,
        other_id=other.id,
        reason=reason,
        linked_by=call.principal.staff_id,
        linked_at=call.now,
    )
    await repository.add(call.session, row)
    return await step.finish(
        ComplaintLinked, note=reason, detail={"other_id": str(other.id)}, link=kind.value, other_id=other.id
    )


async def unlink(call: Call, *, other_id: UUID, kind: LinkKind, reason: str) -> ComplaintRow:
    """Take a tie back; a grade that followed from it is changed by /regrade.

    Raises: as `Step.take`, LinkNotFoundError.
    """
    step = await Step.take(call, Action.LINK_CASE)
    case = step.case
    if kind is LinkKind.REPEAT_OF:
        if case.repeat_of_id != other_id or not _may_tell(call.viewer, case):
            raise LinkNotFoundError
        code = step.governing.chapter.recording.repeat_circumstance
        case.circumstances = [one for one in case.circumstances if one != code]
        case.repeat_of_id = case.withheld_circumstance = None
    else:
        row = await repository.open_link(call.session, case.id, other_id)
        if row is None or await cases.case_in(call.session, other_id, call.scope) is None:
            raise LinkNotFoundError
        row.unlinked_by, row.unlinked_at = call.principal.staff_id, call.now
    await call.session.flush()
    return await step.finish(
        ComplaintUnlinked, note=reason, detail={"other_id": str(other_id)}, link=kind.value, other_id=other_id
    )


async def shown(call: Call) -> list[Tie]:
    """What belongs to the case and to those merged into it, as far as the caller may see the other case.

    Raises: ComplaintNotFoundError.
    """
    case = await case_of(call)
    family = await cases.family(call.session, case.id)
    own = {one.id for one in family}
    ties = [_merged(one) for one in family if one.id != case.id]
    if case.merged_into_id is not None:
        ties += [
            Tie("merged", True, case.id, one, at=case.merged_at)
            for one in await repository.cases_in(call.session, [case.merged_into_id], call.scope)
        ]
    ties += await _repeats(call, family)
    ties += [
        Tie(LinkKind.RELATED.value, True, one.complaint_id, one.other, one.reason, one.linked_at)
        for one in await repository.related(call.session, sorted(own), call.scope)
    ]
    return [tie for tie in ties if tie.tie == "merged" or tie.other.id not in own]


def standing(call: Call, case: ComplaintRow) -> Standing:
    """How the case stands, for the caller."""
    return Standing(
        case.id,
        case.number,
        case.state,
        case.grade,
        case.affected_customers,
        case.repeat_of_id if _may_tell(call.viewer, case) else None,
        case.merged_into_id,
        case.version,
    )


def check_other(case: ComplaintRow, other: ComplaintRow, pointer: str) -> None:
    """Raises: LinkTargetError for the case itself or another company's, RevealsComplainantError."""
    if case.id == other.id or case.company != other.company:
        raise LinkTargetError.at_pointer(pointer, reason="须为本公司的另一案件。")
    if case.is_anonymous != other.is_anonymous:
        raise RevealsComplainantError.at_pointer(pointer)


async def _repeats(call: Call, family: list[ComplaintRow]) -> list[Tie]:
    told = {one.repeat_of_id: one for one in family if one.repeat_of_id and _may_tell(call.viewer, one)}
    ties = [
        Tie(LinkKind.REPEAT_OF.value, True, told[one.id].id, one)
        for one in await repository.cases_in(call.session, list(told), call.scope)
    ]
    later = await repository.repeats_of(call.session, [one.id for one in family], call.scope, call.viewer)
    return ties + [
        Tie(LinkKind.REPEAT_OF.value, False, one.repeat_of_id, one) for one in later if one.repeat_of_id is not None
    ]


def _merged(one: ComplaintRow) -> Tie:
    return Tie("merged", False, one.merged_into_id or one.id, one, at=one.merged_at)


def _may_tell(viewer: Viewer, case: ComplaintRow) -> bool:
    return viewer.is_trusted or case.withheld_circumstance is None


async def _other(call: Call, other_id: UUID) -> ComplaintRow:
    other = await cases.case_in(call.session, other_id, call.scope)
    if other is None:
        raise LinkTargetError.at_pointer("/other_id", reason="没有该案件，或无权查看。")
    return other


def _check_origin(case: ComplaintRow, other: ComplaintRow) -> None:
    if case.repeat_of_id is not None:
        raise LinkExistsError("案件已记为重复投诉，请先撤销原关联。")
    if (other.opened_at, other.id) >= (case.opened_at, case.id):
        raise LinkTargetError.at_pointer("/other_id", reason="被重复的案件须受理在先。")
