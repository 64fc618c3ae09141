"""From a door to a use case's call."""

from datetime import datetime

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.delegation.service.call import AuthorityCall
from shared.access.principal import Principal
from shared.http.step_door import StepDoor


async def call_of(request: Request, door: StepDoor) -> AuthorityCall:
    """What a step needs, with the rows that the door's permission reaches."""
    return await asked(
        request, door.session, door.principal, door.permission, now=door.now, version=door.expected_version
    )


async def asked(
    request: Request, session: AsyncSession, principal: Principal, permission: str, *, now: datetime, version: int = 0
) -> AuthorityCall:
    """The same where nothing is changed, or something new is made."""
    return AuthorityCall(
        session=session,
        principal=principal,
        scope=principal.scope(permission),
        governances=request.app.state.case_desk.governances,
        staff=await request.app.state.runtime.staff.current(),
        expected_version=version,
        now=now,
    )
