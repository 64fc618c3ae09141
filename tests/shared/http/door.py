"""A small application behind the real door, on the complaint schema; its resources are rows of customer_aliases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import APIRouter, FastAPI, Query, Response
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import text

from shared.access.errors import UnauthenticatedError
from shared.access.permissions import Role
from shared.access.principal import Principal
from shared.database import create_engine, create_hot_pool, create_sessions
from shared.errors import NotFoundError
from shared.http.app import create_fastapi, install
from shared.http.auth import requires
from shared.http.base_model import ApiModel, Code, ShortText
from shared.http.clock import Now
from shared.http.etag import IfMatch, changed, check_version, created, set_etag
from shared.http.hot_door import HOT_EXTRA, HotCall, hot_door
from shared.http.idempotency import Once
from shared.http.idempotency_store import claim_cte
from shared.http.page import Page, Paging
from shared.http.session import SessionDep
from shared.ids import new_id
from tests.support.servers import TestPostgres

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STAFF = UUID("01890000-0000-7000-8000-000000000001")


@dataclass
class TestClock:
    """A clock that tests set."""

    __test__ = False
    at: datetime = START

    def now(self) -> datetime:
        return self.at


@dataclass
class TestPrincipals:
    """Stands for token checks: the token is a role's name, `expired`, or anything else."""

    __test__ = False
    company: str
    seen: list[date] = field(default_factory=list)

    async def principal(self, token: str, *, on: date) -> Principal:
        self.seen.append(on)
        if token not in set(Role):
            raise UnauthenticatedError("token_expired" if token == "expired" else "token_invalid")
        staff_id = STAFF
        return Principal(staff_id, self.company, (self.company,), token, (), frozenset((Role(token),)))


class ThingNotFoundError(NotFoundError):
    """No such thing."""

    code = "thing_not_found"
    title = "没有这件东西"


class Thing(ApiModel):
    """A thing."""

    id: UUID
    target: UUID
    version: int
    note: str | None = None


class ThingCreate(ApiModel):
    """What a thing is made of."""

    target: UUID
    name: ShortText = "无名"
    code: Code = "a"
    amount_fen: int = Field(default=0, ge=0, le=10**12)
    ratio: float = 0.0
    tags: list[ShortText] = Field(default_factory=list, max_length=5)
    extra: dict[str, Any] = Field(default_factory=dict)


class ThingPage(Page[Thing]):
    """One page of things."""


READ = text(
    "select from_id as id, to_id as target, version from customer_aliases where from_id = :id and company = any (:c)"
)
Opener = Annotated[Principal, requires("complaint.open")]
HotOpener = Annotated[HotCall, hot_door("complaint.open")]
Reader = Annotated[Principal, requires("complaint.read")]

router = APIRouter(prefix="/v1/things", tags=["things"])


async def read_thing(session: Any, thing_id: UUID, principal: Principal) -> Thing:
    row = (await session.execute(READ, {"id": thing_id, "c": list(principal.companies)})).first()
    if row is None:
        raise ThingNotFoundError("没有找到")
    return Thing.model_validate(row)


@router.post("", status_code=201, summary="新建")
async def create_thing(
    body: ThingCreate, principal: Opener, once: Once, session: SessionDep, now: Now, response: Response
) -> Thing:
    thing_id = new_id()
    if replay := await once.claim(session, resource_id=thing_id, now=now):
        thing = await read_thing(session, replay.resource_id, principal)
        return created(response, f"/v1/things/{thing.id}", thing, replay=replay)
    await session.execute(
        text("insert into customer_aliases (from_id, company, to_id, version) values (:id, :c, :t, 1)"),
        {"id": thing_id, "c": principal.company, "t": body.target},
    )
    if body.name == "拒绝":
        raise ThingNotFoundError("故意")
    thing = await read_thing(session, thing_id, principal)
    return created(response, f"/v1/things/{thing.id}", thing)


