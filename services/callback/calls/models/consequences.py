"""What followed from a callback, followed by link from the call to it and back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class ConsequenceRow(Base):
    """One consequence: told by `event_id`, linked when the owner's fact names that event as its cause."""

    __tablename__ = "callback_consequences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    callback_id: Mapped[UUID] = mapped_column(ForeignKey("callback.callbacks.id"))
    kind: Mapped[str]
    state: Mapped[str]
    event_id: Mapped[UUID | None]
    need: Mapped[str | None]
    praised_staff_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    words: Mapped[str | None]
    target_type: Mapped[str | None]
    target_id: Mapped[UUID | None]
    target_number: Mapped[str | None]
    target_state: Mapped[str | None]
    """As its owner calls it; an opinion's stands with the opinion."""
    target_version: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Which version of the target said so: an older one that comes later says nothing."""
    owner_id: Mapped[UUID | None]
    team: Mapped[str | None]
    department: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Who the target lies with: they may read the customer's words."""
    raised_at: Mapped[datetime]
    linked_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("callback_id", "kind"),
        CheckConstraint("kind in ('complaint', 'opinion', 'praise', 'finding', 'need')", name="kind"),
        CheckConstraint("state in ('raised', 'linked')", name="state"),
        Index(
            "uq_callback_consequences_event",
            "event_id",
            unique=True,
            postgresql_where=text("event_id is not null"),
        ),
        Index("ix_callback_consequences_list", "company", text("id desc")),
        Index("ix_callback_consequences_target", "target_id", postgresql_where=text("target_id is not null")),
    )
