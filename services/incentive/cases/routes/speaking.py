"""The doors of the person: statement, appeal, appeal taken back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.incentive.cases.routes.doors import call_of, take
from services.incentive.cases.schemas import steps as bodies
from services.incentive.cases.schemas.cases import IncentiveCase
from services.incentive.cases.service import appealing, hearing
from services.incentive.cases.service.work import SPEAK
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/incentive-cases", tags=["incentives"])

Speaker = Annotated[StepDoor, step_door(SPEAK)]


@router.post("/{case_id}/statement", summary="当事人申辩，或放弃申辩")
async def make_case_statement(
    request: Request, case_id: UUID, body: bodies.CaseStatementCreate, door: Speaker, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    return await take(call, door, response, lambda: hearing.state(call, words=body.words, file_ids=body.file_ids))


@router.post("/{case_id}/appeal", summary="当事人申诉，暂缓执行")
async def appeal_incentive_case(
    request: Request, case_id: UUID, body: bodies.CaseAppealCreate, door: Speaker, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    return await take(
        call, door, response, lambda: appealing.appeal(call, grounds=body.grounds, file_ids=body.file_ids)
    )


@router.post("/{case_id}/withdraw-appeal", summary="撤回申诉")
async def withdraw_case_appeal(request: Request, case_id: UUID, door: Speaker, response: Response) -> IncentiveCase:
    call = call_of(request, door, case_id)
    return await take(call, door, response, lambda: appealing.withdraw(call))
