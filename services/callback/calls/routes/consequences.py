"""The door to what followed from callbacks, over all of them: a department's leads, the office's praise."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from services.callback.calls.routes.doors import READ
from services.callback.calls.rules.states import ConsequenceKind, ConsequenceState
from services.callback.calls.schemas import views
from services.callback.calls.service import reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.page import Paging
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/callback-consequences", tags=["callbacks"])

Reader = Annotated[Principal, requires(READ)]
Optional = SkipJsonSchema[None]


@router.get("", summary="回访引出的事项：投诉、意见、表扬、录入差错、业务需求")
async def list_callback_consequences(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    kind: Annotated[ConsequenceKind | Optional, Query()] = None,
    state: Annotated[ConsequenceState | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    target_id: Annotated[UUID | Optional, Query()] = None,
) -> views.FollowedCallbackPage:
    rows = await reading.followed(
        session,
        principal.scope(READ),
        kind=kind.value if kind else None,
        state=state.value if state else None,
        department=department,
        target_id=target_id,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [views.FollowedCallback.of(one) for one in rows]
    return views.FollowedCallbackPage(**page.cut(shown, key=lambda one: (one.id,)))
