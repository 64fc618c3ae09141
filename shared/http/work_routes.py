"""`/v1/work` and `/v1/indicators`, alike in every service (design.md 3)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request
from pydantic.json_schema import SkipJsonSchema

from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.contracts.indicators import IndicatorReport
from shared.contracts.work import WorkEntry, WorkPage
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.page import PageAsk, Paging
from shared.http.session import HotTxDep
from shared.sla.indicators import freeze_indicators, frozen_indicators, live_indicators
from shared.sla.periods import parse_period
from shared.sla.work import WorkFilter, WorkPosition, WorkScope, work_page

Worker = Annotated[Principal, requires("work.read")]
Reader = Annotated[Principal, requires("indicator.read")]


def work_router() -> APIRouter:
    """What the caller must do and the figures of this service."""
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
    ) -> WorkPage:
        tiers = request.app.state.runtime.policy.policy(principal.company, now).common.ranked_tiers
        entries = await work_page(
            hot,
            scope=_scope(principal.scope("work.read")),
            wanted=WorkFilter(metric, tier, customer_id),
            tiers=tiers,
            after=_after(page),
            limit=page.fetch,
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
    ) -> IndicatorReport:
        runtime = request.app.state.runtime
        asked = company if company in principal.companies else principal.company
        zone = ZoneInfo(runtime.policy.policy(asked, now).common.zone)
        span = parse_period(period, zone)
        is_over = span.until_at <= now
        items = await frozen_indicators(hot, asked, span) if is_over else []
        if is_over and not items:
            items = list(await freeze_indicators(hot, asked, span, now=now))
        if not is_over:
            items = await live_indicators(hot, asked, span, now=now)
        return IndicatorReport(
            service=runtime.settings.service,
            company=asked,
            period=span.name,
            from_at=span.from_at,
            until_at=span.until_at,
            is_frozen=is_over,
            items=items,
        )

    return router


def _scope(scope: RowScope) -> WorkScope:
    return WorkScope(
        companies=scope.companies,
        is_company=scope.level is ScopeLevel.COMPANY,
        staff_ids=scope.staff_ids,
        teams=scope.teams if scope.level >= ScopeLevel.TEAM else (),
        departments=scope.departments if scope.level >= ScopeLevel.DEPARTMENT else (),
        posts=scope.posts,
    )


def _after(page: PageAsk) -> WorkPosition | None:
    return WorkPosition(*page.after) if page.after else None


def _key(entry: WorkEntry) -> tuple[datetime | None, int, UUID]:
    return entry.deadline_at, entry.tier_rank, entry.clock_id
