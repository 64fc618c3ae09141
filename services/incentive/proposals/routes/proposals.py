"""The doors of the proposals: parse, call one use case, answer."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.incentive.cases.rules.amounts import Amounts
from services.incentive.policy_catalogue import IncentiveKind, Subject
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.rules.states import ProposalState
from services.incentive.proposals.schemas import proposals as schemas
from services.incentive.proposals.service import deciding, raising, reading
from services.incentive.proposals.service.work import CONFIRM, RAISE, READ, ProposalCall, sight
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
from shared.sla.periods import parse_period

router = APIRouter(prefix="/v1/incentive-proposals", tags=["incentives"])

Reader = Annotated[Principal, requires(READ)]
Raiser = Annotated[Principal, requires(RAISE)]
Confirmer = Annotated[StepDoor, step_door(CONFIRM)]
Withdrawer = Annotated[StepDoor, step_door(RAISE)]
Optional = SkipJsonSchema[None]


@router.get("", summary="奖惩建议列表")
async def list_incentive_proposals(
    request: Request,
    principal: Reader,
    session: SessionDep,
    page: Paging,
    now: Now,
    state: Annotated[ProposalState | Optional, Query()] = None,
    source: Annotated[Code | Optional, Query()] = None,
    provision: Annotated[Code | Optional, Query()] = None,
    kind: Annotated[IncentiveKind | Optional, Query()] = None,
    subject_type: Annotated[Subject | Optional, Query()] = None,
    subject: Annotated[str | Optional, Query(max_length=40, description="人员编号、部门代码或客户编号")] = None,
    department: Annotated[Code | Optional, Query()] = None,
    matter_id: Annotated[UUID | Optional, Query()] = None,
    period: Annotated[str | Optional, Query(max_length=10, examples=["2026-11"])] = None,
) -> schemas.IncentiveProposalPage:
    governances = request.app.state.desk.governances
    span = parse_period(period, governances.in_force(principal.company, now).zone) if period else None
    rows = await reading.page(
        session,
        sight(principal, READ),
        {
            "state": state,
            "source": source,
            "provision": provision,
            "kind": kind,
            "subject_type": subject_type,
            "subject": subject,
            "department": department,
            "matter_id": matter_id,
        },
        since=span.from_at if span else None,
        until=span.until_at if span else None,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    items = [schemas.shown(row) for row in rows]
    return schemas.IncentiveProposalPage(**page.cut(items, key=lambda one: (one.id,)))


@router.post("", status_code=201, summary="提出奖惩建议")
async def raise_incentive_proposal(
    request: Request,
    body: schemas.IncentiveProposalCreate,
    principal: Raiser,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.IncentiveProposal:
    proposal_id, desk = new_id(), request.app.state.desk
    replay = await once.claim(session, resource_id=proposal_id, now=now)
    if replay is None:
        row = await raising.raise_proposal(session, desk, principal, proposal_id, body.raised(), now=now)
    else:
        row = await reading.read(session, replay.resource_id, sight(principal, RAISE))
    return created(response, f"/v1/incentive-proposals/{row.id}", schemas.shown(row), replay=replay)


@router.get("/{proposal_id}", summary="查看奖惩建议与证据")
async def get_incentive_proposal(
    proposal_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.IncentiveProposalDetail:
    row = await reading.read(session, proposal_id, sight(principal, READ))
    return set_etag(response, schemas.IncentiveProposalDetail.model_validate(row))


@router.post("/{proposal_id}/confirm", summary="确认奖惩建议，转入审批")
async def confirm_incentive_proposal(
    request: Request,
    proposal_id: UUID,
    body: schemas.IncentiveProposalConfirm,
    door: Confirmer,
    response: Response,
) -> schemas.IncentiveProposal:
    call, amounts = _call(request, door, proposal_id), Amounts.of(body.amounts.model_dump())
    return await _take(
        call,
        door,
        response,
        lambda: deciding.confirm(call, amounts, opinion=body.opinion, is_talk=body.is_talk),
    )


@router.post("/{proposal_id}/dismiss", summary="驳回奖惩建议")
async def dismiss_incentive_proposal(
    request: Request,
    proposal_id: UUID,
    body: schemas.IncentiveProposalDismiss,
    door: Confirmer,
    response: Response,
) -> schemas.IncentiveProposal:
    call = _call(request, door, proposal_id)
    return await _take(call, door, response, lambda: deciding.dismiss(call, reason=body.reason))


@router.post("/{proposal_id}/withdraw", summary="提出人撤回奖惩建议")
async def withdraw_incentive_proposal(
    request: Request,
    proposal_id: UUID,
    body: schemas.IncentiveProposalWithdraw,
    door: Withdrawer,
    response: Response,
) -> schemas.IncentiveProposal:
    call = _call(request, door, proposal_id)
    return await _take(call, door, response, lambda: deciding.withdraw(call, reason=body.reason))


def _call(request: Request, door: StepDoor, proposal_id: UUID) -> ProposalCall:
    return ProposalCall(
        door.session,
        door.principal,
        sight(door.principal, door.permission),
        request.app.state.desk,
        proposal_id,
        door.expected_version,
        door.now,
    )


async def _take(
    call: ProposalCall, door: StepDoor, response: Response, step: Callable[[], Awaitable[ProposalRow]]
) -> schemas.IncentiveProposal:
    replay = await door.claim(call.proposal_id)
    row = await step() if replay is None else await reading.read(door.session, call.proposal_id, call.sight)
    return changed(response, schemas.shown(row), replay=replay)
