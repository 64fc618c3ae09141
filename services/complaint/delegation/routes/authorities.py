"""The doors of the matrix: what may I decide, and may I do this?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic.json_schema import SkipJsonSchema

from services.complaint.delegation.routes.call import asked
from services.complaint.delegation.schemas import authorities as schemas
from services.complaint.delegation.service import reading
from services.complaint.delegation.service.judging import judge
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.idempotency import Once
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/authorities", tags=["delegation"])

READ = "authority.read"
Reader = Annotated[Principal, requires(READ)]


@router.get("", summary="授权矩阵：我可以决定什么，什么须报谁")
async def list_authorities(
    request: Request,
    principal: Reader,
    session: SessionDep,
    now: Now,
    customer_id: Annotated[UUID | SkipJsonSchema[None], Query(description="只看该客户的级别与标签所许可的")] = None,
) -> schemas.AuthorityMatrix:
    call = await asked(request, session, principal, READ, now=now)
    terms, items = await reading.matrix(call, customer_id)
    categories = [
        schemas.AuthorityCategoryShown(code=code, name=one.name, position=one.position)
        for code, one in sorted(terms.categories.items(), key=lambda item: item[1].position)
    ]
    shown = [schemas.AuthorityShown.of(one, terms) for one in items]
    return schemas.AuthorityMatrix(version=call.in_force.version, categories=categories, items=shown)


@router.post("/{code}/check", summary="我可以这样做吗（不产生任何效果）")
async def check_authority(
    request: Request,
    code: Code,
    body: schemas.AuthorityCheck,
    principal: Reader,
    _: Once,
    session: SessionDep,
    now: Now,
) -> schemas.AuthorityAnswer:
    call = await asked(request, session, principal, READ, now=now)
    return schemas.AuthorityAnswer.of(await judge(call, body.ask(code), is_request=False))
