"""Confirmed tier → contract fact."""

from datetime import datetime

from services.customer.tiering.rules import TierChange
from shared.contracts.base import Routing
from shared.contracts.customer import CustomerTierChanged
from shared.events.fact import Fact


def tier_changed(change: TierChange, *, at: datetime) -> Fact:
    """`customer.tier_changed`: the tier in force changed, from `at` on."""
    payload = CustomerTierChanged(
        routing=Routing(owner_id=change.account_manager_id),
        customer_id=change.customer_id,
        from_tier=change.from_tier,
        to_tier=change.to_tier,
        effective_at=at,
        policy_version=change.policy_version,
        rule=change.rule,
        kind=change.kind,
        customer_class=change.customer_class,
        party=change.party,
        standing=change.standing,
    )
    return Fact(
        payload=payload,
        company=change.company,
        aggregate_type="customer",
        aggregate_id=change.customer_id,
        aggregate_version=change.version,
        time=at,
    )
