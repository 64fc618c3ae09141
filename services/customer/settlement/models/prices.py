"""The price list of a company: what a unit of a material, or of gas, costs from when to when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.customer.database import Base


class MaterialPriceRow(Base):
    """One price; it is ended, never changed, for lines have frozen it."""

    __tablename__ = "material_prices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str]
    price_fen: Mapped[int] = mapped_column(BigInteger)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    """The last day; null = until further notice."""
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    changed_by: Mapped[UUID | None]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        UniqueConstraint("company", "code", "valid_from"),
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("valid_until >= valid_from", name="validity"),
        Index("ix_material_prices_company", "company", text("id desc")),
    )
