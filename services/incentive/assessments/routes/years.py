"""The doors of the year's list."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.incentive.assessments import schemas
from services.incentive.assessments.rules.sheets import SubjectType
from services.incentive.assessments.service import reading, years
from services.incentive.assessments.service.workbook import year_workbook
from services.incentive.ledger.rules.months import YEAR_PATTERN
from shared.access.principal import Principal
from shared.files.types import XLSX
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/assessment-years", tags=["assessments"])

Reader = Annotated[Principal, requires(reading.READ)]
Year = Annotated[str, Path(pattern=YEAR_PATTERN)]
Department = Annotated[Code | SkipJsonSchema[None], Query()]
Kind = Annotated[SubjectType | SkipJsonSchema[None], Query()]


@router.get("/{year}", summary="年度考核")
async def get_assessment_year(
    request: Request,
    year: Year,
    principal: Reader,
    session: SessionDep,
    now: Now,
    department: Department = None,
    subject_type: Kind = None,
) -> schemas.AssessmentYearList:
    equal: dict[str, object] = {"department": department, "subject_type": subject_type}
    found = await years.year(session, request.app.state.desk, principal, year, equal, now=now)
    return schemas.AssessmentYearList(year=year, items=[schemas.AssessmentYear.of(one) for one in found])


@router.get(
    "/{year}/workbook",
    summary="导出年度考核（XLSX）",
    response_class=Response,
    responses={200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def export_assessment_year(
    request: Request,
    year: Year,
    principal: Reader,
    session: SessionDep,
    now: Now,
    department: Department = None,
    subject_type: Kind = None,
) -> Response:
    equal: dict[str, object] = {"department": department, "subject_type": subject_type}
    desk = request.app.state.desk
    found = await years.year(session, desk, principal, year, equal, now=now)
    governing = desk.governances.in_force(principal.company, now)
    content = await asyncio.to_thread(
        year_workbook,
        year,
        found,
        departments={code: one.name for code, one in governing.policy.common.departments.items()},
        grades={code: one.name for code, one in governing.chapter.catalogue.month_grades.items()},
    )
    headers = {
        "Content-Disposition": f'attachment; filename="assessment-{year}.xlsx"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=XLSX, headers=headers)
