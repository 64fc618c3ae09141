"""Doors of the contacts."""

from services.customer.contacts.routes.answers import router as answers_router
from services.customer.contacts.routes.calls import router
from services.customer.contacts.routes.handovers import router as hand_overs_router
from services.customer.contacts.routes.notices import router as notices_router
from services.customer.contacts.routes.shifts import router as shifts_router

routers = (router, hand_overs_router, shifts_router, notices_router, answers_router)

__all__ = ["router", "routers"]
