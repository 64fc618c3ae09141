"""Proposals, their review, and the tier of a customer at the door."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.tiering.routes.call import PolicyDep
from services.customer.tiering.rules import ProposalSource, ProposalState
from services.customer.tiering.schemas import proposals as schemas
from services.customer.tiering.schemas.reports import CustomerPromises
from services.customer.tiering.service import deciding, proposing, reading
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

router = APIRouter(prefix="/v1", tags=["tiering"])

Reader = Annotated[Principal, requires("tier.read")]
Starter = Annotated[Principal, requires("tier.run")]
Confirmer = Annotated[Principal, requires("tier.confirm")]


Proposer = Annotated[Principal, requires("tier.propose")]
Reviewer = Annotated[StepDoor, step_door("tier.review")]


@router.get("/customers/{customer_id}/tier", summary="客户的级别与依据")
async def get_customer_tier(
    customer_id: UUID,
    principal: Reader,
    session: SessionDep,
    policies: PolicyDep,
    now: Now,
    on: Annotated[date | SkipJsonSchema[None], Query(description="某日终了时的级别；不填为现在")] = None,
) -> schemas.TierOfCustomer:
    tier = await reading.tier_of(session, policies, customer_id, principal.companies, now=now, on=on)
    return schemas.present_tier(tier)


@router.get("/customers/{customer_id}/promises", summary="对该客户的服务承诺")
async def get_customer_promises(
    customer_id: UUID, principal: Reader, session: SessionDep, policies: PolicyDep, now: Now
) -> CustomerPromises:
    promised = await reading.promises_of(session, policies, customer_id, principal.companies, now=now)
    return CustomerPromises.model_validate(promised)


@router.get("/tier-proposals", summary="级别建议")
async def list_tier_proposals(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    run_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    state: Annotated[ProposalState | SkipJsonSchema[None], Query()] = None,
    source: Annotated[ProposalSource | SkipJsonSchema[None], Query()] = None,
    tier: Annotated[Code | SkipJsonSchema[None], Query()] = None,
) -> schemas.TierProposalPage:
    rows = await reading.list_proposals(
        session,
        principal.companies,
        run_id=run_id,
        customer_id=customer_id,
        state=state,
        source=source,
        tier=tier,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    items = [schemas.present_proposal(row) for row in rows]
    return schemas.TierProposalPage(**page.cut(items, key=lambda item: (item.id,)))


@router.post("/tier-proposals", status_code=201, summary="部门提出客户级别")
async def create_tier_proposal(
    request: Request,
    body: schemas.TierProposalCreate,
    principal: Proposer,
    once: Once,
    session: SessionDep,
    policies: PolicyDep,
    now: Now,
    response: Response,
) -> schemas.TierProposal:
    proposal_id = new_id()
    replay = await once.claim(session, resource_id=proposal_id, now=now)
    if replay is None:
        row = await proposing.propose(
            session,
            policies(principal.company, now),
            request.app.state.runtime.calendars,
            proposal_id=proposal_id,
            ask=body.ask(),
            principal=principal,
            now=now,
        )
    else:
        row = await deciding.read(session, replay.resource_id, principal.companies)
    return created(response, f"/v1/tier-proposals/{row.id}", schemas.present_proposal(row), replay=replay)


@router.get("/tier-proposals/{proposal_id}", summary="查看级别建议")
async def get_tier_proposal(
    proposal_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.TierProposal:
    row = await deciding.read(session, proposal_id, principal.companies)
    return set_etag(response, schemas.present_proposal(row))


@router.post("/tier-proposals/{proposal_id}/review", summary="审核一项级别建议")
async def review_tier_proposal(
    request: Request,
    proposal_id: UUID,
    body: schemas.TierProposalReview,
    door: Reviewer,
    policies: PolicyDep,
    response: Response,
) -> schemas.TierProposal:
    replay = await door.claim(proposal_id)
    if replay is None:
        row = await deciding.decide(
            door.session,
            policies,
            request.app.state.runtime.calendars,
            proposal_id=proposal_id,
            verdict=body.verdict(),
            principal=door.principal,
            expected_version=door.expected_version,
            now=door.now,
        )
    else:
        row = await deciding.read(door.session, proposal_id, door.principal.companies)
    return changed(response, schemas.present_proposal(row), replay=replay)
