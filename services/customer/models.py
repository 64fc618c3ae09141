"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.customer.contacts import models as contacts_models  # noqa: F401
from services.customer.database import Base
from services.customer.registry import models as registry_models  # noqa: F401
from services.customer.tiering import models as tiering_models  # noqa: F401

METADATA = Base.metadata
