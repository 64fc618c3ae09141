"""One verdict of a case and how the sources are put in order: pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

CLOCK_FACTS = (
    *("met", "breached", "breach_retracted", "corrected", "retargeted", "recalendared"),
    *("paused", "resumed", "cancelled"),
)
"""What is judged or changes a judgement; warnings and escalations are no verdicts."""
CASE_ACTIONS = ("regrade", "pause", "resume", "transfer", "link_customer", "resolve", "close", "reopen")
"""Steps of the handling flow after which another promise, holder or cycle counts."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who had the matter, from when to when, and how much of the clock's time went by."""

    owner_id: UUID | None
    team: str | None
    department: str | None
    posts: tuple[str, ...]
    from_at: datetime
    until_at: datetime | None
    consumed_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One verdict or what changed one: who and why."""

    id: UUID
    at: datetime
    occurred_at: datetime
    source: str
    kind: str
    subject_id: UUID
    cycle: int
    actor: str
    why: str
    metric: str | None = None
    clock_id: UUID | None = None
    clause: str | None = None
    deadline_at: datetime | None = None
    breached_at: datetime | None = None
    holders: tuple[Holder, ...] = ()
    revision: int | None = None
    outcome: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def in_order(*sources: Iterable[Verdict]) -> list[Verdict]:
    """All verdicts by when they were recorded; equal instants in the order of their ids."""
    return sorted((one for source in sources for one in source), key=lambda one: (one.at, one.id))
