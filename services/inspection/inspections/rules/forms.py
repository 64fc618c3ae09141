"""What a form says and what the checklist asks of it: pure."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from uuid import UUID

from services.inspection.inspections.errors import (
    InspectionEvidenceRequiredError,
    InspectionFormBeforePreparationError,
    InspectionFormTimesFutureError,
    InspectionFormTimesOrderError,
    InspectionFormTimesRequiredError,
    InspectionFormTooLateError,
    InspectionPointApplicableError,
    InspectionPointMissingError,
    InspectionPointRepeatedError,
    InspectionPointUnknownError,
    InspectionRemarksRequiredError,
    InspectionSubjectMissingError,
    InspectionSubjectPointError,
    InspectionSubjectUnknownError,
)
from services.inspection.inspections.rules.states import Answer, Outcome
from services.inspection.policy_inspections import Checklist, EvidenceRule, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class PointAnswer:
    """One point of the checklist, as the inspector found it."""

    point: str
    answer: Answer
    remarks: str | None = None
    advice: str | None = None
    person_id: UUID | None = None
    """Whose doing it is, where it is somebody's."""
    evidence_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectOutcome:
    """One drawn subject."""

    subject_id: UUID
    outcome: Outcome
    words: str | None = None
    point: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodExample:
    """Something done well (好的做法)."""

    clause: str
    words: str
    person_id: UUID | None = None
    is_publishable: bool = False
    evidence_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The inspection form, filled at the desk or far from it."""

    form_id: UUID
    held_at: datetime | None
    ended_at: datetime | None
    filled_at: datetime | None = None
    """None = now."""
    team: str | None = None
    place: str | None = None
    remarks: str | None = None
    advice: str | None = None
    present_ids: tuple[UUID, ...] = ()
    points: tuple[PointAnswer, ...] = ()
    subjects: tuple[SubjectOutcome, ...] = ()
    good_examples: tuple[GoodExample, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over the form in canonical JSON."""
        said = json.dumps(asdict(self), default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(said.encode()).hexdigest()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def check_times(form: Form, *, prepared_at: datetime, now: datetime, late_days: int) -> tuple[datetime, datetime]:
    """When it was held and ended.

    Raises: InspectionFormTimesRequiredError, InspectionFormTimesOrderError, InspectionFormTimesFutureError,
    InspectionFormBeforePreparationError, InspectionFormTooLateError.
    """
    for name in ("held_at", "ended_at"):
        if getattr(form, name) is None:
            raise InspectionFormTimesRequiredError.at_pointer(f"/{name}")
    said = [(name, at) for name in ("held_at", "ended_at", "filled_at") if (at := getattr(form, name)) is not None]
    for (_, before), (name, after) in pairwise(said):
        if after < before:
            raise InspectionFormTimesOrderError.at_pointer(f"/{name}")
    for name, at in said:
        if at > now:
            raise InspectionFormTimesFutureError.at_pointer(f"/{name}")
    (_, held_at), (_, ended_at) = said[:2]
    if held_at < prepared_at:
        raise InspectionFormBeforePreparationError.at_pointer("/held_at")
    if now - ended_at > timedelta(days=late_days):
        raise InspectionFormTooLateError.at_pointer("/ended_at", days=late_days)
    return held_at, ended_at


def check_points(answers: Sequence[PointAnswer], checklist: Checklist) -> None:
    """Every point once, what is not in order with words, evidence as the checklist asks.

    Raises: InspectionPointUnknownError, InspectionPointRepeatedError, InspectionPointMissingError,
    InspectionPointApplicableError, InspectionRemarksRequiredError, InspectionEvidenceRequiredError.
    """
    points = {point.code: point for point in checklist.points}
    seen: set[str] = set()
    for place, said in enumerate(answers):
        pointer = f"/points/{place}"
        if said.point not in points:
            raise InspectionPointUnknownError.at_pointer(f"{pointer}/point")
        if said.point in seen:
            raise InspectionPointRepeatedError.at_pointer(f"{pointer}/point")
        seen.add(said.point)
        _check_answer(said, points[said.point], pointer)
    missing = next((code for code in points if code not in seen), None)
    if missing is not None:
        raise InspectionPointMissingError.at_pointer("/points", point=missing)


def _check_answer(said: PointAnswer, point: Point, pointer: str) -> None:
    if said.answer is Answer.NOT_APPLICABLE and not point.may_not_apply:
        raise InspectionPointApplicableError.at_pointer(f"{pointer}/answer")
    if said.answer is Answer.NOT_OK and not said.remarks:
        raise InspectionRemarksRequiredError.at_pointer(f"{pointer}/remarks")
    if needs_evidence(point.evidence, said.answer) and not said.evidence_ids:
        raise InspectionEvidenceRequiredError.at_pointer(f"{pointer}/evidence_ids")


def needs_evidence(rule: EvidenceRule, answer: Answer) -> bool:
    """Whether an answer is not believed without a file."""
    if rule is EvidenceRule.ALWAYS:
        return answer is not Answer.NOT_APPLICABLE
    return rule is EvidenceRule.FAILED and answer is Answer.NOT_OK


def check_subjects(said: Sequence[SubjectOutcome], drawn: Mapping[UUID, int], failed_points: Collection[str]) -> None:
    """Every drawn subject once; a failed one names the failed point; what is not in order has words.

    Raises: InspectionSubjectUnknownError, InspectionRemarksRequiredError, InspectionSubjectPointError,
    InspectionSubjectMissingError.
    """
    left = dict(drawn)
    for place, one in enumerate(said):
        pointer = f"/subjects/{place}"
        if left.pop(one.subject_id, None) is None:
            raise InspectionSubjectUnknownError.at_pointer(f"{pointer}/subject_id")
        if one.outcome is not Outcome.OK and not one.words:
            raise InspectionRemarksRequiredError.at_pointer(f"{pointer}/words")
        is_named = one.point in failed_points if one.outcome is Outcome.FAILED else one.point is None
        if not is_named:
            raise InspectionSubjectPointError.at_pointer(f"{pointer}/point")
    if left:
        raise InspectionSubjectMissingError.at_pointer("/subjects", position=min(left.values()))
