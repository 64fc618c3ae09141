"""The door of what is published within the company."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from services.incentive.assessments import schemas
from services.incentive.assessments.rules.naming import shown_name
from services.incentive.assessments.service import reading
from services.incentive.ledger.rules.months import MONTH_PATTERN
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.page import Paging
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/incentive-publications", tags=["incentives"])

PUBLICATIONS = "incentive_publication.read"
Reader = Annotated[Principal, requires(PUBLICATIONS)]
Optional = SkipJsonSchema[None]


@router.get("", summary="公司内公布的奖惩")
async def list_incentive_publications(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    department: Annotated[Code | Optional, Query()] = None,
    month: Annotated[str | Optional, Query(pattern=MONTH_PATTERN)] = None,
) -> schemas.PublicationPage:
    rows, names = await reading.publications(
        session,
        principal.scope(PUBLICATIONS),
        {"department": department, "month": month},
        before=UUID(page.after[0]) if page.after else None,
        limit=page.fetch,
    )
    within = partial(shown_name, reader_company=principal.company, roles=principal.roles)
    shown = [
        schemas.Publication.of(row, {one: within(name, company=row.company) for one, name in names.items()})
        for row in rows
    ]
    return schemas.PublicationPage(**page.cut(shown, key=lambda one: (str(one.id),)))
