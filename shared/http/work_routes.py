"""`/v1/work` and `/v1/indicators`, alike in every service (design.md 3)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal, Standing
from shared.contracts.indicators import Indicator, IndicatorReport
from shared.contracts.work import WorkEntry, WorkPage, WorkQueue, WorkState
from shared.figures.asking import Dimension, FigureAsk, ask_for
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.hot_tx import HotTx
from shared.http.page import PageAsk, Paging
from shared.http.session import HotTxDep
from shared.sla.indicators import freeze_indicators, frozen_indicators, live_indicators
from shared.sla.work import WorkFilter, WorkPosition, WorkScope, WorkTiers, work_page

Worker = Annotated[Principal, requires("work.read")]
Reader = Annotated[Principal, requires("indicator.read")]

Figures = Callable[[HotTx, FigureAsk, Sequence[Indicator]], Awaitable[list[Indicator]]]
"""Takes what the clocks say by tier and answers all that the service reports; a service without one reports the clocks.
"""


def work_router(figures: Figures | None = None) -> APIRouter:
    """What the caller must do and the figures of this service; `figures` adds to those of the clocks."""
    router = APIRouter(tags=["work"])

    @router.get("/v1/work", summary="我的待办，按时限排序")
    async def list_work(
        request: Request,
        principal: Worker,
        hot: HotTxDep,
        page: Paging,
        now: Now,
        metric: Annotated[str | SkipJsonSchema[None], Query(max_length=60)] = None,
        tier: Annotated[Code | SkipJsonSchema[None], Query()] = None,
        customer_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
        kind: Annotated[Code | SkipJsonSchema[None], Query(description="事项种类，如 complaint、order")] = None,
        state: Annotated[WorkState | SkipJsonSchema[None], Query()] = None,
        queue: Annotated[WorkQueue | SkipJsonSchema[None], Query(description="本人、岗位、班组、部门或公司")] = None,
        is_overdue: Annotated[bool | SkipJsonSchema[None], Query()] = None,
        is_green_channel: Annotated[bool | SkipJsonSchema[None], Query(description="是否走绿色通道")] = None,
        due_before: Annotated[AwareDatetime | SkipJsonSchema[None], Query(description="时限早于此刻")] = None,
    ) -> WorkPage:
        common = request.app.state.runtime.policy.policy(principal.company, now).common
        wanted = WorkFilter(
            *(metric, tier, customer_id, kind, state, queue, is_overdue, is_green_channel, due_before),
        )
        entries = await work_page(
            hot,
            scope=_scope(principal),
            wanted=wanted,
            tiers=WorkTiers(common.ranked_tiers, common.green_tiers),
            after=_after(page),
            limit=page.fetch,
            now=now,
        )
        return WorkPage(**page.cut(entries, key=_key))

    @router.get("/v1/indicators", summary="本服务的指标")
    async def get_indicators(
        request: Request,
        principal: Reader,
        hot: HotTxDep,
        now: Now,
        period: Annotated[str, Query(max_length=10, examples=["2026-11"])],
        company: Annotated[Code | SkipJsonSchema[None], Query()] = None,
        dimension: Annotated[Dimension, Query()] = Dimension.TIER,
    ) -> IndicatorReport:
        runtime = request.app.state.runtime
        asked = company if company in principal.companies else principal.company
        ask = ask_for(runtime.policy, asked, period, dimension, now)
        items = await _clock_figures(hot, ask) if dimension is Dimension.TIER else []
        if figures is not None:
            items = await figures(hot, ask, items)
        return IndicatorReport(
            service=runtime.settings.service,
            company=asked,
            period=ask.period.name,
            from_at=ask.period.from_at,
            until_at=ask.period.until_at,
            is_frozen=ask.is_over,
            items=items,
        )

    return router


async def _clock_figures(hot: HotTx, ask: FigureAsk) -> list[Indicator]:
    if not ask.is_over:
        return await live_indicators(hot, ask.company, ask.period, now=ask.now)
    frozen = await frozen_indicators(hot, ask.company, ask.period)
    return frozen or list(await freeze_indicators(hot, ask.company, ask.period, now=ask.now))


def _scope(principal: Principal) -> WorkScope:
    scope = principal.scope("work.read")
    is_company = scope.level is ScopeLevel.COMPANY
    own = Standing(principal.staff_id, principal.posts, principal.roles)
    standings = (own, *principal.acting)
    return WorkScope(
        companies=scope.companies,
        is_company=is_company,
        staff_ids=tuple(one.staff_id for one in standings) if is_company else scope.staff_ids,
        teams=scope.teams if scope.level >= ScopeLevel.TEAM else (),
        departments=scope.departments if scope.level >= ScopeLevel.DEPARTMENT else (),
        posts=tuple({post for one in standings for post in one.posts}) if is_company else scope.posts,
    )


def _after(page: PageAsk) -> WorkPosition | None:
    return WorkPosition(*page.after) if page.after else None


def _key(entry: WorkEntry) -> tuple[datetime | None, int, UUID]:
    return entry.deadline_at, entry.tier_rank, entry.clock_id
