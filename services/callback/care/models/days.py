"""What is known of days and members, fed by events: no year, no name."""

from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class OccasionRow(Base):
    """A day that returns every year, fed by `customer.occasion_set`: no year, no name."""

    __tablename__ = "care_occasions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    member_customer_id: Mapped[UUID | None]
    occasion: Mapped[str]
    circle: Mapped[str | None]
    month: Mapped[int | None]
    day: Mapped[int | None]
    is_lunar: Mapped[bool] = mapped_column(server_default="false")
    """Month and day are those of the lunar year."""
    is_ended: Mapped[bool]

    __table_args__ = (
        Index(
            "ix_care_occasions_day",
            "company",
            "occasion",
            "is_lunar",
            "month",
            "day",
            "id",
            postgresql_where=text("not is_ended"),
        ),
    )


class MemberRow(Base):
    """A member of a group, fed by `customer.member_changed`: size and importance decide on gifts."""

    __tablename__ = "care_members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    group_id: Mapped[UUID]
    kind: Mapped[str]
    circle: Mapped[str | None]
    rank: Mapped[str | None]
    is_served: Mapped[bool]
    is_active: Mapped[bool]
    member_customer_id: Mapped[UUID | None]

    __table_args__ = (Index("ix_care_members_group", "company", "group_id", "id", postgresql_where=text("is_active")),)
