"""The doors of the callers' months, and of the draw: anyone who may read it can run it again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from services.callback.quality.models import ReviewStratumRow
from services.callback.quality.schemas import views
from services.callback.quality.service import reading
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.page import Paging
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1", tags=["call-reviews"])

SCORES = "call_score.read"
Reader = Annotated[Principal, requires(SCORES)]
DrawReader = Annotated[Principal, requires("call_review.draws")]
Optional = SkipJsonSchema[None]
Month = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


@router.get("/call-scores", summary="回访人员当月通话质量得分")
async def list_call_scores(
    principal: Reader, session: SessionDep, month: Month, caller_id: Annotated[UUID | Optional, Query()] = None
) -> views.CallScores:
    scope = principal.scope(SCORES)
    found = await reading.month_scores(session, scope, month=month, caller_id=caller_id)
    return views.CallScores(items=[views.CallScore.of(one) for one in found])


@router.get("/call-review-strata", summary="评定抽取的层、种子与计数")
async def list_call_review_strata(
    principal: DrawReader, session: SessionDep, month: Month, caller_id: Annotated[UUID | Optional, Query()] = None
) -> views.CallReviewStrata:
    rows = await reading.strata(session, principal.companies, month=month, caller_id=caller_id)
    return views.CallReviewStrata(items=[_stratum(row) for row in rows])


@router.get("/call-review-draws", summary="某层逐一编号的抽取结果")
async def list_call_review_draws(
    principal: DrawReader, session: SessionDep, page: Paging, stratum_id: Annotated[UUID, Query()]
) -> views.CallReviewDrawPage:
    after = int(page.after[0]) if page.after else 0
    rows = await reading.drawn(session, principal.companies, stratum_id, after=after, limit=page.fetch)
    shown = [views.CallReviewDraw.model_validate(row) for row in rows]
    return views.CallReviewDrawPage(**page.cut(shown, key=lambda one: (one.position,)))


def _stratum(row: ReviewStratumRow) -> views.CallReviewStratum:
    return views.CallReviewStratum(
        id=row.id,
        company=row.company,
        caller_id=row.caller_id,
        month=row.month,
        name=row.name,
        seed=row.seed,
        numerator=row.numerator,
        denominator=row.denominator,
        u_numerator=str(row.offset_numerator),
        seen=row.seen,
        drawn=row.drawn,
        policy_version=row.policy_version,
    )
