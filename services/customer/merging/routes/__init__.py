"""The operations of merging; `routers` in the order in which they are to be included."""

from services.customer.merging.routes import merges, pairs

routers = (merges.router, pairs.router)
