"""The staff directory at the door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.incentive.staff import schemas
from services.incentive.staff.rules import Deputation, StaffFilter, StaffState
from services.incentive.staff.service import appointing, deputising, reading
from services.incentive.staff.service.recording import WRITE, Writer
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import civil_date, requires, signed_in
from shared.http.base_model import Code, ShortText
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.ids import new_id
from shared.policy.model import CommonChapter

router = APIRouter(prefix="/v1", tags=["staff"])

READ = "staff.read"

Self = Annotated[Principal, signed_in()]
Reader = Annotated[Principal, requires(READ)]
Writing = Annotated[Principal, requires(WRITE)]


async def _common_of_reader(request: Request, principal: Reader, now: Now) -> CommonChapter:
    common: CommonChapter = request.app.state.runtime.policy.policy(principal.company, now).common
    return common


async def _writer(request: Request, principal: Writing, now: Now) -> Writer:
    return Writer(principal, request.app.state.runtime.policy.policy(principal.company, now).common)


CommonDep = Annotated[CommonChapter, Depends(_common_of_reader)]
WriterDep = Annotated[Writer, Depends(_writer)]


@router.get("/staff/me", summary="本人的岗位、权限与代理")
async def get_me(principal: Self, session: SessionDep, now: Now, response: Response) -> schemas.StaffMe:
    mine = RowScope.everything(principal.company)
    row = await reading.read(session, principal.staff_id, mine)
    superior = None if row.superior_id is None else await reading.find(session, row.superior_id, mine)
    return set_etag(response, schemas.present_me(row, principal, superior, civil_date(now)))


@router.get("/staff", summary="人员名录")
async def list_staff(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    ids: Annotated[list[UUID] | SkipJsonSchema[None], Query(max_length=200)] = None,
    department: Annotated[Code | SkipJsonSchema[None], Query()] = None,
    team: Annotated[Code | SkipJsonSchema[None], Query()] = None,
    post: Annotated[Code | SkipJsonSchema[None], Query()] = None,
    state: Annotated[StaffState | SkipJsonSchema[None], Query()] = None,
    superior_id: Annotated[UUID | SkipJsonSchema[None], Query()] = None,
    q: Annotated[ShortText | SkipJsonSchema[None], Query(description="姓名或登录名的一部分")] = None,
) -> schemas.StaffPage:
    wanted = StaffFilter(
        ids=ids, department=department, team=team, post=post, state=state, superior_id=superior_id, text=q
    )
    after = None if page.after is None else (page.after[0], page.after[1])
    rows = await reading.listed(session, wanted, principal.scope(READ), after=after, limit=page.fetch)
    shown = [schemas.present(row) for row in rows]
    return schemas.StaffPage(**page.cut(shown, key=lambda one: (one.company, one.login)))


@router.get("/staff/{staff_id}", summary="人员")
async def get_staff(staff_id: UUID, principal: Reader, session: SessionDep, response: Response) -> schemas.Staff:
    return set_etag(response, schemas.present(await reading.read(session, staff_id, principal.scope(READ))))


@router.post("/staff", status_code=201, summary="新增人员")
async def create_staff(
    body: schemas.StaffCreate,
    principal: Writing,
    writer: WriterDep,
    once: Once,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Staff:
    staff_id = new_id()
    if replay := await once.claim(session, resource_id=staff_id, now=now):
        row = await reading.read(session, replay.resource_id, principal.scope(READ))
        return created(response, f"/v1/staff/{row.id}", schemas.present(row), replay=replay)
    row = await appointing.appoint(session, writer, schemas.entry(body), staff_id=staff_id, login=body.login, now=now)
    return created(response, f"/v1/staff/{row.id}", schemas.present(row))


@router.patch("/staff/{staff_id}", summary="变更人员")
async def update_staff(
    staff_id: UUID,
    body: schemas.StaffUpdate,
    writer: WriterDep,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Staff:
    row = await appointing.change(session, writer, staff_id, schemas.changes(body), expected_version=if_match, now=now)
    return changed(response, schemas.present(row))


@router.post("/staff/{staff_id}/deputies", summary="指定代理人")
async def add_deputy(
    staff_id: UUID,
    body: schemas.DeputyCreate,
    principal: Writing,
    writer: WriterDep,
    once: Once,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Staff:
    if replay := await once.claim(session, resource_id=staff_id, version=if_match + 1, status=200, now=now):
        row = await reading.read(session, replay.resource_id, principal.scope(READ))
        return changed(response, schemas.present(row), replay=replay)
    deputation = Deputation(from_on=body.from_on, until_on=body.until_on, staff_id=body.deputy_id)
    row = await deputising.add_deputy(session, writer, staff_id, deputation, expected_version=if_match, now=now)
    return changed(response, schemas.present(row))


@router.post("/staff/{staff_id}/deputies/remove", summary="撤回代理安排")
async def remove_deputy(
    staff_id: UUID,
    body: schemas.DeputyRemove,
    principal: Writing,
    writer: WriterDep,
    once: Once,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    response: Response,
) -> schemas.Staff:
    if replay := await once.claim(session, resource_id=staff_id, version=if_match + 1, status=200, now=now):
        row = await reading.read(session, replay.resource_id, principal.scope(READ))
        return changed(response, schemas.present(row), replay=replay)
    row = await deputising.remove_deputy(
        session,
        writer,
        staff_id,
        deputy_id=body.deputy_id,
        from_on=body.from_on,
        expected_version=if_match,
        now=now,
    )
    return changed(response, schemas.present(row))


@router.get("/departments", summary="部门")
async def list_departments(
    principal: Reader, common: CommonDep, session: SessionDep, page: Paging
) -> schemas.DepartmentPage:
    views = await reading.departments(session, principal.company, common)
    after = "" if page.after is None else page.after[0]
    shown = [schemas.present_department(view) for view in views if view.code > after][: page.fetch]
    return schemas.DepartmentPage(**page.cut(shown, key=lambda one: (one.code,)))
