"""Response models of the verdicts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.http.base_model import ApiModel


class VerdictHolder(ApiModel):
    """Who had the matter while the clock ran."""

    owner_id: UUID | None
    team: str | None
    department: str | None
    posts: list[str]
    from_at: datetime
    until_at: datetime | None
    consumed_seconds: int | None
    """Of the clock's own time; null where it was never handed over."""


class Verdict(ApiModel):
    """One verdict of a case, or what changed one: who and why."""

    id: UUID
    at: datetime
    """When it was recorded."""
    occurred_at: datetime
    """When it happened: a breach at its deadline's instant."""
    source: str
    """clock, case, finding or appeal."""
    kind: str
    """met, breached, retargeted, paused … · regrade, reopen … · draft, confirm, suspend … · lodge, admit, decide …"""
    subject_id: UUID
    """The case, finding, measure or appeal."""
    cycle: int
    actor: str
    """Staff id, or `system:…` where no person acted."""
    why: str
    """The reason given, else the cause or the clause."""
    metric: str | None
    clock_id: UUID | None
    clause: str | None
    deadline_at: datetime | None
    breached_at: datetime | None
    holders: list[VerdictHolder]
    """Who pays: the holders of the clock."""
    revision: int | None
    """Version of the finding."""
    outcome: str | None
    """Verdict of the finding, or outcome of the appeal."""
    from_state: str | None
    to_state: str | None
    detail: dict[str, Any]


class Verdicts(ApiModel):
    """Every verdict of a case, oldest first."""

    items: list[Verdict]
