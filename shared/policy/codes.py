"""What `/v1/policy` and `/v1/policy/codes` say: chapters in force with their clauses, and the codes they define."""

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.policy.book import Policy
from shared.policy.commitments import Named
from shared.policy.model import Clause


class ChapterInForce(BaseModel):
    """One chapter of the company's pack as it is in force."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    pack: str
    chapter: str
    name: str
    version: str
    sha256: str
    owner: str
    effective_on: date
    state: str
    is_trial: bool
    clauses: dict[str, Clause]


class PolicyInForce(BaseModel):
    """The chapters that this service reads."""

    company: str
    items: list[ChapterInForce]


class PolicyCode(BaseModel):
    """One code that the pack defines."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    kind: str
    """Where it is defined, such as `tiers`, `categories` or `posts`."""
    code: str
    name: str
    """Chinese."""
    chapter: str


class PolicyCodes(BaseModel):
    """Every code that is valid now."""

    company: str
    items: list[PolicyCode]


def chapters_in_force(policy: Policy) -> PolicyInForce:
    """Versions in force with their clauses."""
    items = []
    for name, revision in sorted(policy.revisions.items()):
        chapter = revision.chapter
        items.append(
            ChapterInForce(
                pack=policy.pack,
                chapter=name,
                name=chapter.name,
                version=chapter.version,
                sha256=revision.sha256,
                owner=chapter.owner,
                effective_on=chapter.effective_on,
                state=chapter.state.value,
                is_trial=chapter.is_trial(policy.on),
                clauses=dict(chapter.clauses),
            )
        )
    return PolicyInForce(company=policy.company, items=items)


def codes_in_force(policy: Policy) -> PolicyCodes:
    """Codes by kind: every map of named entries in the chapters."""
    items = [code for name, revision in sorted(policy.revisions.items()) for code in _codes(name, revision.chapter)]
    return PolicyCodes(company=policy.company, items=items)


def _codes(chapter: str, model: BaseModel) -> Iterator[PolicyCode]:
    for kind in type(model).model_fields:
        value = getattr(model, kind)
        if isinstance(value, BaseModel):
            yield from _codes(chapter, value)
        elif isinstance(value, dict):
            for code, entry in value.items():
                if isinstance(entry, Named):
                    yield PolicyCode(kind=kind, code=code, name=entry.name, chapter=chapter)
