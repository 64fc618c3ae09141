"""Tables of service improvement."""

from services.inspection.improvement.models import examples, gatherings, improvements, plans, proposals, signals

__all__ = ["examples", "gatherings", "improvements", "plans", "proposals", "signals"]
