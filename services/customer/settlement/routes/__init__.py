"""The doors of the settlement."""

from services.customer.settlement.routes import exceptions, lines, prices, reading_lines, reversals

routers = (prices.router, lines.router, reversals.router, reading_lines.router, exceptions.router)
