"""The dry run, the ledger and the yearly figures at the door."""

import tempfile
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic.json_schema import SkipJsonSchema

from services.customer.policy import CHAPTER
from services.customer.tiering.routes.call import PIECE, PolicyDep, pieces, receive
from services.customer.tiering.rules.figures import FIRST_YEAR, LAST_YEAR
from services.customer.tiering.schemas import reports as schemas
from services.customer.tiering.service import dry_run, figures, ledger
from shared.access.principal import Principal
from shared.files.types import XLSX
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id
from shared.policy.book import Policy

router = APIRouter(prefix="/v1", tags=["tiering"])

Reader = Annotated[Principal, requires("tier.read")]
Starter = Annotated[Principal, requires("tier.run")]
Exporter = Annotated[Principal, requires("tier.export")]
Importer = Annotated[Principal, requires("tier.figures")]

OnDay = Annotated[date | SkipJsonSchema[None], Query(description="该日终了时的台帐；不填为今天")]
Version = Annotated[
    str | SkipJsonSchema[None],
    Query(max_length=20, description="按客户服务章的另一版本试算，如尚未生效的修订；不填为现行版本"),
]

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _FILE},
            **dict.fromkeys(("application/octet-stream", "text/csv", XLSX), _BINARY),
        },
    }
}


@router.get("/tier-runs/dry-run", summary="试算分级：哪些客户会变动、依据与承诺变化（不写入）")
async def list_tier_dry_run(
    request: Request,
    principal: Starter,
    session: SessionDep,
    policies: PolicyDep,
    now: Now,
    page: Paging,
    from_tier: Annotated[Code | SkipJsonSchema[None], Query()] = None,
    tier: Annotated[Code | SkipJsonSchema[None], Query()] = None,
    version: Version = None,
) -> schemas.TierMovePage:
    found = await dry_run.moves(
        session,
        _judging(request, policies(principal.company, now), version),
        from_tier=from_tier,
        tier=tier,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
        now=now,
    )
    shown = [schemas.TierMove.model_validate(move) for move in found]
    return schemas.TierMovePage(**page.cut(shown, key=lambda move: (move.customer_id,)))


@router.get("/tier-runs/dry-run/summary", summary="试算分级的汇总（不写入）")
async def get_tier_dry_run(
    request: Request,
    principal: Starter,
    session: SessionDep,
    policies: PolicyDep,
    now: Now,
    version: Version = None,
) -> schemas.TierDryRun:
    policy = _judging(request, policies(principal.company, now), version)
    return schemas.TierDryRun.model_validate(await dry_run.summary(session, policy, now=now))


@router.get("/tier-ledger", summary="分级客户台帐")
async def get_tier_ledger(
    principal: Reader,
    session: SessionDep,
    policies: PolicyDep,
    now: Now,
    page: Paging,
    on: OnDay = None,
    tier: Annotated[Code | SkipJsonSchema[None], Query()] = None,
) -> schemas.TierLedgerPage:
    policy = policies(principal.company, now)
    rows = await ledger.lines(
        session,
        policy,
        principal,
        on=on,
        tier=tier,
        after=page.after[0] if page.after else None,
        limit=page.fetch,
        now=now,
    )
    cut = page.cut([schemas.TierLedgerLine.of(row) for row in rows], key=lambda line: (line.customer_id,))
    return schemas.TierLedgerPage.told(await ledger.read(session, policy, principal, on=on, now=now), cut)


@router.get(
    "/tier-ledger/export",
    summary="导出分级客户台帐（XLSX）",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_tier_ledger(
    principal: Exporter, session: SessionDep, policies: PolicyDep, now: Now, on: OnDay = None
) -> Response:
    content = await ledger.export(session, policies(principal.company, now), principal, on=on, now=now)
    headers = {"Content-Disposition": 'attachment; filename="tier-ledger.xlsx"', "Cache-Control": "private, no-store"}
    return StreamingResponse(content, media_type=XLSX, headers=headers)


@router.post("/tier-figures/imports", status_code=202, summary="导入年度销售数据（XLSX 或 CSV）", openapi_extra=_BODY)
async def create_tier_figures_import(
    request: Request,
    principal: Importer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
    year: Annotated[int | SkipJsonSchema[None], Query(ge=FIRST_YEAR, le=LAST_YEAR, description="总额所属年度")] = None,
    total_sales_fen: Annotated[
        int | SkipJsonSchema[None], Query(ge=0, le=10**18, description="公司该年度销售总额（分）；不填按客户合计")
    ] = None,
) -> schemas.TierFigures:
    import_id = new_id()
    total = None if year is None or total_sales_fen is None else figures.Total(year, total_sales_fen)
    with tempfile.SpooledTemporaryFile(max_size=2 * PIECE) as spool:
        once.fingerprint_of(await receive(request, spool))
        replay = await once.claim(session, resource_id=import_id, now=now, status=202)
        if replay is None:
            await figures.start(
                session,
                pieces(spool),
                import_id=import_id,
                company=principal.company,
                cipher=request.app.state.runtime.cipher,
                total=total,
                actor=principal.actor,
                now=now,
            )
    shown_id = replay.resource_id if replay else import_id
    progress = await figures.read(session, shown_id, principal.companies)
    view = schemas.TierFigures.of(progress, [], None)
    return created(response, f"/v1/tier-figures/imports/{shown_id}", view, replay=replay)


@router.get("/tier-figures/imports/{import_id}", summary="年度数据导入的进度与逐行错误")
async def get_tier_figures_import(
    import_id: UUID, principal: Importer, session: SessionDep, page: Paging, response: Response
) -> schemas.TierFigures:
    progress = await figures.read(session, import_id, principal.companies)
    rows = await figures.refused_cells(session, import_id, principal.companies, page.after, page.fetch)
    cut = page.cut(rows, key=lambda row: (row.sheet, row.line, row.position))
    return set_etag(response, schemas.TierFigures.of(progress, cut["items"], cut["next_cursor"]))


@router.get("/tier-figures", summary="已导入的年度与销售总额")
async def list_tier_figures(principal: Reader, session: SessionDep) -> schemas.TierSalesYears:
    rows = await figures.years(session, principal.companies)
    return schemas.TierSalesYears(items=[schemas.TierSalesYear.model_validate(row) for row in rows])


def _judging(request: Request, policy: Policy, version: str | None) -> Policy:
    if version is None:
        return policy
    found: Policy = request.app.state.runtime.policy.at_revision(policy.company, CHAPTER, version)
    return found
