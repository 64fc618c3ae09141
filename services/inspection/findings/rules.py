"""States of a finding, what a draft says and what the pack makes of it: pure."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.inspection.findings.errors import (
    FindingClauseRequiredError,
    FindingClauseUnknownError,
    FindingCodeUnknownError,
    FindingSeverityRequiredError,
    FindingStepNotAllowedError,
)
from services.inspection.policy_findings import Findings

CONFIRM, ANSWER, DECIDE, MEND = "finding_confirm", "finding_answer", "finding_decide", "finding_mend"
"""The metrics that are promised."""


class FindingState(StrEnum):
    """Where a finding stands."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"
    ANSWERED = "answered"
    """Agreed, or upheld against the contest; its remedy may still be owed."""
    CLOSED = "closed"
    OVERTURNED = "overturned"
    VOID = "void"


class Source(StrEnum):
    """What a finding comes from."""

    INSPECTION = "inspection"
    COMPLAINT = "complaint"
    ORDER = "order"
    CALLBACK = "callback"
    CLOCK = "clock"
    ENTRY_CHECK = "entry_check"
    OBSERVATION = "observation"


class Remedy(StrEnum):
    """How it is mended."""

    ON_SPOT = "on_spot"
    NOTICE = "notice"
    NONE = "none"


class Act(StrEnum):
    """What is done to a finding."""

    CONFIRM = "confirm"
    ANSWER = "answer"
    DECIDE = "decide"
    MEND = "mend"
    CLOSE = "close"
    VOID = "void"


S = FindingState
ALLOWED: Mapping[Act, frozenset[FindingState]] = {
    Act.CONFIRM: frozenset({S.DRAFT}),
    Act.VOID: frozenset({S.DRAFT}),
    Act.ANSWER: frozenset({S.CONFIRMED}),
    Act.DECIDE: frozenset({S.CONTESTED}),
    Act.MEND: frozenset({S.CONFIRMED, S.CONTESTED, S.ANSWERED}),
    Act.CLOSE: frozenset({S.CONFIRMED, S.CONTESTED, S.ANSWERED}),
}
COUNTED = frozenset({S.CONFIRMED, S.CONTESTED, S.ANSWERED, S.CLOSED})
"""What a recurrence is measured against."""
UNTOLD = frozenset({S.DRAFT, S.VOID})
"""What whoever it names never hears of."""
REVISED = COUNTED | {S.DRAFT}
"""What loses its raise with the finding that it repeats."""


def check_act(act: Act, state: str) -> None:
    """Raises: FindingStepNotAllowedError."""
    if FindingState(state) not in ALLOWED[act]:
        raise FindingStepNotAllowedError.of(act, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDraft:
    """What somebody, or another feature, found."""

    source: Source
    source_id: UUID | None
    clause: str
    is_clause_settled: bool = False
    """Its owner checked the clause under the revision that governed the matter."""
    department: str
    words: str
    severity: str | None = None
    """None for a good example only."""
    is_good_example: bool = False
    is_publishable: bool = False
    """A good example that may be published."""
    inspection_id: UUID | None = None
    inspection_kind: str | None = None
    """A code of the pack; decides the remedy."""
    team: str | None = None
    person_id: UUID | None = None
    advice: str | None = None
    evidence_ids: tuple[UUID, ...] = ()
    found_at: datetime | None = None
    """When it was seen; none = now."""
    matter_id: UUID | None = None


def check_draft(
    draft: FindingDraft,
    terms: Findings,
    *,
    clauses: Iterable[str],
    departments: Iterable[str],
    kinds: Iterable[str],
) -> None:
    """Check what is said against the packs.

    Raises: FindingClauseRequiredError, FindingClauseUnknownError, FindingCodeUnknownError,
    FindingSeverityRequiredError.
    """
    if not draft.clause:
        raise FindingClauseRequiredError.at_pointer("/clause")
    if not draft.is_clause_settled and draft.clause not in set(clauses):
        raise FindingClauseUnknownError.at_pointer("/clause")
    if draft.department not in set(departments):
        raise FindingCodeUnknownError.at_pointer("/department")
    if draft.inspection_kind is not None and draft.inspection_kind not in set(kinds):
        raise FindingCodeUnknownError.at_pointer("/inspection_kind")
    if (draft.severity is None) != draft.is_good_example:
        raise FindingSeverityRequiredError.at_pointer("/severity")
    if draft.severity is not None and draft.severity not in terms.severities:
        raise FindingCodeUnknownError.at_pointer("/severity")


def remedy_of(draft: FindingDraft, terms: Findings) -> Remedy:
    """Routine findings are mended on the spot, themed ones get a notice (domain.md 2.5)."""
    if draft.is_good_example:
        return Remedy.NONE
    if draft.inspection_kind is None:
        return Remedy.ON_SPOT if terms.remedies.otherwise_on_spot else Remedy.NOTICE
    return Remedy.ON_SPOT if draft.inspection_kind in terms.remedies.on_spot else Remedy.NOTICE


def severity_of(severity: str | None, terms: Findings, *, is_recurrence: bool) -> str | None:
    """The severity that counts: a recurrence is raised where the pack says so."""
    if severity is None or not is_recurrence:
        return severity
    return terms.severities[severity].raised_to or severity


def points_of(severity: str | None, terms: Findings, *, has_person: bool, remedy: Remedy) -> int:
    """Points off the person's month: for what is mended on the spot and names somebody (domain.md 2.5)."""
    if severity is None or not has_person or remedy is not Remedy.ON_SPOT:
        return 0
    return terms.severities[severity].points


@dataclass(frozen=True, slots=True)
class Raiser:
    """Who raised it, as far as it matters for its confirmation."""

    staff_id: UUID
    posts: Collection[str]
    departments: Collection[str]
    """The own one, and those in charge of."""


def is_in_force_at_once(
    severity: str | None,
    terms: Findings,
    *,
    raiser: Raiser | None,
    inspectors: Collection[str],
    department: str,
    person_id: UUID | None,
) -> bool:
    """Whether an inspecting post from outside the department puts it in force with the own word, as the pack says."""
    if severity is None or raiser is None or not terms.severities[severity].confirmed_at_once:
        return False
    if department in raiser.departments or person_id == raiser.staff_id:
        return False
    return not set(inspectors).isdisjoint(raiser.posts)


def entry_severity(kind: str, terms: Findings) -> str:
    """What confirmed errors of entry of this kind count as."""
    return terms.entry_errors.severities.get(kind, terms.entry_errors.severity)


def months_before(at: datetime, months: int) -> datetime:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
