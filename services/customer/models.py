"""Every table class of the service, imported so that `alembic check` sees them all."""

from services.customer.accounts import models as accounts_models  # noqa: F401
from services.customer.contacts import models as contacts_models  # noqa: F401
from services.customer.database import Base
from services.customer.entry_quality import models as entry_quality_models  # noqa: F401
from services.customer.groups import models as groups_models  # noqa: F401
from services.customer.indicators import models as indicators_models  # noqa: F401
from services.customer.merging import models as merging_models  # noqa: F401
from services.customer.orders import models as orders_models  # noqa: F401
from services.customer.plans import models as plans_models  # noqa: F401
from services.customer.premises import models as premises_models  # noqa: F401
from services.customer.readings import models as readings_models  # noqa: F401
from services.customer.registry import models as registry_models  # noqa: F401
from services.customer.safety import models as safety_models  # noqa: F401
from services.customer.serving import models as serving_models  # noqa: F401
from services.customer.settlement import models as settlement_models  # noqa: F401
from services.customer.supply import models as supply_models  # noqa: F401
from services.customer.tiering import models as tiering_models  # noqa: F401
from services.customer.write_rights import models as write_rights_models  # noqa: F401

METADATA = Base.metadata
