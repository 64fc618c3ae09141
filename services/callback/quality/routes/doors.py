"""What the doors share: the call, the key taken before the step."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request, Response

from services.callback.calls.service.desk import CallDesk
from services.callback.quality.models import CallReviewRow
from services.callback.quality.schemas.views import CallReview
from services.callback.quality.service import reading
from services.callback.quality.service.desk import ReviewCall
from shared.access.scope import RowScope
from shared.http.etag import changed
from shared.http.step_door import StepDoor

READ = "call_review.read"


def desk_of(request: Request) -> CallDesk:
    """The desk that the lifespan put on the application."""
    desk: CallDesk = request.app.state.call_desk
    return desk


def call_of(request: Request, door: StepDoor, review_id: UUID) -> ReviewCall:
    """A call for one review, with the rows that the permission reaches."""
    return ReviewCall(
        door.session,
        door.principal,
        door.principal.scope(door.permission),
        desk_of(request),
        review_id,
        door.expected_version,
        door.now,
    )


async def take(
    call: ReviewCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[CallReviewRow]]
) -> CallReview:
    """Take the step once, and answer the review to whoever took it."""
    replay = await door.claim(call.review_id)
    scope = call.scope
    if replay is None:
        await step()
        scope = RowScope.everything(*scope.companies)
    row = await reading.read(door.session, call.review_id, scope)
    view = CallReview.of(row, is_sealed=reading.is_sealed(row, door.principal))
    return changed(response, view, replay=replay)
