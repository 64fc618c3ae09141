"""What adds up, and who is eligible for the year's awards."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic.json_schema import SkipJsonSchema

from services.incentive.counters.schemas import counters as schemas
from services.incentive.counters.service import reading
from services.incentive.policy_catalogue import Subject
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.page import Paging
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1", tags=["incentives"])

READ = "incentive.read"
Reader = Annotated[Principal, requires(READ)]
Optional = SkipJsonSchema[None]
Year = Annotated[int, Query(ge=2000, le=2099, examples=[2026])]


@router.get("/incentive-counters", summary="年度累计")
async def list_incentive_counters(
    request: Request,
    principal: Reader,
    session: SessionDep,
    page: Paging,
    now: Now,
    counter: Annotated[Code | Optional, Query()] = None,
    subject_type: Annotated[Subject | Optional, Query()] = None,
    subject: Annotated[str | Optional, Query(max_length=40, description="人员编号或部门代码")] = None,
    department: Annotated[Code | Optional, Query()] = None,
    year: Annotated[int | Optional, Query(ge=2000, le=2099, description="该年与不分年度的累计")] = None,
    is_reached: Annotated[bool | Optional, Query(description="是否已达到条款规定的次数")] = None,
) -> schemas.IncentiveCounterPage:
    rows, causes = await reading.page(
        session,
        principal.scope(READ),
        {"counter": counter, "subject_type": subject_type, "subject": subject, "department": department},
        years=() if year is None else (year, 0),
        is_reached=is_reached,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    rules = request.app.state.desk.governances.in_force(principal.company, now).chapter.catalogue.counters
    items = [schemas.counter(row, rules.get(row.counter), causes.get(row.id, ())) for row in rows]
    return schemas.IncentiveCounterPage(**page.cut(items, key=lambda one: (one.id,)))


@router.get("/award-eligibility", summary="年度评先资格")
async def get_award_eligibility(
    request: Request, principal: Reader, session: SessionDep, now: Now, year: Year
) -> schemas.AwardEligibility:
    desk = request.app.state.desk
    found = await reading.candidates(session, desk, principal, principal.scope(READ), year, now=now)
    provisions = desk.governances.in_force(principal.company, now).chapter.catalogue.provisions
    names = {code: one.name for code, one in provisions.items()}
    return schemas.AwardEligibility(year=year, items=[schemas.candidate(one, names) for one in found])
