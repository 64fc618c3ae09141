"""Reading notices, counting them, issuing one on several findings."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from pydantic.json_schema import SkipJsonSchema

from services.inspection.notices import schemas
from services.inspection.notices.rules import NoticeState
from services.inspection.notices.service import figures, issuing, reading
from services.inspection.notices.service.work import READ
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1", tags=["notices"])

ISSUE = "notice.issue"
Reader = Annotated[Principal, requires(READ)]
Issuer = Annotated[Principal, requires(ISSUE)]
Optional = SkipJsonSchema[None]


@router.get("/notices", summary="整改通知书列表")
async def list_notices(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    department: Annotated[Code | Optional, Query()] = None,
    severity: Annotated[Code | Optional, Query()] = None,
    state: Annotated[NoticeState | Optional, Query()] = None,
    is_late: Annotated[bool | Optional, Query()] = None,
    since: Annotated[AwareDatetime | Optional, Query()] = None,
    until: Annotated[AwareDatetime | Optional, Query()] = None,
) -> schemas.NoticePage:
    rows = await reading.page(
        session,
        principal.scope(READ),
        equal={"department": department, "severity": severity, "state": state, "is_late": is_late},
        since=since,
        until=until,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    shown = [schemas.summary(row) for row in rows]
    return schemas.NoticePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/notices", status_code=201, summary="就同一部门的多项检查发现签发一份整改通知书")
async def issue_joint_notice(
    request: Request,
    body: schemas.NoticeCreate,
    principal: Issuer,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Notice:
    notice_id = new_id()
    replay = await once.claim(session, resource_id=notice_id, now=now)
    if replay is None:
        order = issuing.NoticeOrder(tuple(body.finding_ids), body.words)
        await issuing.issue_on(session, request.app.state.desk, principal, order, notice_id=notice_id, now=now)
    else:
        notice_id = replay.resource_id
    whole = await reading.read(session, notice_id, principal.scope(ISSUE))
    return created(response, f"/v1/notices/{notice_id}", schemas.Notice.of(whole), replay=replay)


@router.get("/notices/{notice_id}", summary="查看整改通知书")
async def get_notice(notice_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Notice:
    return set_etag(response, schemas.Notice.of(await reading.read(session, notice_id, principal.scope(READ))))


@router.get("/notice-counts", summary="各部门年度整改通知书统计与后果")
async def count_notices(
    principal: Reader,
    session: SessionDep,
    year: Annotated[int, Query()],
    department: Annotated[Code | Optional, Query()] = None,
) -> schemas.NoticeCounts:
    found, standing = await figures.of_year(session, principal.scope(READ), year, department)
    return schemas.NoticeCounts(
        year=year,
        counts=[schemas.NoticeCount.of(one) for one in found],
        consequences=[schemas.NoticeConsequence.model_validate(one) for one in standing],
    )
