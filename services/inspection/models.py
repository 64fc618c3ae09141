"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.inspection.database import Base

METADATA = Base.metadata
