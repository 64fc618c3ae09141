"""Tables of the delegation."""

from services.complaint.delegation.models.authorisations import (
    AUTHORISATION_NUMBERS,
    AuthorisationActRow,
    AuthorisationRow,
    AuthorisationStepRow,
    AuthorityAbuseRow,
)
from services.complaint.delegation.models.ledgers import (
    AuthorityDrawRow,
    AuthorityLedgerActRow,
    AuthorityLedgerEntryRow,
    AuthorityLedgerRow,
)

__all__ = [
    "AUTHORISATION_NUMBERS",
    "AuthorisationActRow",
    "AuthorisationRow",
    "AuthorisationStepRow",
    "AuthorityAbuseRow",
    "AuthorityDrawRow",
    "AuthorityLedgerActRow",
    "AuthorityLedgerEntryRow",
    "AuthorityLedgerRow",
]
