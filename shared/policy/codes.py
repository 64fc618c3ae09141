"""What `/v1/policy` and `/v1/policy/codes` say: chapters in force with their clauses, and the codes they define."""

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.policy.book import Policy
from shared.policy.commitments import Named
from shared.policy.model import Clause


class OpenSetting(BaseModel):
    """A number or rule that the regulation leaves open and the company has set."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    path: str
    """Where it stands in the chapter, such as `/commitments/grade_3_response`."""
    name: str | None
    """Chinese, where the entry has a name."""
    clause: str | None


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
    trial_until: date | None
    """Last day of the trial; null = none."""
    clauses: dict[str, Clause]
    open_settings: list[OpenSetting]


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
                trial_until=chapter.trial_until,
                clauses=dict(chapter.clauses),
                open_settings=list(_open_settings(chapter, "")),
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
                elif isinstance(entry, Clause):
                    yield PolicyCode(kind=kind, code=code, name=entry.text, chapter=chapter)


def _open_settings(value: object, path: str) -> Iterator[OpenSetting]:
    if isinstance(value, BaseModel):
        if getattr(value, "is_open_setting", False):
            yield OpenSetting(path=path, name=getattr(value, "name", None), clause=getattr(value, "clause", None))
        for field in type(value).model_fields:
            yield from _open_settings(getattr(value, field), f"{path}/{field}")
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _open_settings(entry, f"{path}/{key}")
    elif isinstance(value, tuple | list):
        for place, entry in enumerate(value):
            yield from _open_settings(entry, f"{path}/{place}")
