"""What a customer is promised when he complains."""

from typing import Self
from uuid import UUID

from services.complaint.cases.service.promising import CasePromise, CasePromises
from services.complaint.policy import Candidate
from shared.http.base_model import ApiModel


class CasePromisedLimit(ApiModel):
    """One promise as the pack gives it; minutes for natural and business time, else days; null = no limit."""

    commitment: str
    basis: str
    budget: int | None
    unit: str
    calendar: str
    clause: str

    @classmethod
    def of(cls, one: Candidate) -> Self:
        """From the pack."""
        limit = one.commitment.limit
        return cls(
            commitment=one.code,
            basis=one.basis.value,
            budget=limit.budget,
            unit=limit.unit.value,
            calendar=limit.calendar,
            clause=one.commitment.clause,
        )


class CasePromiseShown(ApiModel):
    """The limits of a metric for a kind and grade."""

    kind: str
    grade: str | None
    metric: str
    start: str
    """The moment from which it runs."""
    limits: list[CasePromisedLimit]
    """With several the earliest deadline governs."""

    @classmethod
    def of(cls, one: CasePromise) -> Self:
        """From what the pack gives."""
        limits = [CasePromisedLimit.of(limit) for limit in one.limits]
        return cls(kind=one.kind, grade=one.grade, metric=one.metric, start=one.start, limits=limits)


class CustomerCasePromises(ApiModel):
    """What the customer is promised now."""

    customer_id: UUID
    tier: str
    is_tier_default: bool
    """Nothing is known here of the customer's tier: the pack's default governs until the fact arrives."""
    party: str | None
    level: str | None
    """The level that handles his cases, where the pack has levels."""
    policy_version: str
    items: list[CasePromiseShown]

    @classmethod
    def of(cls, customer_id: UUID, found: CasePromises) -> Self:
        """From what was found."""
        return cls(
            customer_id=customer_id,
            tier=found.tier,
            is_tier_default=found.is_tier_default,
            party=found.party,
            level=found.level,
            policy_version=found.version,
            items=[CasePromiseShown.of(one) for one in found.items],
        )
