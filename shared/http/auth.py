"""Who asks and whether they may: one dependency per operation, naming one permission."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from fastapi import Request, Security
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from shared.access.errors import PermissionDeniedError, UnauthenticatedError
from shared.access.permissions import check_permission
from shared.access.principal import Principal
from shared.observability import context

CIVIL_TIME = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Deputies stand in by civil dates; the mainland has had one offset, without summer time, since 1991."""

STATE_KEY = "gasdesk.principal"
_MODEL = HTTPBearerModel(bearerFormat="JWT", description="OIDC 访问令牌，受众 gasdesk；各操作所列的是所需权限")


class BearerGuard(SecurityBase):
    """The bearer scheme of one operation, with the permission that it needs (None: being signed in suffices)."""

    def __init__(self, permission: str | None) -> None:
        self.model = _MODEL
        self.scheme_name = "bearer"
        self.permission = permission


class Guard(BearerGuard):
    """Lets in whoever the bearer token names, if one of their roles has the permission."""

    async def __call__(self, request: Request) -> Principal:
        """The principal.  Raises: UnauthenticatedError, AccountInactiveError, PermissionDeniedError."""
        return await admit(request, self.permission, request.app.state.runtime.clock.now())


async def admit(request: Request, permission: str | None, now: datetime) -> Principal:
    """Tell who asks and let them in, if one of their roles has the permission; binds the actor.

    Raises: UnauthenticatedError, AccountInactiveError, PermissionDeniedError.
    """
    on = now.astimezone(CIVIL_TIME).date()
    principal: Principal = await request.app.state.runtime.principals.principal(bearer_token(request), on=on)
    if permission is not None and not principal.allows(permission):
        raise PermissionDeniedError("没有进行此项操作的权限", params={"permission": permission})
    request.scope[STATE_KEY] = principal
    context.replace(actor=principal.actor)
    return principal


def requires(permission: str) -> Any:
    """The dependency that admits holders of `permission`; use it as `Annotated[Principal, requires("…")]`.

    Raises: KeyError at import if the permission has no row in the table.
    """
    return Security(Guard(check_permission(permission)), scopes=[permission])


def signed_in() -> Any:
    """The dependency that admits every active member of staff: for what concerns only themselves."""
    return Security(Guard(None), scopes=[])


def bearer_token(request: Request) -> str:
    """The token of the Authorization header.  Raises: UnauthenticatedError `token_missing`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthenticatedError("token_missing")
    return token.strip()


def principal_of(request: Request) -> Principal:
    """The principal whom a guard admitted earlier in this request.  Raises: LookupError if there was no guard."""
    principal: Principal | None = request.scope.get(STATE_KEY)
    if principal is None:
        raise LookupError("the operation has no requires(...) dependency")
    return principal


def civil_date(now: datetime) -> Any:
    """The mainland's date of an instant."""
    return now.replace(tzinfo=now.tzinfo or UTC).astimezone(CIVIL_TIME).date()
