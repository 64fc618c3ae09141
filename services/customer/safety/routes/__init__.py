"""The operations of the safety inspections; `routers` in the order in which they are to be included."""

from services.customer.safety.routes import hazards, inspections, plans

routers = (inspections.router, hazards.router, hazards.flags_router, plans.router)
