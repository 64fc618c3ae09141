"""The doors that every service has: the gateway answers with all of them."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from gateway.clients import Json
from gateway.errands import ErrandDep
from gateway.proxy import merging, schemas
from gateway.runtime import runtime_of
from shared.access.principal import Principal
from shared.figures.asking import Dimension
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.problems import refuse

router = APIRouter(prefix="/v1")

PolicyReader = Annotated[Principal, requires("policy.read")]
IndicatorReader = Annotated[Principal, requires("indicator.read")]


@router.get("/indicators", response_model=schemas.IndicatorParts, tags=["work"], summary="各服务的指标")
async def list_all_indicators(
    request: Request,
    errand: ErrandDep,
    principal: IndicatorReader,
    period: Annotated[str, Query(max_length=10, examples=["2026-11"])],
    company: Annotated[Code | SkipJsonSchema[None], Query()] = None,
    dimension: Annotated[Dimension | SkipJsonSchema[None], Query()] = None,
) -> Response:
    runtime = runtime_of(request)
    query = {"period": period} | ({"company": company} if company else {})
    query |= {"dimension": dimension.value} if dimension else {}
    return _answer(await merging.indicators(runtime.clients, runtime.parts, errand, principal, query))


@router.get("/policy", response_model=schemas.MergedPolicy, tags=["policy"], summary="现行规章及其条款")
async def read_all_policy(request: Request, errand: ErrandDep, principal: PolicyReader) -> Response:
    runtime = runtime_of(request)
    return _answer(await merging.policy(runtime.clients, runtime.parts, errand, principal))


@router.get("/policy/codes", response_model=schemas.MergedPolicyCodes, tags=["policy"], summary="规章定义的代码")
async def list_all_policy_codes(request: Request, errand: ErrandDep, principal: PolicyReader) -> Response:
    runtime = runtime_of(request)
    return _answer(await merging.policy_codes(runtime.clients, runtime.parts, errand, principal))


def _answer(body: Json | None) -> Response:
    if body is None:
        raise refuse("upstream_unavailable", "各服务暂时都无法应答", headers={"Retry-After": "1"})
    return Response(orjson.dumps(body), media_type="application/json")
