"""What the figures keep: periods that are closed for ever."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.callback.database import Base


class IndicatorFreezeRow(Base):
    """A closed period with every figure as it stood at its end, by dimension."""

    __tablename__ = "indicator_freezes"

    company: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    policy_version: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Indicators by dimension, as the API answers them."""
    frozen_at: Mapped[datetime]
