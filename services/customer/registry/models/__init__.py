"""Tables of the registry: customers, what belongs to them, their persons, tags and changes, and imports."""

from services.customer.registry.models.belongings import EquipmentRow, MemberRow, MeterRow, PhoneRow, PremisesRow
from services.customer.registry.models.customers import CUSTOMER_NUMBERS, CustomerRow
from services.customer.registry.models.imports import ImportErrorRow, ImportPartRow, RevealRow
from services.customer.registry.models.people import ChangeRow, ContactPersonRow, TagRow, VulnerablePersonRow

__all__ = [
    "CUSTOMER_NUMBERS",
    "ChangeRow",
    "ContactPersonRow",
    "CustomerRow",
    "EquipmentRow",
    "ImportErrorRow",
    "ImportPartRow",
    "MemberRow",
    "MeterRow",
    "PhoneRow",
    "PremisesRow",
    "RevealRow",
    "TagRow",
    "VulnerablePersonRow",
]
