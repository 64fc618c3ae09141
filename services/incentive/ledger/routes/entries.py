"""The doors of lines, statements, sums and the trial balance."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic.json_schema import SkipJsonSchema

from services.incentive.ledger.rules.accounts import AccountKind, LedgerSubject, Unit
from services.incentive.ledger.rules.months import MONTH_PATTERN, PERIOD_PATTERN, YEAR_PATTERN
from services.incentive.ledger.schemas import entries as schemas
from services.incentive.ledger.service import balances, reading
from services.incentive.ledger.service.statements import statement
from shared.access.permissions import ScopeLevel
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.page import Paging
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/incentive-ledger", tags=["incentive-ledger"])

LEDGER = "incentive.ledger"
Reader = Annotated[Principal, requires(LEDGER)]
Auditor = Annotated[Principal, requires(reading.READ_MONTH)]
Optional = SkipJsonSchema[None]
Period = Annotated[str, Query(pattern=PERIOD_PATTERN, description="月份（2026-11）或年份（2026）")]


class Grouping(StrEnum):
    """What is added up by."""

    DEPARTMENT = "department"
    TEAM = "team"
    COMPANY = "company"


@router.get("/entries", summary="奖惩台帐明细")
async def list_ledger_entries(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    kind: Annotated[AccountKind | Optional, Query()] = None,
    subject: Annotated[str | Optional, Query(max_length=40)] = None,
    department: Annotated[Code | Optional, Query()] = None,
    team: Annotated[Code | Optional, Query()] = None,
    month: Annotated[str | Optional, Query(pattern=MONTH_PATTERN)] = None,
    year: Annotated[str | Optional, Query(pattern=YEAR_PATTERN)] = None,
    unit: Annotated[Unit | Optional, Query()] = None,
    case_id: Annotated[UUID | Optional, Query()] = None,
) -> schemas.LedgerEntryPage:
    equal: dict[str, object] = {"kind": kind, "subject": subject, "department": department, "team": team}
    equal |= {"month": month, "year": year, "unit": unit, "case_id": case_id}
    before = page.after[0] if page.after else None
    rows = await reading.lines(session, principal.scope(LEDGER), equal=equal, before=before, limit=page.fetch)
    shown = [schemas.own_row(row) for row in rows]
    return schemas.LedgerEntryPage(**page.cut(shown, key=lambda one: (one.sequence,)))


@router.get("/statement", summary="个人、部门或班组的奖惩对帐单")
async def get_ledger_statement(
    request: Request,
    principal: Reader,
    session: SessionDep,
    period: Period,
    kind: Annotated[AccountKind, Query()] = AccountKind.EMPLOYEE,
    subject: Annotated[str | Optional, Query(max_length=40, description="缺省为本人")] = None,
) -> schemas.LedgerStatement:
    asked = LedgerSubject(kind, subject or str(principal.staff_id))
    found = await statement(
        session,
        principal.company,
        asked,
        period,
        scope=principal.scope(LEDGER),
        governances=request.app.state.desk.governances,
    )
    return schemas.LedgerStatement.of(found)


@router.get("/sums", summary="部门、班组、公司的奖惩汇总")
async def list_ledger_sums(
    principal: Reader, session: SessionDep, period: Period, by: Annotated[Grouping, Query()] = Grouping.DEPARTMENT
) -> schemas.LedgerSums:
    scope = principal.scope(LEDGER)
    seen = None if scope.level is ScopeLevel.COMPANY else scope.departments
    lines = await balances.sums(session, principal.company, period, by=by.value, departments=seen)
    return schemas.LedgerSums.made(period, lines)


@router.get("/trial-balance", summary="试算平衡")
async def get_ledger_trial_balance(principal: Auditor, session: SessionDep, period: Period) -> schemas.TrialBalance:
    return schemas.TrialBalance.tried(period, await balances.trial(session, principal.company, period))
