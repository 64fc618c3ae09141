"""The doors for reading cases."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.complaint.cases import schemas
from services.complaint.cases.routes.steps import desk_of
from services.complaint.cases.rules import ComplaintKind, ComplaintState
from services.complaint.cases.schemas.intake import PhoneText
from services.complaint.cases.schemas.promises import CustomerCasePromises
from services.complaint.cases.service import called_back, promising, reading
from shared.access.principal import Principal
from shared.http.answers import json_answer, json_page
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.page import Paging
from shared.http.session import HotTxDep, SessionDep

router = APIRouter(prefix="/v1/complaints", tags=["complaints"])

Reader = Annotated[Principal, requires("complaint.read")]

Optional = SkipJsonSchema[None]


@router.get("", response_model=schemas.ComplaintPage, summary="投诉列表")
async def list_complaints(
    request: Request,
    principal: Reader,
    hot: HotTxDep,
    page: Paging,
    now: Now,
    state: Annotated[ComplaintState | Optional, Query()] = None,
    kind: Annotated[ComplaintKind | Optional, Query()] = None,
    grade: Annotated[Code | Optional, Query()] = None,
    tier: Annotated[Code | Optional, Query()] = None,
    category: Annotated[Code | Optional, Query()] = None,
    channel: Annotated[Code | Optional, Query()] = None,
    department: Annotated[Code | Optional, Query()] = None,
    owner_id: Annotated[UUID | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
    phone: Annotated[PhoneText | Optional, Query(description="投诉人电话，须完整")] = None,
    number: Annotated[str | Optional, Query(max_length=40)] = None,
    external_reference: Annotated[str | Optional, Query(max_length=200)] = None,
    is_overdue: Annotated[bool | Optional, Query()] = None,
) -> Response:
    desk = desk_of(request)
    wanted = {
        "state": state,
        "kind": kind,
        "grade": grade,
        "tier": tier,
        "category": category,
        "channel": channel,
        "department": department,
        "owner_id": owner_id,
        "customer_id": customer_id,
        "phone": desk.phone_index(principal.company, phone) if phone else None,
        "number": number,
        "external_reference": external_reference,
        "is_overdue": is_overdue,
        "before_id": page.after[0] if page.after else None,
    }
    scope, viewer = principal.scope("complaint.read"), desk.viewer(principal, now)
    return json_page(page, await reading.page_json(hot, scope, wanted, viewer, limit=page.fetch))


@router.get("/promises", summary="对该客户投诉等来件的时限承诺")
async def list_case_promises(
    request: Request, principal: Reader, hot: HotTxDep, now: Now, customer_id: Annotated[UUID, Query()]
) -> CustomerCasePromises:
    governing = desk_of(request).governances.in_force(principal.company, now)
    found = await promising.promises_of(hot, governing, principal.company, customer_id)
    return CustomerCasePromises.of(customer_id, found)


@router.get("/{complaint_id}", response_model=schemas.Complaint, summary="查看投诉及其时限")
async def get_complaint(request: Request, complaint_id: UUID, principal: Reader, hot: HotTxDep, now: Now) -> Response:
    viewer = desk_of(request).viewer(principal, now)
    return json_answer(*await reading.read_json(hot, complaint_id, principal.scope("complaint.read"), viewer))


@router.get("/{complaint_id}/steps", summary="办理过程")
async def list_complaint_steps(complaint_id: UUID, principal: Reader, session: SessionDep) -> schemas.ComplaintSteps:
    steps = await reading.steps(session, complaint_id, principal.scope("complaint.read"))
    return schemas.ComplaintSteps(items=[schemas.ComplaintStep.of(step) for step in steps])


@router.get("/{complaint_id}/callbacks", summary="引起本案或本轮办理的回访")
async def list_complaint_callbacks(
    complaint_id: UUID, principal: Reader, session: SessionDep
) -> schemas.ComplaintCallbacks:
    rows = await called_back.callbacks_of(session, complaint_id, principal.scope("complaint.read"))
    return schemas.ComplaintCallbacks(items=[schemas.ComplaintCallback.model_validate(row) for row in rows])
