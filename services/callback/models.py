"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.callback.calls import models as calls_models  # noqa: F401
from services.callback.care import models as care_models  # noqa: F401
from services.callback.customers import models as customers_models  # noqa: F401
from services.callback.database import Base
from services.callback.entitlements import models as entitlements_models  # noqa: F401
from services.callback.indicators import models as indicators_models  # noqa: F401
from services.callback.messages import models as messages_models  # noqa: F401
from services.callback.opinions import models as opinions_models  # noqa: F401
from services.callback.quality import models as quality_models  # noqa: F401
from services.callback.supervision import models as supervision_models  # noqa: F401
from services.callback.surveys import models as surveys_models  # noqa: F401
from services.callback.visits import models as visits_models  # noqa: F401

METADATA = Base.metadata
