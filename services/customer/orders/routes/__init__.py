"""The operations of the service orders; `routers` in the order in which they are to be included."""

from services.customer.orders.routes import afterwards, finishing, preparing, reading, working

routers = (afterwards.router, reading.router, preparing.router, working.router, finishing.router)
