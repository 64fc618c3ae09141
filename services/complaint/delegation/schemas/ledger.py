"""The monthly ledger as it goes out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.complaint.delegation.rules.states import LedgerState
from services.complaint.delegation.service.ledger import ShownLedger
from shared.http.base_model import ApiModel, LongText
from shared.http.page import Page


class AuthorityLedgerSign(ApiModel):
    """One of the pack's posts signs the month."""

    note: LongText | None = None
    """Required where approved and executed differ."""


class AuthorityLedgerLock(ApiModel):
    """The month is closed for good."""


class AuthorityLedgerDifference(ApiModel):
    """How approved and executed differ."""

    kind: str
    count: int
    ids: list[UUID]
    """Authorisations, the first fifty."""


class AuthorityLedgerAct(ApiModel):
    """A signature, or the lock."""

    act: str
    post: str | None
    actor_id: UUID
    at: datetime
    note: str | None


class AuthorityLedger(ApiModel):
    """A month: figures, differences, signatures."""

    id: UUID
    month: str
    state: LedgerState
    posts: list[str]
    """Who signs or locks it."""
    uses: int
    late_uses: int
    """Happened in a month that was closed already."""
    approved_fen: int
    executed_fen: int
    differences: list[AuthorityLedgerDifference]
    draws: dict[str, int]
    """Uses by stratum of the random checks."""
    seed_digest: str
    """SHA-256 of the seed of the random checks."""
    seed: str | None
    """Published when the month is locked."""
    digest: str | None
    """SHA-256 of the lines of a locked month."""
    drafted_at: datetime
    signed_at: datetime | None
    locked_at: datetime | None
    locked_by: UUID | None
    acts: list[AuthorityLedgerAct]
    version: int

    @classmethod
    def of(cls, shown: ShownLedger) -> Self:
        """From what is stored."""
        row = shown.row
        return cls(
            id=row.id,
            month=row.month,
            state=LedgerState(row.state),
            posts=list(row.posts),
            digest=row.digest,
            drafted_at=row.drafted_at,
            signed_at=row.signed_at,
            locked_at=row.locked_at,
            locked_by=row.locked_by,
            uses=shown.totals["uses"],
            late_uses=shown.totals["late_uses"],
            approved_fen=shown.totals["approved_fen"],
            executed_fen=shown.totals["executed_fen"],
            differences=[AuthorityLedgerDifference(kind=kind, **told) for kind, told in shown.differences.items()],
            draws=dict(shown.draws),
            seed_digest=shown.seed_digest,
            seed=row.seed if row.state == LedgerState.LOCKED else None,
            acts=[AuthorityLedgerAct.model_validate(act) for act in shown.acts],
            version=row.version,
        )


class AuthorityLedgerLine(ApiModel):
    """One use."""

    id: UUID
    authorisation_id: UUID
    number: str
    occurred_at: datetime
    recorded_at: datetime
    occurred_month: str
    is_late: bool
    customer_id: UUID | None
    complaint_id: UUID | None
    order_id: UUID | None
    authority: str
    item: str
    conditions: list[str]
    handler_id: UUID
    department: str | None
    decided_post: str | None
    approved_fen: int | None
    executed_fen: int | None
    result: str | None

    @classmethod
    def of(cls, line: Mapping[Any, Any]) -> Self:
        """From what is stored."""
        return cls.model_validate(dict(line))


class AuthorityLedgerPage(Page[AuthorityLedgerLine]):
    """A month with one page of its lines, in the order of what happened."""

    ledger: AuthorityLedger

    @property
    def version(self) -> int:
        """The ledger's."""
        return self.ledger.version
