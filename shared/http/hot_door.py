"""The door of a hot write in one dependency: FastAPI solves each further one for as much as a statement costs."""

from datetime import datetime
from typing import Any

from fastapi import Request, Security

from shared.access.permissions import check_permission
from shared.access.principal import Principal
from shared.http.auth import BearerGuard, admit
from shared.http.hot_tx import HotTx
from shared.http.idempotency import DESCRIPTION, HEADER, KEY_SCHEMA, OnceOnly, once_of
from shared.http.session import get_hot

HOT_EXTRA: dict[str, Any] = {
    "parameters": [{"name": HEADER, "in": "header", "required": True, "description": DESCRIPTION, "schema": KEY_SCHEMA}]
}
"""To be given as `openapi_extra` of a route with a `hot_door`, which reads the header by itself."""


class HotCall:
    """What a hot write needs of its request: who, when, under which key, and the statement's pool."""

    __slots__ = ("hot", "now", "once", "principal")

    def __init__(self, principal: Principal, now: datetime, once: OnceOnly, hot: HotTx) -> None:
        self.principal = principal
        self.now = now
        self.once = once
        self.hot = hot


class HotGuard(BearerGuard):
    """`requires`, `Once`, `Now` and `HotTxDep` in one."""

    async def __call__(self, request: Request) -> HotCall:
        """Raises: UnauthenticatedError, AccountInactiveError, PermissionDeniedError, ProblemError 400."""
        now: datetime = request.app.state.runtime.clock.now()
        principal = await admit(request, self.permission, now)
        once = await once_of(request, request.headers.get("idempotency-key"))
        return HotCall(principal, now, once, await get_hot(request))


def hot_door(permission: str) -> Any:
    """The dependency of a hot write: `Annotated[HotCall, hot_door("complaint.open")]` with `openapi_extra=HOT_EXTRA`.

    Raises: KeyError at import if the permission has no row in the table.
    """
    return Security(HotGuard(check_permission(permission)), scopes=[permission])
