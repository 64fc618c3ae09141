"""Where the facts of other services say who, what and when: knowledge of the contracts, not of a regulation."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """The fields of one type of fact."""

    cause_type: str
    cause_id: str
    people: str | None = None
    """Staff concerned: an id or a list of them."""
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


READINGS: Mapping[str, Reading] = {
    "sla.breached": Reading("clock", "clock_id", holders="segments", happened="breached_at", matter="subject_id"),
    "complaint.finding_confirmed": Reading(
        "finding", "finding_id", people="person_ids", department="responsible_department", matter="complaint_id"
    ),
    "complaint.consequence_proposed": Reading(
        "employee_consequence", "consequence_id", people="person_id", matter="complaint_id"
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
}
"""By type of fact; one that a pack names and this table does not is never heard."""


@dataclass(frozen=True, slots=True)
class Retraction:
    """A fact that takes a cause back."""

    cause_type: str
    cause_id: str
    instead: str | None = None
    """It also says what stands from now on, in the fields of this type of fact."""


RETRACTIONS: Mapping[str, Retraction] = {
    "sla.breach_retracted": Retraction("clock", "clock_id"),
    "sla.corrected": Retraction("clock", "clock_id"),
    "complaint.finding_overturned": Retraction("finding", "finding_id"),
    "complaint.finding_revised": Retraction("finding", "finding_id", instead="complaint.finding_confirmed"),
    "complaint.consequence_retracted": Retraction("employee_consequence", "consequence_id"),
    "inspection.finding_overturned": Retraction("inspection_finding", "finding_id"),
    "inspection.finding_revised": Retraction(
        "inspection_finding", "finding_id", instead="inspection.finding_confirmed"
    ),
}
"""By type of fact.  `sla.corrected` takes back only where the verdict became `met`."""

SUSPENSIONS: Mapping[str, Retraction] = {"complaint.finding_suspended": Retraction("finding", "finding_id")}
"""Facts by which a cause is contested: what rests on it is held back."""
UPHELD: Mapping[str, Retraction] = {"complaint.finding_upheld": Retraction("finding", "finding_id")}
"""Facts by which a contested cause stands."""

CORRECTED, MET = "sla.corrected", "met"
