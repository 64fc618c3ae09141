"""What the figures keep: periods that are closed for ever."""

from services.incentive.database import Base
from shared.figures.closing import freezes_table

FREEZES = freezes_table(Base.metadata)
