"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.incentive.assessments import models as assessments_models  # noqa: F401
from services.incentive.cases import models as cases_models  # noqa: F401
from services.incentive.counters import models as counters_models  # noqa: F401
from services.incentive.database import Base
from services.incentive.indicators import models as indicators_models  # noqa: F401
from services.incentive.ledger import models as ledger_models  # noqa: F401
from services.incentive.proposals import models as proposals_models  # noqa: F401
from services.incentive.staff import models as staff_models  # noqa: F401

METADATA = Base.metadata
