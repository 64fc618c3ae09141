"""Composite writes take steps, and tell of each how it ended; the same key again takes only those that are missing."""

from collections.abc import Awaitable
from enum import StrEnum
from typing import Any

from gateway.clients import Answer, Json
from gateway.parts import problem_of
from gateway.upstream import UpstreamError
from shared.http.base_model import ApiModel
from shared.http.problems import Problem

DONE = frozenset(("done", "replayed"))
_UNSENT = "upstream_unavailable"


class StepStatus(StrEnum):
    """What is known to have happened to one step of a composite write."""

    DONE = "done"
    REPLAYED = "replayed"
    """It was done by an earlier request with this key."""
    FAILED = "failed"
    """It was not done; the same request with the same key tries again."""
    UNKNOWN = "unknown"
    """No answer came: whether it was done shows when it is sent again with the same key, which never does it twice."""
    REFUSED = "refused"
    """It was not done and will not be as it is; correct what the problem names, and send again with the same key."""
    NOT_TRIED = "not_tried"
    """A step before it was not done."""


class Step(ApiModel):
    """One step of a composite write."""

    name: str
    """In the order in which they are taken."""
    status: StepStatus
    resource: str | None
    """Address of what it made."""
    number: str | None
    """Its number, to be told to the customer."""
    problem: Problem | None


def not_tried(name: str) -> Json:
    """The JSON of a `Step` that was not begun."""
    return {"name": name, "status": "not_tried", "resource": None, "number": None, "problem": None}


async def taken(name: str, path: str, sent: Awaitable[Answer]) -> tuple[Answer | None, Json]:
    """Send one step; its status says what is known to have happened."""
    step = not_tried(name)
    try:
        answer = await sent
    except UpstreamError as error:
        status = "failed" if error.code == _UNSENT else "unknown"
        return None, step | {"status": status, "problem": problem_of(error)}
    if answer.is_good and not _is_resource(answer.body):
        problem = problem_of(UpstreamError(name, "upstream_failed"))
        return None, step | {"status": "unknown", "problem": problem}
    if not answer.is_good:
        return answer, step | {"status": "failed" if _may_pass(answer) else "refused", "problem": answer.body}
    made: dict[str, Any] = {"resource": f"{path}/{answer.body.get('id')}", "number": answer.body.get("number")}
    return answer, step | made | {"status": "replayed" if answer.is_replayed else "done"}


def _is_resource(body: Json) -> bool:
    return isinstance(body.get("id"), str) and isinstance(body.get("version"), int)


def _may_pass(answer: Answer) -> bool:
    return answer.status >= 500 or answer.status in {409, 412, 429}
