"""Merge → contract fact."""

from datetime import datetime

from services.customer.merging.models import MergeRow
from services.customer.registry.models import CustomerRow
from shared.contracts.base import Routing
from shared.contracts.customer import CustomerMerged
from shared.contracts.relations import CustomerUnmerged
from shared.events.fact import Fact


def merged(row: MergeRow, losing: CustomerRow, surviving: CustomerRow) -> Fact:
    """`customer.merged`, in the version of the row that ended."""
    payload = CustomerMerged(
        routing=Routing(owner_id=surviving.account_manager_id),
        customer_id=row.losing_id,
        into_customer_id=row.surviving_id,
        merged_at=row.merged_at,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="customer",
        aggregate_id=row.losing_id,
        aggregate_version=losing.version,
        time=row.merged_at,
    )


def unmerged(row: MergeRow, losing: CustomerRow, now: datetime) -> Fact:
    """`customer.unmerged`, in the version of the row that is back."""
    payload = CustomerUnmerged(
        routing=Routing(owner_id=losing.account_manager_id),
        customer_id=row.losing_id,
        from_customer_id=row.surviving_id,
        unmerged_at=now,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="customer",
        aggregate_id=row.losing_id,
        aggregate_version=losing.version,
        time=now,
    )
