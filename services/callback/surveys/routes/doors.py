"""What the doors share: the desk and the call."""

from uuid import UUID

from fastapi import Request

from services.callback.surveys.service.desk import SurveyCall, SurveyDesk
from shared.http.step_door import StepDoor

READ = "survey.read"


def desk_of(request: Request) -> SurveyDesk:
    """The desk that the lifespan put on the application."""
    desk: SurveyDesk = request.app.state.survey_desk
    return desk


def call_of(request: Request, door: StepDoor, survey_id: UUID) -> SurveyCall:
    """A step on one survey or something of it, with the rows that the permission reaches."""
    scope = door.principal.scope(door.permission)
    return SurveyCall(door.session, door.principal, scope, desk_of(request), survey_id, door.expected_version, door.now)
