"""Every SQL statement of the cases."""

from services.complaint.cases.repository.cases import (
    SCOPE,
    add_emergency_steps,
    consultation,
    consultations,
    emergency_step,
    get,
    get_involved,
    names_file,
    open_cases_of,
    open_consultations,
    scoped,
    steps,
)
from services.complaint.cases.repository.customers import (
    customer,
    customer_standing,
    keep_alias,
    keep_customers,
    keep_tier,
)
from services.complaint.cases.repository.intake import insert_opening, next_numbers, own_files, record_of
from services.complaint.cases.repository.reading import page_json, read_json
from services.complaint.cases.repository.repeats import repeated_case

__all__ = [
    "SCOPE",
    "add_emergency_steps",
    "consultation",
    "consultations",
    "customer",
    "customer_standing",
    "emergency_step",
    "get",
    "get_involved",
    "insert_opening",
    "keep_alias",
    "keep_customers",
    "keep_tier",
    "names_file",
    "next_numbers",
    "open_cases_of",
    "open_consultations",
    "own_files",
    "page_json",
    "read_json",
    "record_of",
    "repeated_case",
    "scoped",
    "steps",
]
