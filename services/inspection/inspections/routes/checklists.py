"""The door of the pack's checklists; they are changed by a new version of the chapter only."""

from typing import Annotated

from fastapi import APIRouter, Request

from services.inspection.inspections import schemas
from services.inspection.inspections.service import reading
from services.inspection.inspections.service.work import READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now

router = APIRouter(prefix="/v1/inspection-checklists", tags=["inspections"])

Reader = Annotated[Principal, requires(READ)]


@router.get("", summary="现行检查表与检查方式")
async def list_inspection_checklists(request: Request, principal: Reader, now: Now) -> schemas.InspectionChecklists:
    governing = reading.checklists(request.app.state.desk, principal.company, now)
    terms = governing.chapter.inspections
    items = [
        schemas.InspectionChecklist(
            code=code,
            name=checklist.name,
            themes=[theme for theme, one in terms.themes.items() if one.checklist == code],
            points=[schemas.ChecklistPoint.model_validate(point.model_dump()) for point in checklist.points],
        )
        for code, checklist in terms.checklists.items()
    ]
    methods = [
        schemas.InspectionMethod(code=code, **method.model_dump(exclude={"is_open_setting"}))
        for code, method in terms.methods.items()
    ]
    return schemas.InspectionChecklists(version=governing.version, items=items, methods=methods)
