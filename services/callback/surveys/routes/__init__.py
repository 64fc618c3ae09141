"""The doors of the surveys."""

from services.callback.surveys.routes.answers import router as answers_router
from services.callback.surveys.routes.invitations import router as invitations_router
from services.callback.surveys.routes.public import router as public_router
from services.callback.surveys.routes.surveys import router as surveys_router

routers = (surveys_router, invitations_router, answers_router, public_router)

__all__ = ["routers"]
