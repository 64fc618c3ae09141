"""Tables of the authorisations: the request, its steps, what was done to it, its abuse."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Sequence,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.complaint.database import Base
from shared.contracts.base import Routing

AUTHORISATION_NUMBERS = Sequence("authorisation_numbers", metadata=Base.metadata, schema="complaint")


class AuthorisationRow(Base):
    """One use of an authority, from the request to the last signature; `version` guards every change."""

    __tablename__ = "authorisations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    authority: Mapped[str]
    category: Mapped[str]
    state: Mapped[str]
    requested_by: Mapped[UUID]
    department: Mapped[str | None]
    team: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    decided_post: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    complaint_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None]
    tier: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    attachment_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    reason: Mapped[str]
    quantity: Mapped[int | None]
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    executed_fen: Mapped[int | None] = mapped_column(BigInteger)
    exceeded: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    split_with: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    related_departments: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    order_department: Mapped[str | None]
    liaison_matter: Mapped[str | None]
    liaison_owner_id: Mapped[UUID | None]
    liaison_deadline_at: Mapped[datetime | None]
    requested_at: Mapped[datetime]
    requested_month: Mapped[str]
    approved_at: Mapped[datetime | None]
    executed_at: Mapped[datetime | None]
    executed_recorded_at: Mapped[datetime | None]
    result: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    ledger_month: Mapped[str | None]
    is_late: Mapped[bool] = mapped_column(server_default="false")
    check_stratum: Mapped[str | None]
    check_number: Mapped[int | None] = mapped_column(BigInteger)
    check_percent: Mapped[int | None]
    is_drawn: Mapped[bool] = mapped_column(server_default="false")
    check_means: Mapped[str | None]
    is_in_order: Mapped[bool | None]
    check_finding: Mapped[str | None]
    checked_by: Mapped[UUID | None]
    checked_at: Mapped[datetime | None]
    is_abused: Mapped[bool] = mapped_column(server_default="false")
    policy_pack: Mapped[str]
    policy_version: Mapped[str]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "number"),
        CheckConstraint(
            "state in ('pending', 'approved', 'executed', 'completed', 'rejected', 'withdrawn')", name="state"
        ),
        CheckConstraint("executed_fen <= amount_fen", name="executed"),
        Index("ix_authorisations_list", "company", text("id desc")),
        Index("ix_authorisations_customer", "company", "customer_id", "requested_month"),
        Index("ix_authorisations_person", "company", "requested_by", "requested_month"),
        Index("ix_authorisations_matter", "company", "matter_id"),
        Index("ix_authorisations_ledger", "company", "ledger_month"),
        Index("ix_authorisations_approved", "company", "approved_at", postgresql_where=text("state = 'approved'")),
        Index("ix_authorisations_posts", "posts", postgresql_using="gin"),
        Index("ix_authorisations_attachments", "attachment_ids", postgresql_using="gin"),
    )

    @property
    def routing(self) -> Routing:
        """Whose it is, and the posts that must do something now."""
        return Routing(owner_id=self.requested_by, team=self.team, department=self.department, posts=list(self.posts))


class AuthorisationStepRow(Base):
    """One step of the procedure: who takes it, and who took it when."""

    __tablename__ = "authorisation_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    authorisation_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.authorisations.id"))
    position: Mapped[int]
    code: Mapped[str]
    stage: Mapped[str]
    text: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text))
    condition: Mapped[str | None]
    files_order: Mapped[bool] = mapped_column(server_default="false")
    limit_budget: Mapped[int | None]
    limit_unit: Mapped[str | None]
    limit_calendar: Mapped[str | None]
    state: Mapped[str]
    done_by: Mapped[UUID | None]
    done_post: Mapped[str | None]
    done_at: Mapped[datetime | None]
    note: Mapped[str | None]
    order_id: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("authorisation_id", "position"),
        CheckConstraint("state in ('pending', 'done', 'refused')", name="state"),
    )


class AuthorisationActRow(Base):
    """One thing done to an authorisation; append-only."""

    __tablename__ = "authorisation_acts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    authorisation_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.authorisations.id"))
    act: Mapped[str]
    step: Mapped[str | None]
    at: Mapped[datetime]
    actor_id: Mapped[UUID]
    actor_post: Mapped[str | None]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str | None]

    __table_args__ = (Index("ix_authorisation_acts_authorisation", "authorisation_id", "at"),)


class AuthorityAbuseRow(Base):
    """An authority that was exceeded or faked; once for each authorisation."""

    __tablename__ = "authority_abuses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    authorisation_id: Mapped[UUID] = mapped_column(ForeignKey("complaint.authorisations.id"))
    kind: Mapped[str]
    facts: Mapped[str]
    person_id: Mapped[UUID]
    department: Mapped[str | None]
    points: Mapped[int]
    damage_fen: Mapped[int | None] = mapped_column(BigInteger)
    decided_by_post: Mapped[str | None]
    clause: Mapped[str]
    attachment_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    reported_by: Mapped[UUID]
    reported_at: Mapped[datetime]
    decision: Mapped[str | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("authorisation_id"),
        CheckConstraint("kind in ('beyond_authority', 'faked')", name="kind"),
    )
