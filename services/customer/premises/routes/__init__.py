"""The operations at premises; `routers` in the order in which they are to be included."""

from services.customer.premises.routes import equipment, exchanges, persons

routers = (equipment.router, exchanges.router, persons.router)
