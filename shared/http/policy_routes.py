"""`/v1/policy` and `/v1/policy/codes`: what is in force, and the codes that the pack defines."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import ApiModel
from shared.http.clock import Now
from shared.policy.book import Policy
from shared.policy.commitments import Named
from shared.policy.model import ApprovalState, ChapterHeader

Reader = Annotated[Principal, requires("policy.read")]


class PolicyClause(ApiModel):
    """One clause of a regulation in the platform's own words."""

    code: str
    text: str
    source: str
    """Chapter and section of the regulation."""


class PolicyChapter(ApiModel):
    """One chapter in force."""

    chapter: str
    """`common` or the name of the service that reads it."""
    name: str
    version: str
    owner: str
    """Code of the department that keeps the regulation."""
    effective_on: date
    state: ApprovalState
    is_trial: bool
    sha256: str
    """Of the canonical form that was provisioned."""
    clauses: list[PolicyClause]


class PolicyInForce(ApiModel):
    """The chapters that this service reads and that govern the caller's company today."""

    company: str
    pack: str
    chapters: list[PolicyChapter]


class PolicyCode(ApiModel):
    """One code that the pack defines."""

    code: str
    name: str


class PolicyCodeList(ApiModel):
    """All codes of one kind, in the pack's order."""

    chapter: str
    kind: str
    """Where the chapter defines them, such as `tiers` or `registry.reveal_reasons`."""
    codes: list[PolicyCode]


class PolicyCodes(ApiModel):
    """Every code list of the chapters that this service reads."""

    company: str
    pack: str
    lists: list[PolicyCodeList]


def policy_router() -> APIRouter:
    """The two operations; the gateway merges those of the five services by chapter."""
    router = APIRouter(prefix="/v1/policy", tags=["policy"])

    @router.get("", summary="现行规章及其条款")
    async def read_policy(principal: Reader, now: Now, request: Request) -> PolicyInForce:
        policy: Policy = request.app.state.runtime.policy.policy(principal.company, now)
        chapters = [_chapter(policy, name) for name in sorted(policy.revisions)]
        return PolicyInForce(company=policy.company, pack=policy.pack, chapters=chapters)

    @router.get("/codes", summary="规章定义的代码")
    async def list_policy_codes(principal: Reader, now: Now, request: Request) -> PolicyCodes:
        policy: Policy = request.app.state.runtime.policy.policy(principal.company, now)
        lists = [
            PolicyCodeList(
                chapter=name, kind=kind, codes=[PolicyCode(code=code, name=one.name) for code, one in named.items()]
            )
            for name in sorted(policy.revisions)
            for kind, named in code_lists(policy.chapter(name))
        ]
        return PolicyCodes(company=policy.company, pack=policy.pack, lists=lists)

    return router


def _chapter(policy: Policy, name: str) -> PolicyChapter:
    chapter: ChapterHeader = policy.chapter(name)
    revision = policy.revision(name)
    return PolicyChapter(
        chapter=name,
        name=chapter.name,
        version=chapter.version,
        owner=chapter.owner,
        effective_on=chapter.effective_on,
        state=chapter.state,
        is_trial=revision.is_trial,
        sha256=revision.sha256,
        clauses=[
            PolicyClause(code=code, text=clause.text, source=clause.source) for code, clause in chapter.clauses.items()
        ],
    )


def code_lists(part: BaseModel, path: str = "") -> Iterator[tuple[str, Mapping[str, Named]]]:
    """Every map of codes to named things within a chapter, with the dotted path at which it stands."""
    for field in type(part).model_fields:
        value: Any = getattr(part, field)
        where = f"{path}.{field}" if path else field
        if isinstance(value, BaseModel):
            yield from code_lists(value, where)
        elif isinstance(value, Mapping) and value and all(isinstance(one, Named) for one in value.values()):
            yield where, value
