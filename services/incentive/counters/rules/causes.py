"""Which facts count, in which counters, for whom: cases that took effect, findings, notices; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from services.incentive.policy_catalogue import CountedFact, Counter, Subject
from services.incentive.proposals.rules.matching import values_of
from shared.contracts.base import EventPayload
from shared.contracts.finding import FindingFact
from shared.contracts.incentive_cases import IncentiveCaseFact
from shared.contracts.inspection_notices import InspectionNoticeFact


class CountState(StrEnum):
    """How a cause stands in a counter."""

    COUNTED = "counted"
    HELD = "held"
    """Contested at another service: proposes nothing, takes nothing back before it is decided."""
    ENDED = "ended"


class CauseType(StrEnum):
    """What counts."""

    CASE = "incentive_case"
    FINDING = "finding"
    NOTICE = "notice"


CASE_FACTS: Mapping[str, CountState] = {
    "incentive.took_effect": CountState.COUNTED,
    "incentive.suspended": CountState.ENDED,
    "incentive.reversed": CountState.ENDED,
}
"""What a case's fact does to what it counts; an appeal that failed comes as its second taking effect."""
FINDING_FACTS: Mapping[str, CountState] = {
    "complaint.finding_confirmed": CountState.COUNTED,
    "complaint.finding_upheld": CountState.COUNTED,
    "complaint.finding_revised": CountState.COUNTED,
    "complaint.finding_suspended": CountState.HELD,
    "complaint.finding_overturned": CountState.ENDED,
}
"""As the complaint service counts for its own consequence."""
NOTICE_FACTS: Mapping[str, CountState] = {
    "inspection.notice_issued": CountState.COUNTED,
    "inspection.notice_revised": CountState.COUNTED,
    "inspection.notice_cancelled": CountState.ENDED,
}
"""As the inspection service counts for its own consequence."""
_UNISSUED = frozenset({"draft", "cancelled"})


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that counts, as the newest fact says."""

    type: CauseType
    id: UUID
    matter_id: UUID
    number: str | None
    provision: str | None
    happened_at: datetime
    state: CountState


@dataclass(frozen=True, slots=True)
class Entry:
    """One cause in one counter for one subject."""

    counter: str
    subject_type: Subject
    subject: str
    department: str | None
    counts_as: UUID

    @property
    def key(self) -> tuple[str, str, str]:
        """Counter and subject."""
        return self.counter, self.subject_type.value, self.subject


def read(
    fact: str, said: EventPayload, matter_id: UUID | None, counters: Mapping[str, Counter]
) -> tuple[Cause, list[Entry]]:
    """The cause of a fact and where it counts.  Raises: TypeError for a fact that never counts."""
    if isinstance(said, IncentiveCaseFact):
        return _of_case(fact, said, counters)
    if isinstance(said, FindingFact):
        return _of_finding(fact, said, matter_id, counters)
    if isinstance(said, InspectionNoticeFact):
        return _of_notice(fact, said, counters)
    raise TypeError(fact)


def _of_case(fact: str, said: IncentiveCaseFact, counters: Mapping[str, Counter]) -> tuple[Cause, list[Entry]]:
    state = CASE_FACTS[fact]
    cause = Cause(CauseType.CASE, said.case_id, said.matter_id, said.number, said.provision, said.happened_at, state)
    entries = []
    for code, counter in counters.items():
        if said.provision not in counter.of:
            continue
        match counter.subject:
            case Subject.EMPLOYEE:
                if said.subject_type == Subject.EMPLOYEE and said.subject_id is not None:
                    own = str(said.subject_id)
                    entries.append(Entry(code, Subject.EMPLOYEE, own, said.subject_department, said.case_id))
            case Subject.DEPARTMENT:
                # Several people of a department on one matter are one failure of the department.
                if said.subject_department is not None:
                    own = said.subject_department
                    entries.append(Entry(code, Subject.DEPARTMENT, own, own, said.matter_id))
            case Subject.CUSTOMER:
                continue
            case _:
                assert_never(counter.subject)
    return cause, entries


def _of_finding(
    fact: str, said: FindingFact, matter_id: UUID | None, counters: Mapping[str, Counter]
) -> tuple[Cause, list[Entry]]:
    state = FINDING_FACTS[fact] if said.holds_responsible else CountState.ENDED
    happened_at = said.complained_at or said.occurred_at
    cause = Cause(
        CauseType.FINDING, said.finding_id, matter_id or said.complaint_id, said.number, None, happened_at, state
    )
    entries = [
        Entry(code, Subject.EMPLOYEE, str(person), None, said.complaint_id)
        for code in _naming(CountedFact.COMPLAINT, said, counters)
        for person in dict.fromkeys(said.person_ids)
    ]
    return cause, entries


def _of_notice(fact: str, said: InspectionNoticeFact, counters: Mapping[str, Counter]) -> tuple[Cause, list[Entry]]:
    is_in_force = said.state not in _UNISSUED and bool(said.finding_ids)
    state = NOTICE_FACTS[fact] if is_in_force else CountState.ENDED
    happened_at = said.issued_at or said.occurred_at
    cause = Cause(CauseType.NOTICE, said.notice_id, said.matter_id, said.number, said.clause, happened_at, state)
    entries = [
        Entry(code, Subject.DEPARTMENT, said.department, said.department, said.notice_id)
        for code in _naming(CountedFact.GRAVE_NOTICE, said, counters)
    ]
    return cause, entries


def _naming(kind: CountedFact, said: EventPayload, counters: Mapping[str, Counter]) -> Iterator[str]:
    payload: dict[str, Any] = said.model_dump(mode="json")
    for code, counter in counters.items():
        if kind not in counter.facts:
            continue
        if all(set(values_of(payload, path)) & set(allowed) for path, allowed in counter.where.items()):
            yield code
