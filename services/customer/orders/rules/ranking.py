"""Which order is dispatched next: emergency, then deadline, then tier (pure)."""

from datetime import datetime, timedelta

from services.customer.policy_orders import Orders
from services.customer.policy_tiering import PriorityLevel

_RANKS = {PriorityLevel.ALWAYS: 0, PriorityLevel.EQUAL_CIRCUMSTANCES: 1, PriorityLevel.NONE: 2}


def priority_rank(level: PriorityLevel, *, is_priority: bool) -> int:
    """0 goes first where deadlines are equal; a priority order stands beside `always`."""
    return 0 if is_priority else _RANKS[level]


def rank_at(due_at: datetime | None, level: PriorityLevel, *, is_priority: bool, terms: Orders) -> datetime | None:
    """The deadline by which an order queues; `always` and priority orders queue ahead by the pack's lead."""
    if due_at is None:
        return None
    lead = terms.always_lead_minutes if level is PriorityLevel.ALWAYS else 0
    if is_priority:
        lead = max(lead, terms.priority_lead_minutes)
    return due_at - timedelta(minutes=lead)


def queue_key(
    *, is_emergency: bool, rank: datetime | None, priority: int, tier_rank: int, number: str
) -> tuple[bool, bool, float, int, int, str]:
    """The same order as the queue's index, for whoever sorts in Python."""
    return (not is_emergency, rank is None, 0.0 if rank is None else rank.timestamp(), priority, tier_rank, number)
