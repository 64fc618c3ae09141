"""The doors behind the figures: counted cases, causes, and the data of the weekly report."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic.json_schema import SkipJsonSchema

from services.complaint.indicators import schemas
from services.complaint.indicators.rules import Part
from services.complaint.indicators.service import listing, weekly
from shared.access.principal import Principal
from shared.figures.asking import Dimension, FigureAsk, ask_for
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.page import Paging
from shared.http.session import HotTxDep

router = APIRouter(tags=["indicators"])

Reader = Annotated[Principal, requires("indicator.read")]
CaseReader = Annotated[Principal, requires("complaint.read")]
Optional = SkipJsonSchema[None]
Company = Annotated[Code | Optional, Query()]
PeriodText = Annotated[str, Query(max_length=10, examples=["2026-11"])]


@router.get("/v1/complaint-indicators/{code}/cases", summary="指标所统计的案件")
async def list_counted_cases(
    request: Request,
    code: str,
    principal: CaseReader,
    hot: HotTxDep,
    page: Paging,
    now: Now,
    period: PeriodText,
    company: Company = None,
    part: Annotated[Part | Optional, Query()] = None,
    dimension: Annotated[Dimension, Query()] = Dimension.TIER,
    value: Annotated[Code | Optional, Query()] = None,
    is_unset: Annotated[bool, Query(description="该维度没有取值的")] = False,
) -> schemas.CountedCasePage:
    figure = listing.figure_of(code)
    wanted: dict[str, str | None] = {dimension.value: None} if is_unset else {}
    if value is not None:
        wanted = {dimension.value: value}
    rows = await listing.counted(
        hot,
        _ask(request, principal, company, period, dimension, now),
        figure,
        part,
        wanted,
        principal.scope("complaint.read"),
        after=_after(page.after),
        limit=page.fetch,
    )
    shown = [schemas.CountedCase.model_validate(row) for row in rows]
    return schemas.CountedCasePage(**page.cut(shown, key=lambda one: (one.ref_id,)))


@router.get("/v1/complaint-causes", summary="投诉原因排名")
async def list_complaint_causes(
    request: Request,
    principal: Reader,
    hot: HotTxDep,
    now: Now,
    period: PeriodText,
    company: Company = None,
) -> schemas.Causes:
    ask = _ask(request, principal, company, period, Dimension.CATEGORY, now)
    found = await weekly.causes(hot, ask)
    return schemas.Causes(
        company=ask.company, period=ask.period.name, items=[schemas.Cause.model_validate(one) for one in found]
    )


@router.get("/v1/complaint-anomalies", summary="周报：异常与原因")
async def get_complaint_anomalies(
    request: Request,
    principal: Reader,
    hot: HotTxDep,
    now: Now,
    week: Annotated[str, Query(max_length=10, examples=["2026-W47"])],
    company: Company = None,
) -> schemas.WeekReport:
    ask = _ask(request, principal, company, week, Dimension.CATEGORY, now)
    return schemas.WeekReport.model_validate(await weekly.anomalies(hot, ask))


def _ask(
    request: Request, principal: Principal, company: str | None, period: str, dimension: Dimension, now: Now
) -> FigureAsk:
    asked = company if company in principal.companies else principal.company
    return ask_for(request.app.state.runtime.policy, asked or principal.company, period, dimension, now)


def _after(values: tuple[object, ...] | None) -> UUID | None:
    return UUID(str(values[0])) if values else None
