"""The operations of contracts and accounts; `routers` in the order in which they are to be included."""

from services.customer.accounts.routes import accounts, contracts

routers = (contracts.router, accounts.router)