@router.post("/hot", status_code=201, summary="快速新建", openapi_extra=HOT_EXTRA)
async def create_thing_hot(body: ThingCreate, call: HotOpener, response: Response) -> Thing:
    thing_id, once, hot, now = new_id(), call.once, call.hot, call.now
    row = await hot.fetchrow(
        f"""with once as ({claim_cte(1, when="$12::boolean")}),
        made as (insert into customer_aliases (from_id, company, to_id, version)
                 select $10::uuid, $1, $11::uuid, 1 from once returning version)
        select version from made""",
        *once.arguments(resource_id=thing_id, now=now),
        thing_id,
        body.target,
        body.name != "拒绝",
    )
    if row is None:
        replay = await once.explain(hot)
        if replay is None:
            raise ThingNotFoundError("故意")
        thing = Thing(id=replay.resource_id, target=body.target, version=replay.version or 0)
        return created(response, f"/v1/things/{thing.id}", thing, replay=replay)
    return created(response, f"/v1/things/{thing_id}", Thing(id=thing_id, target=body.target, version=row["version"]))


@router.get("", summary="列表")
async def list_things(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    code: Annotated[str | SkipJsonSchema[None], Query(pattern="^[a-z]+$")] = None,
) -> ThingPage:
    rows = await session.execute(
        text(
            "select from_id as id, to_id as target, version from customer_aliases where company = :c"
            " and (cast(:after as uuid) is null or from_id > :after) order by from_id limit :n"
        ),
        {"c": principal.company, "after": page.after[0] if page.after else None, "n": page.fetch},
    )
    return ThingPage(**page.cut([Thing.model_validate(row) for row in rows], key=lambda one: (one.id,)))


@router.get("/fault", summary="故障")
async def break_down(principal: Reader) -> Thing:
    raise ValueError("canary-13800138000-张三")


@router.get("/{thing_id}", summary="读取")
async def get_thing(thing_id: UUID, principal: Reader, session: SessionDep, response: Response) -> Thing:
    return set_etag(response, await read_thing(session, thing_id, principal))


@router.post("/{thing_id}/move", summary="变更")
async def move_thing(
    thing_id: UUID,
    body: ThingCreate,
    principal: Opener,
    once: Once,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    response: Response,
) -> Thing:
    if replay := await once.claim(session, resource_id=thing_id, version=if_match + 1, status=200, now=now):
        return changed(response, await read_thing(session, replay.resource_id, principal), replay=replay)
    check_version(await read_thing(session, thing_id, principal), if_match)
    await session.execute(
        text("update customer_aliases set version = version + 1, to_id = :t where from_id = :id"),
        {"id": thing_id, "t": body.target},
    )
    return changed(response, await read_thing(session, thing_id, principal))


@dataclass
class Door:
    """The application, a client with an agent's token, and what lies behind."""

    app: FastAPI
    client: httpx.AsyncClient
    runtime: Any
    company: str


@asynccontextmanager
async def open_door(postgres: TestPostgres, company: str, *routers: APIRouter, **installed: Any) -> AsyncIterator[Door]:
    """Serve the application in process, on real pools of the complaint role."""
    url = postgres.url("complaint")
    engine = create_engine(url, application_name="t-door", schema="complaint", pool_size=5, max_overflow=15)
    hot = await create_hot_pool(url, application_name="t-door", schema="complaint", max_size=8)
    runtime = SimpleNamespace(
        engine=engine,
        sessions=create_sessions(engine),
        hot=hot,
        clock=TestClock(),
        principals=TestPrincipals(company),
        cursor_key=b"k" * 32,
        settings=SimpleNamespace(require_durable=False),
    )
    app = create_fastapi(title="door")
    install(app, service="complaint", **installed)
    for one in (router, *routers):
        app.include_router(one)
    app.state.runtime = runtime
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": "Bearer agent"}
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://door", headers=headers) as client:
            yield Door(app, client, runtime, company)
    finally:
        await hot.close()
        await engine.dispose()
