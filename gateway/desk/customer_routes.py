"""The doors by which whoever serves a customer finds and knows him, and what to say."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gateway.desk import answers, lookup, view
from gateway.desk import customer_schemas as schemas
from gateway.desk.answering import said
from gateway.errands import ErrandDep
from gateway.runtime import runtime_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.problems import refuse

router = APIRouter(prefix="/v1", tags=["desk"])

DeskReader = Annotated[Principal, requires("desk.read")]
AnswerReader = Annotated[Principal, requires("standard_answer.read")]


@router.get("/desk/lookup", response_model=schemas.Candidates, summary="来电或来访者可能是谁")
async def lookup_customer(
    request: Request,
    errand: ErrandDep,
    principal: DeskReader,  # noqa: ARG001  # may look
    asked: Annotated[schemas.Lookup, Query()],
) -> Response:
    if not asked.given:
        raise refuse("malformed_request", "请给出 phone、number、meter、name、address、q 中的至少一项")
    clients = runtime_of(request).clients
    if len(asked.given) == 1:
        ((way, text),) = asked.given.items()
        answer = await lookup.by_one_way(clients, errand, way, text, asked.page)
    elif asked.cursor is not None:
        raise refuse("malformed_request", "按多种方式查找时不能翻页，请补充已知内容")
    else:
        answer = await lookup.candidates(clients, errand, asked.given, limit=asked.limit)
    return said(answer.body, answer.status)


@router.get("/desk/customers/{customer_id}", response_model=schemas.CustomerView, summary="客户全貌")
async def get_desk_customer(request: Request, customer_id: UUID, errand: ErrandDep, principal: DeskReader) -> Response:
    runtime = runtime_of(request)
    return said(await view.view(runtime.clients, runtime.parts, errand, principal, customer_id))


@router.get("/desk/answers", response_model=schemas.CannedAnswers, summary="检索标准答复")
async def list_desk_answers(
    request: Request,
    errand: ErrandDep,
    principal: AnswerReader,  # noqa: ARG001  # may look
    q: Annotated[str | schemas.Optional, Query(max_length=100, description="一个或几个词，以空格分开")] = None,
    topic: Annotated[Code | schemas.Optional, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=50, description="最多几条")] = 20,
) -> Response:
    words = list(dict.fromkeys((q or "").split()))
    if len(words) > answers.MOST_WORDS:
        raise refuse("malformed_request", f"最多 {answers.MOST_WORDS} 个词")
    answer = await answers.find(runtime_of(request).clients, errand, words, topic=topic, limit=limit)
    return said(answer.body, answer.status)
