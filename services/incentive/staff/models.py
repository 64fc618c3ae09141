"""The staff directory: the only place with the names of people; all others keep the projection `staff`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.incentive.database import Base
from services.incentive.staff.rules import Deputation


class StaffRow(Base):
    """One member of staff with posts, place in the house and deputies."""

    __tablename__ = "staff_members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    login: Mapped[str]
    name: Mapped[str]
    title: Mapped[str | None]
    state: Mapped[str]
    posts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    department: Mapped[str | None]
    team: Mapped[str | None]
    superior_id: Mapped[UUID | None]
    lines: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    deputies: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    entry_on: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[UUID | None]
    """Who wrote last; null = the pack's demo staff, which a newer pack may still change."""
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("state in ('active', 'on_leave', 'left')", name="state"),
        CheckConstraint("superior_id <> id", name="superior"),
        UniqueConstraint("company", "login"),
        Index("ix_staff_members_department", "company", "department", "team"),
        Index("ix_staff_members_superior", "superior_id"),
        Index("ix_staff_members_posts", "posts", postgresql_using="gin"),
    )

    @property
    def deputations(self) -> tuple[Deputation, ...]:
        """The deputies, typed."""
        return tuple(
            Deputation(
                from_on=date.fromisoformat(one["from_on"]),
                until_on=date.fromisoformat(one["until_on"]),
                staff_id=UUID(one["staff_id"]),
            )
            for one in self.deputies
        )

    @deputations.setter
    def deputations(self, deputations: Sequence[Deputation]) -> None:
        self.deputies = [
            {
                "staff_id": str(one.staff_id),
                "from_on": one.from_on.isoformat(),
                "until_on": one.until_on.isoformat(),
            }
            for one in deputations
        ]


class StaffImportRow(Base):
    """One import of the directory that was carried out: whom it created and changed, for the answer to a replay."""

    __tablename__ = "staff_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    sha256: Mapped[str]
    created_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    changed_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    unchanged: Mapped[int]
    imported_by: Mapped[UUID]
    imported_at: Mapped[datetime]

    __table_args__ = (Index("ix_staff_imports_company", "company", "imported_at"),)
