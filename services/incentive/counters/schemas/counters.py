"""What is shown of counters, standings and eligibility."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from services.incentive.counters.models import CountedRow, StandingRow, TallyRow
from services.incentive.counters.rules.standings import StandingEnd, StandingKind
from services.incentive.counters.service.reading import Candidate
from services.incentive.policy_catalogue import Counter, Subject
from shared.http.base_model import ApiModel, LongText
from shared.http.page import Page


class CountState(StrEnum):
    """Whether a cause counts."""

    COUNTED = "counted"
    HELD = "held"
    """Contested: neither proposes nor takes back."""
    ENDED = "ended"


class CountedCause(ApiModel):
    """One cause of a counter."""

    cause_type: str
    cause_id: UUID
    matter_id: UUID
    number: str | None
    provision: str | None
    happened_at: AwareDatetime
    state: CountState
    ended_for: str | None
    """Type of the fact that ended or held it."""


class IncentiveCounter(ApiModel):
    """What adds up for one subject in one year."""

    id: UUID
    counter: str
    name: str
    """Of the counter in the pack, Chinese."""
    subject_type: Subject
    subject: str
    """Staff id or department code."""
    department: str | None
    year: int | None
    """Null = all years."""
    count: int
    limit: int | None
    """At which number the clause is proposed; null where the pack in force has the counter no more."""
    left: int | None
    then: str | None
    """The clause that is proposed at exactly that number."""
    reached_at: AwareDatetime | None
    causes: list[CountedCause]
    version: int


class IncentiveCounterPage(Page[IncentiveCounter]):
    """One page of counters, newest first."""


class IncentiveStanding(ApiModel):
    """What a case in effect leaves standing beside points and money."""

    id: UUID
    company: str
    case_id: UUID
    provision: str
    kind: StandingKind
    grade: str | None
    subject_type: Subject
    subject: str
    department: str | None
    period: str
    """A year of lost awards, else a month; of a suspension the first."""
    until_period: str | None
    since: AwareDatetime
    is_holding: bool
    ended_at: AwareDatetime | None
    ended_for: StandingEnd | None
    lifted_by: UUID | None
    version: int


class IncentiveStandingPage(Page[IncentiveStanding]):
    """One page of standings, newest first."""


class IncentiveStandingLift(ApiModel):
    """Why the suspension ends."""

    reason: LongText


class AwardReason(ApiModel):
    """What speaks against an award."""

    standing_id: UUID
    case_id: UUID
    provision: str
    name: str
    """Of the clause, Chinese."""


class AwardCandidate(ApiModel):
    """Somebody who may, or may not, be chosen for the year's awards."""

    subject_type: Subject
    subject: str
    department: str | None
    is_eligible: bool
    reasons: list[AwardReason]


class AwardEligibility(ApiModel):
    """Of everybody within the caller's sight."""

    year: int
    items: list[AwardCandidate]


def counter(row: TallyRow, rule: Counter | None, causes: Sequence[CountedRow]) -> IncentiveCounter:
    """With its causes."""
    return IncentiveCounter(
        id=row.id,
        counter=row.counter,
        name=rule.name if rule else row.counter,
        subject_type=Subject(row.subject_type),
        subject=row.subject,
        department=row.department,
        year=row.year or None,
        count=row.count,
        limit=rule.at if rule else None,
        left=max(rule.at - row.count, 0) if rule else None,
        then=rule.then if rule else None,
        reached_at=row.reached_at,
        causes=[CountedCause.model_validate(one) for one in causes],
        version=row.version,
    )


def standing(row: StandingRow) -> IncentiveStanding:
    """As it stands."""
    return IncentiveStanding.model_validate(row)


def candidate(one: Candidate, names: Mapping[str, str]) -> AwardCandidate:
    """With what speaks against it."""
    return AwardCandidate(
        subject_type=one.subject_type,
        subject=one.subject,
        department=one.department,
        is_eligible=not one.against,
        reasons=[
            AwardReason(
                standing_id=row.id,
                case_id=row.case_id,
                provision=row.provision,
                name=names.get(row.provision, row.provision),
            )
            for row in one.against
        ],
    )
