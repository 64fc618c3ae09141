"""The conventions of stack.md 4, applied to FastAPI's document after it is made."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.http.problems import MEDIA_TYPE, PLATFORM, Problem

_METHODS = ("get", "put", "post", "delete", "patch")
_DROPPED = ("HTTPValidationError", "ValidationError")
_SUCCESS = ("200", "201", "202", "204", "206")
_REQUIRED_HEADERS = ("Idempotency-Key", "If-Match")
"""Optional in the handlers' signatures, so that their absence is 400 and 428 instead of 422."""
_ALWAYS = (422, 429, 500, 503)
_DESCRIPTIONS = {
    400: "请求格式有误",
    401: "未登录或登录凭证无效",
    403: "无权进行此项操作",
    404: "未找到，或不在可见范围内",
    409: "与现有数据或状态冲突",
    412: "数据已被他人修改",
    413: "请求体过大",
    415: "不支持的内容类型",
    422: "请求内容不符合要求或规则",
    428: "缺少 If-Match",
    429: "请求过于频繁",
    500: "系统内部错误",
    503: "服务暂不可用",
}


def operation_id(route: APIRoute) -> str:
    """Handler names are operation ids."""
    return route.name


def conventional_openapi(app: FastAPI) -> dict[str, Any]:
    """The document of `app`, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
            separate_input_output_schemas=app.separate_input_output_schemas,
        )
        app.openapi_schema = conform(document)
    return app.openapi_schema


def conform(document: dict[str, Any]) -> dict[str, Any]:
    """Type every problem, declare the headers, forget FastAPI's own validation models."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _DROPPED:
        schemas.pop(name, None)
    problem = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    problem["properties"]["code"]["examples"] = sorted(PLATFORM)[:3]
    schemas["Problem"] = problem
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    seen: dict[str, str] = {}
    for where, operation, path in _operations(document):
        name = operation.get("operationId", "")
        if seen.setdefault(name, where) != where:
            raise ValueError(f"operation id {name} of {where} is taken by {seen[name]}")
        _add_problems(operation, path)
        _add_headers(operation, schemas)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                yield f"{method} {path}", item[method], path


def _add_problems(operation: dict[str, Any], path: str) -> None:
    parameters = {(one.get("in"), one.get("name")) for one in operation.get("parameters", ())}
    statuses = set(_ALWAYS)
    if parameters or "requestBody" in operation:
        statuses.add(400)
    if "requestBody" in operation:
        statuses |= {413, 415}
    if operation.get("security"):
        statuses |= {401, 403}
    if "{" in path:
        statuses.add(404)
    if ("header", "Idempotency-Key") in parameters:
        statuses.add(409)
    if ("header", "If-Match") in parameters:
        statuses |= {409, 412, 428}
    responses = operation.setdefault("responses", {})
    for status in sorted(statuses):
        known = responses.get(str(status), {}).get("content", {})
        if MEDIA_TYPE not in known:
            responses[str(status)] = _problem_response(status)


def _problem_response(status: int) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": _DESCRIPTIONS[status],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in {429, 503}:
        response["headers"] = {"Retry-After": _header("再试前应等的秒数", {"type": "integer"})}
    if status == 401:
        response["headers"] = {"WWW-Authenticate": _header("RFC 6750 的质询", {"type": "string"})}
    return response


def _add_headers(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    names = {one.get("name") for one in operation.get("parameters", ())}
    for parameter in operation.get("parameters", ()):
        if parameter.get("name") in _REQUIRED_HEADERS:
            parameter["required"] = True
    for status in _SUCCESS:
        response = operation["responses"].get(status)
        if response is None:
            continue
        headers = response.setdefault("headers", {})
        headers["X-Request-ID"] = _header("本次请求的编号", {"type": "string"})
        if _is_versioned(response, schemas):
            headers["ETag"] = _header("资源的版本，变更时作为 If-Match 带回", {"type": "string"})
        if status == "201":
            headers["Location"] = _header("新资源的地址", {"type": "string", "format": "uri-reference"})
        if "Idempotency-Key" in names:
            headers["Idempotency-Replayed"] = _header(
                "为 true 时表示此键先前已办，未再次生效", {"type": "string", "enum": ["true"]}
            )


def _is_versioned(response: dict[str, Any], schemas: dict[str, Any]) -> bool:
    reference = response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    return "version" in schemas.get(reference.rpartition("/")[2], {}).get("properties", {})


def _header(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "schema": schema}
