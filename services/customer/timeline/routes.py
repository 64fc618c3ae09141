"""The door of the timeline."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.customer.timeline import schemas, service
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.page import Paging
from shared.http.session import HotTxDep

router = APIRouter(prefix="/v1/customers", tags=["customers"])

Reader = Annotated[Principal, requires("timeline.read")]


@router.get("/{customer_id}/timeline", summary="客户时间线")
async def get_customer_timeline(
    customer_id: UUID, principal: Reader, hot: HotTxDep, page: Paging
) -> schemas.CustomerTimelinePage:
    companies = principal.scope("timeline.read").companies
    before = (page.after[0], page.after[1]) if page.after else None
    rows = await service.page(hot, customer_id, companies, before=before, limit=page.fetch)
    shown = [schemas.TimelineEntry.of(row) for row in rows]
    return schemas.CustomerTimelinePage(**page.cut(shown, key=lambda one: (one.at, one.id)))
