"""The registry's operations; `routers` in the order in which they are to be included."""

from services.customer.registry.routes import belongings, customers, imports

routers = (customers.router, imports.router, belongings.router)
