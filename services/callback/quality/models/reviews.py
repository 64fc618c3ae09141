"""A review of a call, its score card and the verdicts on it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base
from shared.contracts.base import Routing


class CallReviewRow(Base):
    """One review of one completed callback; `owner_id` holds it while it is claimed and stays the reviewer's."""

    __tablename__ = "call_reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    callback_id: Mapped[UUID] = mapped_column(ForeignKey("callback.callbacks.id"))
    callback_number: Mapped[str]
    customer_id: Mapped[UUID]
    tier: Mapped[str]
    business: Mapped[str]
    caller_id: Mapped[UUID]
    caller_team: Mapped[str | None]
    caller_department: Mapped[str | None]
    completed_at: Mapped[datetime]
    """When the reviewed call was made."""
    month: Mapped[str]
    mode: Mapped[str]
    seat: Mapped[int]
    """1, or 2 for the second of two who review independently."""
    partner_id: Mapped[UUID | None]
    """The other review of the same call."""
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who may review, as the revision named them."""
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    ready_at: Mapped[datetime]
    claim_ticket: Mapped[UUID | None]
    """Of the last claim from the list, so that its repetition finds the same review."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    """Calls that nobody answered."""
    contacted_at: Mapped[datetime | None]
    contact_count: Mapped[int] = mapped_column(server_default="0")
    card: Mapped[str]
    card_version: Mapped[int]
    recording: Mapped[str | None]
    """Where the recording lies that was listened to; never a number of a telephone."""
    outcome: Mapped[str | None]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """In what the customer contradicted, codes of the pack."""
    note: Mapped[str | None]
    points: Mapped[int | None] = mapped_column(BigInteger)
    out_of: Mapped[int | None] = mapped_column(BigInteger)
    is_fatal: Mapped[bool | None]
    is_standing: Mapped[bool] = mapped_column(server_default="false")
    """Counts for the caller's month; of two reviews only the first does, and only once it is settled."""
    settled_at: Mapped[datetime | None]
    """From then on the score stands and may be disputed."""
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime]
    matter_id: Mapped[UUID | None]
    correlation_id: Mapped[UUID]
    hops: Mapped[int]
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        UniqueConstraint("callback_id", "seat"),
        CheckConstraint("state in ('open', 'claimed', 'done')", name="state"),
        CheckConstraint("mode in ('listening', 'recall')", name="mode"),
        CheckConstraint("outcome in ('confirms', 'contradicts', 'not_reached')", name="outcome"),
        CheckConstraint("(state = 'claimed') = (lease_until is not null)", name="holder"),
        CheckConstraint("(state = 'done') = (reviewed_at is not null)", name="done"),
        CheckConstraint("seat in (1, 2)", name="seat"),
        CheckConstraint("points is null or points between 0 and out_of", name="points"),
        CheckConstraint("not is_standing or (points is not null and settled_at is not null)", name="standing"),
        Index("ix_call_reviews_queue", "company", "ready_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_call_reviews_lease", "company", "lease_until", postgresql_where=text("state = 'claimed'")),
        Index("ix_call_reviews_list", "company", text("id desc")),
        Index("ix_call_reviews_month", "company", "month", "caller_id", postgresql_where=text("is_standing")),
        Index("ix_call_reviews_settled", "company", "settled_at", postgresql_where=text("is_standing")),
        Index("uq_call_reviews_ticket", "claim_ticket", unique=True, postgresql_where=text("claim_ticket is not null")),
    )

    @property
    def routing(self) -> Routing:
        """Who it lies with: the reviewers' posts, and whoever holds it."""
        return Routing(owner_id=self.owner_id, team=self.team, department=self.department, posts=list(self.posts))


class ReviewScoreRow(Base):
    """One criterion of the card in one round: points, or whether a fatal one failed; both null = not applicable."""

    __tablename__ = "call_review_scores"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    review_id: Mapped[UUID] = mapped_column(ForeignKey("callback.call_reviews.id"))
    round: Mapped[int]
    criterion: Mapped[str]
    points: Mapped[int | None]
    is_failed: Mapped[bool | None]
    note: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("review_id", "round", "criterion"),
        CheckConstraint("points is null or is_failed is null", name="kind"),
    )


class VerdictRow(Base):
    """A score as it was said: the review, its calibration, a dispute; the last round stands, none is overwritten."""

    __tablename__ = "call_review_verdicts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    review_id: Mapped[UUID] = mapped_column(ForeignKey("callback.call_reviews.id"))
    round: Mapped[int]
    cause: Mapped[str]
    points: Mapped[int] = mapped_column(BigInteger)
    out_of: Mapped[int] = mapped_column(BigInteger)
    is_fatal: Mapped[bool]
    said_by: Mapped[UUID]
    said_at: Mapped[datetime]
    reason: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("review_id", "round"),
        CheckConstraint("cause in ('reviewed', 'calibrated', 'agreed', 'disputed')", name="cause"),
        CheckConstraint("points between 0 and out_of", name="points"),
    )
