"""Tables of the groups beside the members themselves: their history, the unit's great days, the size of a group."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class MemberChangeRow(Base):
    """One thing that happened to a member: joined, left, derived, corrected, linked; written once."""

    __tablename__ = "member_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("customer.group_members.id"))
    group_id: Mapped[UUID]
    act: Mapped[str]
    at: Mapped[datetime]
    on_date: Mapped[date | None]
    actor_id: Mapped[UUID | None]
    from_kind: Mapped[str | None] = mapped_column(Text)
    to_kind: Mapped[str | None] = mapped_column(Text)
    from_rank: Mapped[str | None] = mapped_column(Text)
    to_rank: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint(
            "act in ('joined', 'left', 'rejoined', 'changed', 'derived', 'corrected', 'restored', 'linked',"
            " 'unlinked')",
            name="act",
        ),
        Index("ix_member_changes_member", "company", "member_id", text("id desc")),
    )


class UnitDayRow(Base):
    """A great day of a unit or group (单位重要日子), such as its founding day; returns every year."""

    __tablename__ = "unit_days"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"))
    name: Mapped[str]
    month: Mapped[int] = mapped_column(SmallInteger)
    day: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("month between 1 and 12 and day between 1 and 31", name="date"),
        CheckConstraint("state in ('active', 'withdrawn')", name="state"),
        Index(
            "uq_unit_days_standing",
            "company",
            "customer_id",
            "month",
            "day",
            "name",
            unique=True,
            postgresql_where=text("state = 'active'::text"),
        ),
    )


class GroupSizeRow(Base):
    """How `customers.member_count` came about: what was stated, what is counted, what is shown."""

    __tablename__ = "group_sizes"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("customer.customers.id"), primary_key=True)
    company: Mapped[str]
    stated: Mapped[int | None]
    counted: Mapped[int]
    shown: Mapped[int]

    __table_args__ = (CheckConstraint("stated >= 0 and counted >= 0 and shown >= 0", name="sizes"),)
