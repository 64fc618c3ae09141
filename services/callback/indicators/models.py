"""What the figures keep: periods that are closed for ever."""

from services.callback.database import Base
from shared.figures.closing import freezes_table

FREEZES = freezes_table(Base.metadata)
