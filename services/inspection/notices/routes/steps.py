"""The steps on a notice: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.inspection.notices import schemas
from services.inspection.notices.models import NoticeRow
from services.inspection.notices.service import issuing, judging, mending, reading
from services.inspection.notices.service.work import NoticeCall
from shared.http.etag import changed
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/notices", tags=["notices"])

Issuer = Annotated[StepDoor, step_door("notice.issue")]
Head = Annotated[StepDoor, step_door("notice.acknowledge")]
Planner = Annotated[StepDoor, step_door("notice.plan")]
Mender = Annotated[StepDoor, step_door("notice.mend")]
Verifier = Annotated[StepDoor, step_door("notice.verify")]
Acceptor = Annotated[StepDoor, step_door("notice.accept")]
Extender = Annotated[StepDoor, step_door("notice.extend")]
Decider = Annotated[StepDoor, step_door("notice.decide")]
Withdrawer = Annotated[StepDoor, step_door("notice.withdraw")]


@router.post("/{notice_id}/issue", summary="签发整改通知书")
async def issue_notice(
    request: Request, notice_id: UUID, body: schemas.NoticeIssue, door: Issuer, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    return await _take(call, door, response, lambda: issuing.issue(call, words=body.words))


@router.post("/{notice_id}/acknowledge", summary="责任部门签收整改通知书")
async def acknowledge_notice(request: Request, notice_id: UUID, door: Head, response: Response) -> schemas.Notice:
    call = _call(request, door, notice_id)
    return await _take(call, door, response, lambda: mending.acknowledge(call))


@router.post("/{notice_id}/plan", summary="填报整改措施、责任人和完成日期")
async def plan_rectification(
    request: Request, notice_id: UUID, body: schemas.NoticePlan, door: Planner, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    measure = mending.Measure(body.measure, body.responsible_id, body.planned_on)
    return await _take(call, door, response, lambda: mending.plan(call, measure))


@router.post("/{notice_id}/mend", summary="提交整改报告和证明")
async def report_rectification(
    request: Request, notice_id: UUID, body: schemas.NoticeReport, door: Mender, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    may_use = partial(request.app.state.may_read_file, door.session, door.principal)
    return await _take(
        call,
        door,
        response,
        lambda: mending.mend(call, report=body.report, proof_ids=body.proof_ids, may_use=may_use),
    )


@router.post("/{notice_id}/verify", summary="复核整改情况")
async def verify_rectification(
    request: Request, notice_id: UUID, body: schemas.NoticeVerdict, door: Verifier, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    return await _take(call, door, response, lambda: judging.verify(call, verdict=body.verdict, words=body.words))


@router.post("/{notice_id}/accept", summary="验收或退回整改")
async def accept_rectification(
    request: Request, notice_id: UUID, body: schemas.NoticeAcceptance, door: Acceptor, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    return await _take(
        call, door, response, lambda: judging.accept(call, is_accepted=body.is_accepted, words=body.words)
    )


@router.post("/{notice_id}/extend", summary="延长整改期限")
async def extend_notice(
    request: Request, notice_id: UUID, body: schemas.NoticeExtension, door: Extender, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    return await _take(call, door, response, lambda: judging.extend(call, days=body.days, words=body.words))


@router.post("/{notice_id}/escalate", summary="将逾期的整改通知书提请裁定")
async def escalate_notice(
    request: Request, notice_id: UUID, body: schemas.NoticeReason, door: Issuer, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    return await _take(call, door, response, lambda: judging.give_up(call, words=body.words))


@router.post("/{notice_id}/decide", summary="裁定未整改的通知书")
async def decide_notice(
    request: Request, notice_id: UUID, body: schemas.NoticeDecision, door: Decider, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    return await _take(call, door, response, lambda: judging.decide(call, outcome=body.outcome, words=body.words))


@router.post("/{notice_id}/cancel", summary="撤销整改通知书")
async def cancel_notice(
    request: Request, notice_id: UUID, body: schemas.NoticeReason, door: Withdrawer, response: Response
) -> schemas.Notice:
    call = _call(request, door, notice_id)
    return await _take(call, door, response, lambda: judging.withdraw(call, words=body.words))


def _call(request: Request, door: StepDoor, notice_id: UUID) -> NoticeCall:
    return NoticeCall(
        session=door.session,
        principal=door.principal,
        scope=door.principal.scope(door.permission),
        desk=request.app.state.desk,
        notice_id=notice_id,
        expected_version=door.expected_version,
        now=door.now,
    )


async def _take(
    call: NoticeCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[NoticeRow]]
) -> schemas.Notice:
    replay = await door.claim(call.notice_id)
    if replay is None:
        await step()
    whole = await reading.read(door.session, call.notice_id, call.scope)
    return changed(response, schemas.Notice.of(whole), replay=replay)
