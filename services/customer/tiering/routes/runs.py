"""Runs of the rules at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.tiering.routes.call import PolicyDep
from services.customer.tiering.rules import RunState
from services.customer.tiering.schemas import proposals as schemas
from services.customer.tiering.service import reading, reviewing, running
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["tiering"])

Reader = Annotated[Principal, requires("tier.read")]
Starter = Annotated[Principal, requires("tier.run")]
Confirmer = Annotated[Principal, requires("tier.confirm")]


Proposer = Annotated[Principal, requires("tier.propose")]
Reviewer = Annotated[StepDoor, step_door("tier.review")]


@router.post("/tier-runs", status_code=201, summary="按规章对客户分级（提出建议）")
async def create_tier_run(
    body: schemas.TierRunCreate,
    principal: Starter,
    once: Once,
    session: SessionDep,
    policies: PolicyDep,
    now: Now,
    response: Response,
) -> schemas.TierRun:
    run_id = new_id()
    if replay := await once.claim(session, resource_id=run_id, now=now):
        run = await reading.read_run(session, replay.resource_id, principal.companies)
        return created(response, f"/v1/tier-runs/{run.id}", schemas.present_run(run), replay=replay)
    run = await running.start_run(
        session,
        policies(principal.company, now),
        run_id=run_id,
        principal=principal,
        customer_ids=body.customer_ids,
        note=body.note,
        now=now,
    )
    await once.settle(session, version=run.version)
    return created(response, f"/v1/tier-runs/{run.id}", schemas.present_run(run))


@router.get("/tier-runs", summary="历次分级")
async def list_tier_runs(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[list[RunState] | SkipJsonSchema[None], Query(description="可多选；不填为全部")] = None,
) -> schemas.TierRunPage:
    after = page.after[0] if page.after else None
    rows = await reading.list_runs(session, principal.companies, states=state or (), after=after, limit=page.fetch)
    items = [schemas.present_run(row) for row in rows]
    return schemas.TierRunPage(**page.cut(items, key=lambda item: (item.id,)))


@router.get("/tier-runs/{run_id}", summary="一次分级的进度与结果")
async def get_tier_run(run_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.TierRun:
    return set_etag(response, schemas.present_run(await reading.read_run(session, run_id, principal.companies)))


@router.post("/tier-runs/{run_id}/confirm", summary="审核确认一次分级的全部建议")
async def confirm_tier_run(
    run_id: UUID,
    body: schemas.TierRunConfirm,
    principal: Confirmer,
    once: Once,
    if_match: IfMatch,
    session: SessionDep,
    policies: PolicyDep,
    now: Now,
    response: Response,
) -> schemas.TierRun:
    if replay := await once.claim(session, resource_id=run_id, version=if_match + 1, status=200, now=now):
        run = await reading.read_run(session, replay.resource_id, principal.companies)
        return changed(response, schemas.present_run(run), replay=replay)
    run = await reviewing.confirm_run(
        session,
        policies,
        run_id=run_id,
        principal=principal,
        expected_version=if_match,
        note=body.note,
        now=now,
    )
    await once.settle(session, version=run.version)
    return changed(response, schemas.present_run(run))
