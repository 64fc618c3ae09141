"""Authorities of the complaint service that need work, as the customer service knows them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class AuthorityWorkRow(Base):
    """One authorisation (授权) whose use needs an order; `id` is the authorisation's own."""

    __tablename__ = "authority_works"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    number: Mapped[str]
    authority: Mapped[str]
    category: Mapped[str]
    work: Mapped[str]
    department: Mapped[str | None]
    customer_id: Mapped[UUID | None]
    complaint_id: Mapped[UUID | None]
    requested_by: Mapped[UUID]
    is_filed_afterwards: Mapped[bool]
    """The work was done on the spot: a person files the order, nothing is opened by itself."""
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    matter_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("customer.service_orders.id"))
    learned_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (Index("ix_authority_works_company", "company", text("id desc")),)
