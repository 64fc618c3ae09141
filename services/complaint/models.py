"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.complaint.cases import models as cases_models
from services.complaint.database import Base

METADATA = Base.metadata
FEATURES = (cases_models,)
