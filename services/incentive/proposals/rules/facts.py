"""Where the facts of other services say who, what and when: knowledge of the contracts, not of a regulation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """The fields of one type of fact."""

    cause_type: str
    cause_id: str
    people: str | None = None
    """Staff concerned: an id or a list of them."""
    beside: str | None = None
    """Staff concerned beside them."""
    department: str | None = None
    customer: str | None = None
    holders: str | None = None
    """Segments of a clock: who held it how long."""
    never: str | None = None
    """Who said it: nobody is rewarded on the own word alone."""
    points: str | None = None
    """What the fact already weighs; nought = nothing is proposed."""
    happened: str = "occurred_at"
    matter: str | None = None
    """Where the matter is said if the envelope names none; else the cause is the matter."""
    year: str | None = None
    """Where a count of a year says which; else it is the year in which it happened."""


READINGS: Mapping[str, Reading] = {
    "sla.breached": Reading("clock", "clock_id", holders="segments", happened="breached_at", matter="subject_id"),
    "complaint.finding_confirmed": Reading(
        "finding", "finding_id", people="person_ids", department="responsible_department", matter="complaint_id"
    ),
    "complaint.consequence_proposed": Reading(
        "employee_consequence", "consequence_id", people="person_id", matter="complaint_id", year="year"
    ),
    "complaint.authority_abused": Reading(
        "abuse", "abuse_id", people="person_id", department="person_department", points="points", matter="complaint_id"
    ),
    "complaint.praise_recorded": Reading(
        "complaint", "complaint_id", people="staff_ids", never="recorded_by", matter="complaint_id"
    ),
    "complaint.suggestion_adopted": Reading("complaint", "complaint_id", customer="customer_id", matter="complaint_id"),
    "callback.praised": Reading(
        "callback_consequence",
        "consequence_id",
        people="staff_ids",
        department="department",
        never="called_by",
        matter="callback_id",
    ),
    "callback.falsified": Reading("falsification", "falsification_id", people="caller_id", matter="callback_id"),
    "customer.entry_errors_confirmed": Reading(
        "entry_finding", "finding_ids", people="operator_id", department="operator_department"
    ),
    "customer.rights_withdrawn": Reading(
        "rights_withdrawal", "withdrawal_id", people="staff_id", department="staff_department"
    ),
    "customer.data_misuse_confirmed": Reading(
        "data_misuse", "misuse_id", people="person_id", department="person_department", happened="happened_at"
    ),
    "inspection.finding_confirmed": Reading(
        "inspection_finding",
        "finding_id",
        people="person_id",
        department="department",
        points="points",
        happened="found_at",
        matter="matter_id",
    ),
    "inspection.good_example_confirmed": Reading(
        "inspection_finding",
        "finding_id",
        people="person_id",
        department="department",
        happened="found_at",
        matter="matter_id",
    ),
    "inspection.notice_late": Reading(
        "notice", "notice_id", department="department", happened="breached_at", matter="matter_id"
    ),
    "inspection.notice_closed": Reading("notice", "notice_id", department="department", matter="matter_id"),
    "inspection.consequence_proposed": Reading(
        "notice_consequence", "consequence_id", department="department", matter="matter_id", year="year"
    ),
    "inspection.improvement_accepted": Reading(
        "improvement",
        "improvement_id",
        people="owner_id",
        beside="proposer_id",
        department="department",
        never="accepted_by",
        matter="matter_id",
    ),
}
"""By type of fact; one that a pack names and this table does not is never heard."""


@dataclass(frozen=True, slots=True)
class Retraction:
    """A fact that takes a cause back."""

    cause_type: str
    cause_id: str
    instead: str | None = None
    """It also says what stands from now on, in the fields of this type of fact."""
    only: Mapping[str, Any] = field(default_factory=dict)
    """It does so only where its fields have these values."""

    def holds(self, said: object) -> bool:
        """Whether the fact says so."""
        return all(getattr(said, name, None) == value for name, value in self.only.items())


RETRACTIONS: Mapping[str, Retraction] = {
    "sla.breach_retracted": Retraction("clock", "clock_id"),
    "sla.corrected": Retraction("clock", "clock_id", only={"to_verdict": "met"}),
    "complaint.finding_overturned": Retraction("finding", "finding_id"),
    "complaint.finding_revised": Retraction("finding", "finding_id", instead="complaint.finding_confirmed"),
    "complaint.consequence_retracted": Retraction("employee_consequence", "consequence_id"),
    "inspection.finding_overturned": Retraction("inspection_finding", "finding_id"),
    "inspection.finding_revised": Retraction(
        "inspection_finding", "finding_id", instead="inspection.finding_confirmed"
    ),
    "inspection.notice_cancelled": Retraction("notice", "notice_id"),
    "inspection.consequence_withdrawn": Retraction("notice_consequence", "consequence_id"),
}
"""By type of fact.  A notice that was missed stays late: neither an extension nor a lesser gravity undoes it."""

SUSPENSIONS: Mapping[str, Retraction] = {
    "complaint.finding_suspended": Retraction("finding", "finding_id"),
    "inspection.finding_answered": Retraction("inspection_finding", "finding_id", only={"is_agreed": False}),
}
"""Facts by which a cause is contested: what rests on it is held back."""
UPHELD: Mapping[str, Retraction] = {
    "complaint.finding_upheld": Retraction("finding", "finding_id"),
    "inspection.finding_upheld": Retraction("inspection_finding", "finding_id"),
}
"""Facts by which a contested cause stands."""
