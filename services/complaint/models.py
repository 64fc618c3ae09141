"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.complaint.appeals import models as appeals_models
from services.complaint.cases import models as cases_models
from services.complaint.database import Base
from services.complaint.delegation import models as delegation_models
from services.complaint.dossier import models as dossier_models
from services.complaint.findings import models as findings_models
from services.complaint.indicators import models as indicators_models
from services.complaint.redress import models as redress_models

METADATA = Base.metadata
FEATURES = (
    cases_models,
    findings_models,
    appeals_models,
    delegation_models,
    dossier_models,
    indicators_models,
    redress_models,
)
