"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.callback.calls import models as calls_models  # noqa: F401
from services.callback.customers import models as customers_models  # noqa: F401
from services.callback.database import Base
from services.callback.opinions import models as opinions_models  # noqa: F401

METADATA = Base.metadata
