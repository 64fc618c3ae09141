"""What the doors of plans and planned inspections share."""

from uuid import UUID

from fastapi import Request

from services.inspection.programme.service.work import ProgrammeCall
from shared.http.idempotency_store import Replay
from shared.http.step_door import StepDoor


def call_of(request: Request, door: StepDoor, subject_id: UUID) -> ProgrammeCall:
    """Who works on what."""
    return ProgrammeCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        desk=request.app.state.desk,
        subject_id=subject_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def claim(door: StepDoor, subject_id: UUID) -> Replay | None:
    """Take the key of a step that leads to the next version."""
    return await door.claim(subject_id)
