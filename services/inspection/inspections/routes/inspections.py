"""The doors of the inspections: list, read, prepare."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from services.inspection.inspections import schemas
from services.inspection.inspections.routes.views import shown
from services.inspection.inspections.rules.states import InspectionState
from services.inspection.inspections.service import reading
from services.inspection.inspections.service.preparing import PREPARE, Preparation, prepare
from services.inspection.inspections.service.work import READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/inspections", tags=["inspections"])

Reader = Annotated[Principal, requires(READ)]
Preparer = Annotated[Principal, requires(PREPARE)]
Optional = SkipJsonSchema[None]


@router.get("", summary="检查列表")
async def list_inspections(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    department: Annotated[Code | Optional, Query()] = None,
    team: Annotated[Code | Optional, Query()] = None,
    kind: Annotated[Code | Optional, Query()] = None,
    theme: Annotated[Code | Optional, Query()] = None,
    method: Annotated[Code | Optional, Query()] = None,
    state: Annotated[InspectionState | Optional, Query()] = None,
    inspector_id: Annotated[UUID | Optional, Query()] = None,
    planned_id: Annotated[UUID | Optional, Query()] = None,
    follows_id: Annotated[UUID | Optional, Query()] = None,
    since: Annotated[AwareDatetime | Optional, Query(description="检查时间自此起")] = None,
    until: Annotated[AwareDatetime | Optional, Query(description="检查时间在此前")] = None,
) -> schemas.InspectionPage:
    rows = await reading.page(
        session,
        reading.sight(principal, READ),
        equal={
            "department": department,
            "team": team,
            "kind": kind,
            "theme": theme,
            "method": method,
            "state": state,
            "inspector_id": inspector_id,
            "planned_id": planned_id,
            "follows_id": follows_id,
        },
        since=since,
        until=until,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    found = [schemas.InspectionSummary.model_validate(row) for row in rows]
    return schemas.InspectionPage(**page.cut(found, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="准备检查：由计划检查或临时检查产生")
async def prepare_inspection(
    request: Request,
    body: schemas.InspectionPrepare,
    principal: Preparer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Inspection:
    inspection_id = new_id()
    replay = await once.claim(session, resource_id=inspection_id, now=now)
    if replay is None:
        said = Preparation(companion_ids=tuple(body.companion_ids), **body.model_dump(exclude={"companion_ids"}))
        desk = request.app.state.desk
        await prepare(session, desk, principal, said, inspection_id=inspection_id, now=now)
    else:
        inspection_id = replay.resource_id
    found = await reading.whole(session, inspection_id, reading.sight(principal, PREPARE))
    return created(response, f"/v1/inspections/{inspection_id}", shown(found), replay=replay)


@router.get("/{inspection_id}", summary="查看检查")
async def get_inspection(
    inspection_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Inspection:
    return set_etag(response, shown(await reading.whole(session, inspection_id, reading.sight(principal, READ))))
