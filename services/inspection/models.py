"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.inspection.database import Base
from services.inspection.facts import models as facts_models  # noqa: F401
from services.inspection.findings import models as findings_models  # noqa: F401
from services.inspection.improvement import models as improvement_models  # noqa: F401
from services.inspection.indicators import models as indicators_models  # noqa: F401
from services.inspection.inspections import models as inspections_models  # noqa: F401
from services.inspection.notices import models as notices_models  # noqa: F401
from services.inspection.programme import models as programme_models  # noqa: F401
from services.inspection.reports import models as reports_models  # noqa: F401
from services.inspection.supervisors import models as supervisors_models  # noqa: F401

METADATA = Base.metadata
