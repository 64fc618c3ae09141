"""Looking up customers without need, leaking and faking data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base
from services.customer.registry.models import RevealRow
from shared.contracts.base import Routing

Index("ix_reveals_company_at", RevealRow.company, RevealRow.at)


class DataMisuseRow(Base):
    """A look-up that no work explains, or a reported leak or fake: explained, accepted or confirmed."""

    __tablename__ = "data_misuses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    kind: Mapped[str]
    """Code of `entry_quality.misuse`."""
    reveal_id: Mapped[UUID | None]
    actor_id: Mapped[UUID]
    customer_id: Mapped[UUID | None]
    field: Mapped[str | None]
    reason: Mapped[str | None]
    """The reason given when it was shown, a code of the pack."""
    occurred_at: Mapped[datetime]
    found_at: Mapped[datetime]
    found_by: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    facts: Mapped[str | None]
    state: Mapped[str]
    explanation: Mapped[str | None]
    explained_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    clause: Mapped[str]
    policy_version: Mapped[str]
    matter_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("reveal_id"),
        CheckConstraint("state in ('open', 'explained', 'accepted', 'confirmed')", name="state"),
        CheckConstraint("decided_by <> actor_id", name="four_eyes"),
        CheckConstraint("(state in ('accepted', 'confirmed')) = (decided_at is not null)", name="decided"),
        Index("ix_data_misuses_list", "company", text("id desc")),
        Index("ix_data_misuses_actor", "company", "actor_id", text("id desc")),
    )

    @property
    def routing(self) -> Routing:
        """Whose look-up, and who judges it."""
        return Routing(owner_id=self.actor_id, team=self.team, department=self.department, posts=list(self.posts))
