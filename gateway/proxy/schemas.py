"""What several services answer together."""

from gateway.parts import Part
from shared.http.base_model import ApiModel
from shared.http.policy_routes import PolicyCodes, PolicyInForce


class ServiceParts(ApiModel):
    """One part per service."""

    customer: Part
    complaint: Part
    callback: Part
    inspection: Part
    incentive: Part


class IndicatorParts(ApiModel):
    """The figures of every service for one period; each part holds an indicator report."""

    period: str
    is_complete: bool
    """Whether every part is ok."""
    parts: ServiceParts


class MergedPolicy(PolicyInForce):
    """The chapters of all services that govern the caller's company today."""

    unavailable: list[str]
    """Services whose chapters are missing now."""


class MergedPolicyCodes(PolicyCodes):
    """The code lists of all services."""

    unavailable: list[str]
    """Services whose lists are missing now."""
