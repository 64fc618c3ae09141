"""Before anything is written: which kinds of data the caller may not write any more."""

from fastapi import Depends, Request

from services.customer.write_rights import service
from shared.http.auth import bearer_token, civil_date
from shared.http.clock import Now
from shared.http.session import SessionDep

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


async def remember_withdrawn(request: Request, session: SessionDep, now: Now) -> None:
    """Raises: UnauthenticatedError, AccountInactiveError."""
    if request.method in _READS:
        return
    principals = request.app.state.runtime.principals
    principal = await principals.principal(bearer_token(request), on=civil_date(now))
    await service.remember(session, principal.company, principal.staff_id)


GUARDED = [Depends(remember_withdrawn, scope="function")]
"""The dependencies of routers whose use cases ask what a person may write."""
