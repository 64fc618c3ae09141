"""Why somebody is not let in."""

from shared.errors import ForbiddenError


class UnauthenticatedError(Exception):
    """Nobody can be told from the request; `code` is token_missing, token_invalid or token_expired."""

    def __init__(self, code: str = "token_invalid", reason: str = "") -> None:
        """`reason` is for the log only and holds nothing of the token."""
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code


class CredentialsInvalidError(Exception):
    """Login and password do not belong together; unknown logins look the same."""


class TooManyAttemptsError(Exception):
    """The account or the address is locked for `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        """Seconds until the next attempt is evaluated."""
        super().__init__(f"locked for {retry_after} s")
        self.retry_after = retry_after


class PermissionDeniedError(ForbiddenError):
    """No role of the person has the permission."""

    code = "permission_denied"


class AccountInactiveError(ForbiddenError):
    """The token is genuine, but no active member of staff of a company in it stands behind it."""

    code = "account_inactive"


class GrantInvalidError(ForbiddenError):
    """The grant is forged, expired, or made out for another person, customer or field."""

    code = "grant_invalid"


class DecryptionError(Exception):
    """The stored value was altered, moved to another row, or its key is gone."""


class KeyMissingError(RuntimeError):
    """A key file is absent; `gasdesk provision` creates it."""


class PhoneInvalidError(ValueError):
    """The text is no telephone number that can be called from the mainland."""
