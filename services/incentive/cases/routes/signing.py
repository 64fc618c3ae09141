"""The doors of those who sign: sign, send back, reject, resubmit, drop, tell, consider, decide, talk."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.incentive.cases.routes.doors import call_of, take
from services.incentive.cases.rules.amounts import Amounts
from services.incentive.cases.schemas import steps as bodies
from services.incentive.cases.schemas.cases import IncentiveCase
from services.incentive.cases.service import appealing, hearing, signing, talking
from services.incentive.cases.service.work import APPROVE, TALK, TELL
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/incentive-cases", tags=["incentives"])

Approver = Annotated[StepDoor, step_door(APPROVE)]
Office = Annotated[StepDoor, step_door(TELL)]
Talker = Annotated[StepDoor, step_door(TALK)]


@router.post("/{case_id}/sign", summary="签署意见；末位签字即批准")
async def sign_incentive_case(
    request: Request, case_id: UUID, body: bodies.IncentiveCaseSign, door: Approver, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    amended = Amounts.of(body.amounts.model_dump())
    return await take(call, door, response, lambda: signing.sign(call, opinion=body.opinion, amended=amended))


@router.post("/{case_id}/send-back", summary="退回服务管理办公室")
async def send_back_incentive_case(
    request: Request, case_id: UUID, body: bodies.IncentiveCaseSendBack, door: Approver, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    return await take(call, door, response, lambda: signing.send_back(call, reason=body.reason))


@router.post("/{case_id}/reject", summary="不予奖惩")
async def reject_incentive_case(
    request: Request, case_id: UUID, body: bodies.IncentiveCaseReject, door: Approver, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    return await take(call, door, response, lambda: signing.reject(call, reason=body.reason))


@router.post("/{case_id}/resubmit", summary="补正后重新送签")
async def resubmit_incentive_case(
    request: Request, case_id: UUID, body: bodies.IncentiveCaseResubmit, door: Office, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    amended = Amounts.of(body.amounts.model_dump())
    return await take(call, door, response, lambda: signing.resubmit(call, facts=body.facts, amended=amended))


@router.post("/{case_id}/drop", summary="退回后撤销")
async def drop_incentive_case(
    request: Request, case_id: UUID, body: bodies.IncentiveCaseDrop, door: Office, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    return await take(call, door, response, lambda: signing.drop(call, reason=body.reason))


@router.post("/{case_id}/tell", summary="告知当事人，申辩期限开始")
async def tell_incentive_case(request: Request, case_id: UUID, door: Office, response: Response) -> IncentiveCase:
    call = call_of(request, door, case_id)
    return await take(call, door, response, lambda: hearing.tell(call))


@router.post("/{case_id}/consider", summary="答复申辩")
async def consider_case_statement(
    request: Request, case_id: UUID, body: bodies.CaseStatementConsider, door: Approver, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    lowered = Amounts.of(body.amounts.model_dump())
    return await take(
        call,
        door,
        response,
        lambda: hearing.consider(call, outcome=body.outcome.value, reason=body.reason, lowered=lowered),
    )


@router.post("/{case_id}/decide-appeal", summary="裁定申诉")
async def decide_case_appeal(
    request: Request, case_id: UUID, body: bodies.CaseAppealDecide, door: Approver, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    lowered = Amounts.of(body.amounts.model_dump())
    return await take(
        call,
        door,
        response,
        lambda: appealing.decide(call, outcome=body.outcome.value, reason=body.reason, lowered=lowered),
    )


@router.post("/{case_id}/talk", summary="记录批评教育谈话")
async def record_case_talk(
    request: Request, case_id: UUID, body: bodies.CaseTalkCreate, door: Talker, response: Response
) -> IncentiveCase:
    call = call_of(request, door, case_id)
    return await take(
        call,
        door,
        response,
        lambda: talking.hold_talk(call, held_at=body.held_at, summary=body.summary, reply=body.reply),
    )
