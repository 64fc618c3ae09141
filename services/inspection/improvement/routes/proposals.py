"""The doors of the proposals: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.inspection.improvement.models.proposals import StaffProposalRow
from services.inspection.improvement.routes.calls import call_of, step_of, taken
from services.inspection.improvement.rules.states import ProposalState
from services.inspection.improvement.schemas import proposals as schemas
from services.inspection.improvement.service import proposing, reading
from services.inspection.improvement.service.work import READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1/staff-proposals", tags=["staff-proposals"])

PROPOSE = "improvement.propose"
Reader = Annotated[Principal, requires(READ)]
Proposer = Annotated[Principal, requires(PROPOSE)]
Own = Annotated[StepDoor, step_door(PROPOSE)]
Answerer = Annotated[StepDoor, step_door("improvement.answer")]
Optional = SkipJsonSchema[None]


@router.get("", summary="员工建议列表")
async def list_staff_proposals(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[ProposalState | Optional, Query()] = None,
    proposer_id: Annotated[UUID | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    concerns: Annotated[Code | Optional, Query()] = None,
    duplicate_of: Annotated[UUID | Optional, Query()] = None,
) -> schemas.StaffProposalPage:
    wanted = {
        "state": state,
        "proposer_id": proposer_id,
        "department": department,
        "concerns": concerns,
        "duplicate_of": duplicate_of,
    }
    before = page.after[0] if page.after else None
    rows = await reading.page(session, StaffProposalRow, principal.scope(READ), wanted, before=before, limit=page.fetch)
    shown = [schemas.StaffProposal.model_validate(row) for row in rows]
    return schemas.StaffProposalPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="提出建议")
async def file_staff_proposal(
    request: Request,
    body: schemas.StaffProposalFile,
    principal: Proposer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.StaffProposal:
    proposal_id, call = new_id(), call_of(request, principal, session, PROPOSE, now)
    replay = await once.claim(session, resource_id=proposal_id, now=now)
    if replay is None:
        row = await proposing.file(call, proposal_id, title=body.title, words=body.words, concerns=body.concerns)
    else:
        row = await reading.read(session, StaffProposalRow, replay.resource_id, call.scope)
    return created(response, f"/v1/staff-proposals/{row.id}", schemas.StaffProposal.model_validate(row), replay=replay)


@router.get("/{proposal_id}", summary="查看员工建议")
async def get_staff_proposal(
    proposal_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.StaffProposal:
    row = await reading.read(session, StaffProposalRow, proposal_id, principal.scope(READ))
    return set_etag(response, schemas.StaffProposal.model_validate(row))


@router.post("/{proposal_id}/answer", summary="答复建议：采纳、不采纳或重复")
async def answer_staff_proposal(
    request: Request, proposal_id: UUID, body: schemas.StaffProposalAnswer, door: Answerer, response: Response
) -> schemas.StaffProposal:
    call = step_of(request, door)
    return await _take(door, proposal_id, response, lambda: proposing.answer(call, proposal_id, body.said()))


@router.post("/{proposal_id}/withdraw", summary="撤回本人的建议")
async def withdraw_staff_proposal(
    request: Request, proposal_id: UUID, door: Own, response: Response
) -> schemas.StaffProposal:
    call = step_of(request, door)
    return await _take(door, proposal_id, response, lambda: proposing.withdraw(call, proposal_id))


@router.post("/{proposal_id}/acknowledge", summary="知悉对本人建议的答复")
async def acknowledge_staff_proposal(
    request: Request, proposal_id: UUID, door: Own, response: Response
) -> schemas.StaffProposal:
    call = step_of(request, door)
    return await _take(door, proposal_id, response, lambda: proposing.acknowledge(call, proposal_id))


async def _take(
    door: StepDoor, proposal_id: UUID, response: Response, step: Callable[[], Awaitable[StaffProposalRow]]
) -> schemas.StaffProposal:
    replay = await taken(door, proposal_id, step)
    row = await reading.read(door.session, StaffProposalRow, proposal_id, door.principal.scope(door.permission))
    return changed(response, schemas.StaffProposal.model_validate(row), replay=replay)
