"""Looking at cases and their forms."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.incentive.cases.rules.states import CaseState
from services.incentive.cases.schemas import cases as schemas
from services.incentive.cases.schemas import form
from services.incentive.cases.service import reading
from services.incentive.cases.service.work import READ, sight
from services.incentive.policy_catalogue import IncentiveKind, Subject
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.etag import set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/incentive-cases", tags=["incentives"])

Reader = Annotated[Principal, requires(READ)]
Optional = SkipJsonSchema[None]


@router.get("", summary="奖惩案件列表")
async def list_incentive_cases(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[CaseState | Optional, Query()] = None,
    provision: Annotated[Code | Optional, Query()] = None,
    source: Annotated[Code | Optional, Query()] = None,
    kind: Annotated[IncentiveKind | Optional, Query()] = None,
    level: Annotated[int | Optional, Query(ge=1, le=4)] = None,
    subject_type: Annotated[Subject | Optional, Query()] = None,
    subject: Annotated[str | Optional, Query(max_length=40, description="人员编号、部门代码或客户编号")] = None,
    department: Annotated[Code | Optional, Query()] = None,
    month: Annotated[str | Optional, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2026-11"])] = None,
    matter_id: Annotated[UUID | Optional, Query()] = None,
    proposal_id: Annotated[UUID | Optional, Query()] = None,
    lies_with_me: Annotated[bool, Query(description="只看等待本人办理的")] = False,
) -> schemas.IncentiveCasePage:
    rows = await reading.page(
        session,
        sight(principal, READ),
        {
            "state": state,
            "provision": provision,
            "source": source,
            "kind": kind,
            "level": level,
            "subject_type": subject_type,
            "subject": subject,
            "department": department,
            "month": month,
            "matter_id": matter_id,
            "proposal_id": proposal_id,
        },
        waits_for=(principal.staff_id, *principal.acting_for) if lies_with_me else (),
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    items = [schemas.shown(row) for row in rows]
    return schemas.IncentiveCasePage(**page.cut(items, key=lambda one: (one.id,)))


@router.get("/{case_id}", summary="奖惩案件及其签署、申辩、申诉")
async def get_incentive_case(
    case_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.IncentiveCaseDetail:
    whole = await reading.whole(session, case_id, sight(principal, READ))
    return set_etag(response, schemas.detail(whole))


@router.get("/{case_id}/form", summary="奖惩审批表")
async def get_incentive_approval_form(
    request: Request, case_id: UUID, principal: Reader, session: SessionDep
) -> schemas.IncentiveApprovalForm:
    whole = await reading.whole(session, case_id, sight(principal, READ))
    case = whole.case
    governing = request.app.state.desk.governances.of_revision(case.company, case.policy_version, case.opened_at)
    return form.filled(whole, governing, await reading.people(session, case.company, form.named(whole)))
