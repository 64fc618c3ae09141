"""The operations of the groups; `routers` in the order in which they are to be included."""

from services.customer.groups.routes import days, members, standing

routers = (members.router, standing.router, days.router)
