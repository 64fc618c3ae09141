"""The doors of the members: parse, call one use case, answer."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from services.inspection.supervisors import schemas
from services.inspection.supervisors.models import SupervisorRow
from services.inspection.supervisors.routes.calls import call_of, sealing_of, step_of, taken
from services.inspection.supervisors.rules.network import SupervisorState
from services.inspection.supervisors.service import figures, members, reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.idempotency_store import Replay
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/supervisors", tags=["supervisors"])

WRITE, REVEAL = "supervisor.write", "supervisor.reveal"
Reader = Annotated[Principal, requires(reading.READ)]
Writer = Annotated[Principal, requires(WRITE)]
Revealer = Annotated[Principal, requires(REVEAL)]
Publisher = Annotated[Principal, requires("supervisor.publication")]
Keeper = Annotated[StepDoor, step_door(WRITE)]
Optional = SkipJsonSchema[None]


@router.get("", summary="社会监督员列表")
async def list_supervisors(
    request: Request,
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[SupervisorState | Optional, Query()] = None,
    group: Annotated[Code | Optional, Query()] = None,
) -> schemas.SupervisorPage:
    rows = await reading.page(
        session,
        SupervisorRow,
        principal.scope(reading.READ),
        {"state": state, "group_code": group},
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.Supervisor.of(row, sealing_of(request)) for row in rows]
    return schemas.SupervisorPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="聘任社会监督员")
async def appoint_supervisor(
    request: Request,
    body: schemas.SupervisorAppoint,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Supervisor:
    supervisor_id, call, sealing = new_id(), call_of(request, principal, session, WRITE, now), sealing_of(request)
    replay = await once.claim(session, resource_id=supervisor_id, now=now)
    if replay is None:
        row = await members.appoint(call, supervisor_id, body.membership(), sealing)
    else:
        row = await reading.read(session, SupervisorRow, replay.resource_id, call.scope)
    return created(response, f"/v1/supervisors/{row.id}", schemas.Supervisor.of(row, sealing), replay=replay)


@router.get("/representation", summary="各社会群体的代表情况")
async def get_representation(
    request: Request, principal: Writer, session: SessionDep, now: Now
) -> schemas.Representation:
    governing = call_of(request, principal, session, WRITE, now).in_force()
    terms, today = governing.chapter.supervisors, now.astimezone(governing.zone).date()
    found = await members.standing(session, principal.company, terms, today)
    return schemas.Representation(
        size=terms.size,
        members=sum(one.members for one in found),
        groups=[schemas.RepresentedGroup.model_validate(one) for one in found],
    )


@router.get("/publication", summary="可公开的社会监督情况（匿名）")
async def get_publication(
    request: Request,
    principal: Publisher,
    session: SessionDep,
    now: Now,
    since: Annotated[AwareDatetime, Query()],
    until: Annotated[AwareDatetime, Query()],
) -> schemas.SupervisionPublication:
    found = await figures.publication(session, request.app.state.desk, principal.company, since, until, now=now)
    return schemas.SupervisionPublication.model_validate(found)


@router.get("/{supervisor_id}", summary="查看社会监督员")
async def get_supervisor(
    request: Request, supervisor_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.Supervisor:
    row = await reading.read(session, SupervisorRow, supervisor_id, principal.scope(reading.READ))
    return set_etag(response, schemas.Supervisor.of(row, sealing_of(request)))


@router.get("/{supervisor_id}/terms", summary="历次聘期")
async def list_supervisor_terms(supervisor_id: UUID, principal: Reader, session: SessionDep) -> schemas.SupervisorTerms:
    rows = await reading.terms(session, supervisor_id, principal.scope(reading.READ))
    return schemas.SupervisorTerms(items=[schemas.SupervisorTermShown.model_validate(row) for row in rows])


@router.post("/{supervisor_id}/renew", summary="续聘")
async def renew_supervisor(
    request: Request, supervisor_id: UUID, body: schemas.SupervisorRenew, door: Keeper, response: Response
) -> schemas.Supervisor:
    call = step_of(request, door)
    replay = await taken(
        door, supervisor_id, lambda: members.renew(call, supervisor_id, until=body.until, duties=body.duties)
    )
    return await _shown(request, door, supervisor_id, response, replay)


@router.post("/{supervisor_id}/end", summary="结束聘任")
async def end_supervisor(
    request: Request, supervisor_id: UUID, body: schemas.SupervisorReason, door: Keeper, response: Response
) -> schemas.Supervisor:
    call = step_of(request, door)
    replay = await taken(door, supervisor_id, lambda: members.end(call, supervisor_id, reason=body.reason))
    return await _shown(request, door, supervisor_id, response, replay)


@router.post("/{supervisor_id}/erase", summary="删除姓名和电话")
async def erase_supervisor(
    request: Request, supervisor_id: UUID, door: Keeper, response: Response
) -> schemas.Supervisor:
    call = step_of(request, door)
    replay = await taken(door, supervisor_id, lambda: members.erase(call, supervisor_id))
    return await _shown(request, door, supervisor_id, response, replay)


@router.post("/{supervisor_id}/reveal", summary="查看姓名和电话（留痕）")
async def reveal_supervisor(
    request: Request,
    supervisor_id: UUID,
    body: schemas.SupervisorRevealReason,
    principal: Revealer,
    once: Once,
    session: SessionDep,
    now: Now,
) -> schemas.SupervisorContact:
    await once.claim(session, resource_id=supervisor_id, version=None, status=200, now=now)
    call = call_of(request, principal, session, REVEAL, now)
    found = await members.reveal(call, supervisor_id, sealing_of(request), reason=body.reason)
    return schemas.SupervisorContact.model_validate(found)


async def _shown(
    request: Request, door: StepDoor, supervisor_id: UUID, response: Response, replay: Replay | None
) -> schemas.Supervisor:
    row = await reading.read(door.session, SupervisorRow, supervisor_id, door.principal.scope(door.permission))
    return changed(response, schemas.Supervisor.of(row, sealing_of(request)), replay=replay)
