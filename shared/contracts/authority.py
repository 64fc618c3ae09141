"""Facts about delegated authority (授权): its use, its abuse and its monthly ledger; ids, codes and times only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class AuthorityFact(EventPayload):
    """What every fact says of one authorisation, so that a projection may be born from any of them."""

    authorisation_id: UUID
    number: str
    authority: str
    """Code of the pack's item."""
    category: str
    clause: str
    state: str
    requested_by: UUID
    department: str | None = None
    customer_id: UUID | None = None
    complaint_id: UUID | None = None
    order_id: UUID | None = None
    amount_fen: int | None = None
    occurred_at: datetime


class AuthorityRequested(AuthorityFact):
    """Somebody asks for an authority or uses the own; `routing.posts` must confirm, decide, sign or approve."""

    TYPE: ClassVar[str] = "complaint.authority_requested"

    is_own: bool
    """The pack lets the person decide without asking further."""
    exceeded: list[str] = Field(default_factory=list)
    """Limits beyond which the amount lies: case, splitting, customer_month, person_month."""


class AuthoritySigned(AuthorityFact):
    """One step was confirmed, signed or done; `routing.posts` are those still awaited."""

    TYPE: ClassVar[str] = "complaint.authority_signed"

    step: str
    post: str


class AuthorityApproved(AuthorityFact):
    """Everything needed before the use is there."""

    TYPE: ClassVar[str] = "complaint.authority_approved"

    decided_post: str | None = None


class AuthorityRejected(AuthorityFact):
    """Somebody whose step it was refused."""

    TYPE: ClassVar[str] = "complaint.authority_rejected"

    step: str


class AuthorityWithdrawn(AuthorityFact):
    """Whoever asked gave it up."""

    TYPE: ClassVar[str] = "complaint.authority_withdrawn"


class AuthorityUsed(AuthorityFact):
    """The authority was used; it stands in the ledger of `ledger_month`."""

    TYPE: ClassVar[str] = "complaint.authority_used"

    executed_fen: int | None = None
    ledger_month: str
    is_late: bool
    """It happened in a month whose ledger was closed already."""
    is_drawn: bool
    """The office checks it."""


class AuthorityOrderNeeded(AuthorityFact):
    """The use needs work: the customer service opens an order with this clock."""

    TYPE: ClassVar[str] = "complaint.authority_order_needed"

    work: str
    """Kind of work of the customer chapter."""
    order_department: str | None = None
    started_at: datetime
    """When the limit begins."""
    deadline_at: datetime | None = None
    budget: int | None = None
    unit: str
    is_filed_afterwards: bool
    """The work was done on the spot; the order is the record of it."""


class LiaisonFact(AuthorityFact):
    """What is said of a liaison note (业务联系单)."""

    to_department: str
    liaison_owner_id: UUID
    deadline_at: datetime


class LiaisonIssued(LiaisonFact):
    """A department is asked in writing to take part; the clock is the receiving department's."""

    TYPE: ClassVar[str] = "complaint.liaison_issued"


class LiaisonDone(LiaisonFact):
    """The receiving department did what the note asks."""

    TYPE: ClassVar[str] = "complaint.liaison_done"


class AuthorityCompleted(AuthorityFact):
    """Used, and nothing is left to be signed, filed or done."""

    TYPE: ClassVar[str] = "complaint.authority_completed"


class AuthorityChecked(AuthorityFact):
    """The office checked the use."""

    TYPE: ClassVar[str] = "complaint.authority_checked"

    means: str
    is_in_order: bool
    was_drawn: bool


class AuthorityAbused(AuthorityFact):
    """Somebody acted beyond the own authority or faked it; incentive proposes the penalty by the clause."""

    TYPE: ClassVar[str] = "complaint.authority_abused"

    abuse_id: UUID
    kind: str
    """beyond_authority or faked."""
    person_id: UUID
    person_department: str | None = None
    points: int
    """Off the department's month."""
    has_damage: bool
    damage_fen: int | None = None
    decided_by_post: str | None = None
    """Who decides the penalty where damage was done."""
    published_as: str | None = None
    reported_by: UUID


class AuthorityAbuseDecided(AuthorityFact):
    """The committee decided on an abuse that did damage."""

    TYPE: ClassVar[str] = "complaint.authority_abuse_decided"

    abuse_id: UUID
    person_id: UUID
    published_as: str | None = None


class LedgerLocked(EventPayload):
    """A month of the ledger (客户问题授权处理台帐) is closed for good."""

    TYPE: ClassVar[str] = "complaint.ledger_locked"

    ledger_id: UUID
    month: str
    uses: int
    amount_fen: int
    late_uses: int
    digest: str
    """SHA-256 of the entries, in their order."""
    seed: str
    """With it everybody can draw the month's random checks again."""
    occurred_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (
    AuthorityRequested,
    AuthoritySigned,
    AuthorityApproved,
    AuthorityRejected,
    AuthorityWithdrawn,
    AuthorityUsed,
    AuthorityOrderNeeded,
    LiaisonIssued,
    LiaisonDone,
    AuthorityCompleted,
    AuthorityChecked,
    AuthorityAbused,
    AuthorityAbuseDecided,
    LedgerLocked,
)
"""Everything in this file that crosses the bus."""
