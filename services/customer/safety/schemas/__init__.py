"""Bodies and answers of the safety inspections."""

from services.customer.safety.schemas.bodies import (
    HazardReport,
    HazardResolve,
    HazardTell,
    HazardWithdraw,
    SafetyInspectionCreate,
    SafetyOrdersOpen,
)
from services.customer.safety.schemas.views import (
    Hazard,
    HazardFlag,
    HazardFlags,
    HazardPage,
    SafetyInspection,
    SafetyInspectionPage,
    SafetyOrdersOpened,
    SafetyPlan,
    SafetyPlanFigure,
    SafetyPlanFigures,
    SafetyPlanPage,
    SafetyPlansQueued,
    TierEntry,
)

__all__ = [
    "Hazard",
    "HazardFlag",
    "HazardFlags",
    "HazardPage",
    "HazardReport",
    "HazardResolve",
    "HazardTell",
    "HazardWithdraw",
    "SafetyInspection",
    "SafetyInspectionCreate",
    "SafetyInspectionPage",
    "SafetyOrdersOpen",
    "SafetyOrdersOpened",
    "SafetyPlan",
    "SafetyPlanFigure",
    "SafetyPlanFigures",
    "SafetyPlanPage",
    "SafetyPlansQueued",
    "TierEntry",
]
