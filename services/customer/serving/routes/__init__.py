"""The operations of who serves whom; `routers` in the order in which they are to be included."""

from services.customer.serving.routes import assignments, overview, teams

routers = (teams.router, assignments.router, overview.router)
