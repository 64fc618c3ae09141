"""Contact → contract fact."""

from datetime import datetime
from typing import Any

from shared.contracts.base import Routing
from shared.contracts.customer import CustomerContactRecorded
from shared.events.fact import Fact


def recorded(contact: dict[str, Any], company: str, now: datetime) -> Fact:
    """`customer.contact_recorded`; `customer_id` is filled in by the statement that recognises the caller."""
    said = {name: contact[name] for name in CustomerContactRecorded.model_fields if name in contact}
    payload = CustomerContactRecorded(**said, contact_id=contact["id"], routing=Routing(owner_id=contact["staff_id"]))
    return Fact(
        payload=payload,
        company=company,
        aggregate_type="contact",
        aggregate_id=contact["id"],
        aggregate_version=1,
        time=now,
        matter_id=contact["matter_id"],
    )
