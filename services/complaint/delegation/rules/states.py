"""States of an authorisation and of a ledger, and what may be done in each: pure."""

from collections.abc import Mapping
from enum import StrEnum

from services.complaint.delegation.errors import AuthorisationStepNotAllowedError


class AuthorisationState(StrEnum):
    """Where an authorisation stands."""

    PENDING = "pending"
    """Something is awaited before it may be used."""
    APPROVED = "approved"
    """May be used."""
    EXECUTED = "executed"
    """Used; something is left to be signed, filed or done."""
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class AuthorisationAct(StrEnum):
    """What was done to an authorisation."""

    REQUEST = "request"
    APPROVE = "approve"
    REJECT = "reject"
    SIGN = "sign"
    EXECUTE = "execute"
    WITHDRAW = "withdraw"
    REPORT_ABUSE = "report_abuse"
    CHECK = "check_result"


S = AuthorisationState
ALLOWED: Mapping[AuthorisationAct, frozenset[AuthorisationState]] = {
    AuthorisationAct.APPROVE: frozenset({S.PENDING}),
    AuthorisationAct.REJECT: frozenset({S.PENDING}),
    AuthorisationAct.SIGN: frozenset({S.PENDING, S.EXECUTED}),
    AuthorisationAct.EXECUTE: frozenset({S.PENDING, S.APPROVED}),
    AuthorisationAct.WITHDRAW: frozenset({S.PENDING, S.APPROVED}),
    AuthorisationAct.REPORT_ABUSE: frozenset(S),
    AuthorisationAct.CHECK: frozenset({S.EXECUTED, S.COMPLETED}),
}
"""A pending one that is executed hears which steps are outstanding."""

COUNTED = frozenset(S) - {S.REJECTED, S.WITHDRAWN}
"""States that count towards the limits."""


def check_act(act: AuthorisationAct, state: str) -> None:
    """Raises: AuthorisationStepNotAllowedError."""
    if AuthorisationState(state) not in ALLOWED[act]:
        raise AuthorisationStepNotAllowedError.of(act, state)


class LedgerState(StrEnum):
    """Where a month of the ledger stands."""

    DRAFT = "draft"
    """Uses are entered."""
    SIGNING = "signing"
    """Closed for entries; somebody signed."""
    SIGNED = "signed"
    LOCKED = "locked"


class AbuseKind(StrEnum):
    """How an authority was abused."""

    BEYOND_AUTHORITY = "beyond_authority"
    FAKED = "faked"
