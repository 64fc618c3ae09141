"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.incentive.database import Base

METADATA = Base.metadata
