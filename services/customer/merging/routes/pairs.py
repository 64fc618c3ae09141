"""Pairs that may be one customer, at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.merging import schemas
from services.customer.merging.rules import CandidateState, Likeness
from services.customer.merging.service import pairs
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import REPLAYED, changed, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["merging"])

Merger = Annotated[Principal, requires("customer.merge")]
MergerStep = Annotated[StepDoor, step_door("customer.merge")]


@router.get("/customers/{customer_id}/merge-candidates", summary="可能与该客户重复的客户")
async def list_like_customers(customer_id: UUID, principal: Merger, session: SessionDep) -> schemas.LikeCustomers:
    rows = await pairs.like(session, customer_id, principal.companies)
    return schemas.LikeCustomers(
        items=[schemas.LikeCustomer(customer_id=row.id, rules=[Likeness(rule) for rule in row.rules]) for row in rows]
    )


@router.post("/merge-candidates/search", status_code=202, summary="在全部客户中查找疑似重复")
async def search_merge_candidates(
    principal: Merger, once: Once, session: SessionDep, now: Now, response: Response
) -> schemas.DuplicateSearch:
    job_id = new_id()
    replay = await once.claim(session, resource_id=job_id, version=None, status=202, now=now)
    if replay is None:
        await pairs.start_search(session, job_id, principal=principal, now=now)
    else:
        response.headers[REPLAYED] = "true"
        job_id = replay.resource_id
    return schemas.DuplicateSearch(job_id=job_id)


@router.get("/merge-candidates", summary="疑似重复的客户对")
async def list_merge_candidates(
    principal: Merger,
    session: SessionDep,
    page: Paging,
    state: Annotated[CandidateState | SkipJsonSchema[None], Query()] = CandidateState.OPEN,
) -> schemas.MergeCandidatePage:
    rows = await pairs.page(
        session,
        principal.companies,
        state=state,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.MergeCandidate.of(row) for row in rows]
    return schemas.MergeCandidatePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/merge-candidates/{candidate_id}", summary="查看疑似重复")
async def get_merge_candidate(
    candidate_id: UUID, principal: Merger, session: SessionDep, response: Response
) -> schemas.MergeCandidate:
    row = await pairs.one(session, candidate_id, principal.companies)
    return set_etag(response, schemas.MergeCandidate.of(row))


@router.post("/merge-candidates/{candidate_id}/dismiss", summary="认定不是同一客户")
async def dismiss_merge_candidate(
    candidate_id: UUID, body: schemas.MergeReason, door: MergerStep, response: Response
) -> schemas.MergeCandidate:
    replay = await door.claim(candidate_id)
    if replay is None:
        await pairs.dismiss(
            door.session,
            candidate_id,
            reason=body.reason,
            expected=door.expected_version,
            principal=door.principal,
            now=door.now,
        )
    row = await pairs.one(door.session, candidate_id, door.principal.companies)
    return changed(response, schemas.MergeCandidate.of(row), replay=replay)
