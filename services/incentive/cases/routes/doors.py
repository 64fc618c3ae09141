"""What every step's door shares."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request, Response

from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.cases.schemas.cases import IncentiveCase, shown
from services.incentive.cases.service import reading
from services.incentive.cases.service.work import CaseCall, sight
from shared.http.etag import changed
from shared.http.step_door import StepDoor


def call_of(request: Request, door: StepDoor, case_id: UUID) -> CaseCall:
    """The step as the use case takes it."""
    return CaseCall(
        door.session,
        door.principal,
        sight(door.principal, door.permission),
        request.app.state.desk,
        case_id,
        door.expected_version,
        door.now,
    )


async def take(
    call: CaseCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[IncentiveCaseRow]]
) -> IncentiveCase:
    """Do it once, answer the case as it stands."""
    replay = await door.claim(call.case_id)
    row = await step() if replay is None else await reading.read(door.session, call.case_id, call.sight)
    return changed(response, shown(row), replay=replay)
