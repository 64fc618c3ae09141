"""The delegation's operations; `routers` in the order in which they are to be included."""

from services.complaint.delegation.routes import authorisations, authorities, ledger

routers = (authorities.router, authorisations.router, ledger.router)
"""Everything of this feature."""
