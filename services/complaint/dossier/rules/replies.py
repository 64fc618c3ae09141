"""Templates for replies: states, the closed list of placeholders, filling."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.complaint.dossier.errors import (
    PlaceholderEmptyError,
    PlaceholderUnknownError,
    TemplateStepNotAllowedError,
)


class TemplateState(StrEnum):
    """A template is drafted, approved by the office, and retired."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class TemplateAct(StrEnum):
    """What is done to a template."""

    REDRAFT = "redraft"
    APPROVE = "approve"
    RETIRE = "retire"


_ALLOWED: Mapping[TemplateAct, frozenset[TemplateState]] = {
    TemplateAct.REDRAFT: frozenset({TemplateState.DRAFT}),
    TemplateAct.APPROVE: frozenset({TemplateState.DRAFT}),
    TemplateAct.RETIRE: frozenset({TemplateState.DRAFT, TemplateState.APPROVED}),
}


class Placeholder(StrEnum):
    """What a template may ask of a case: a closed list without names, numbers or addresses of people."""

    NUMBER = "number"
    CATEGORY = "category"
    GRADE = "grade"
    DEPARTMENT = "department"
    OPENED_ON = "opened_on"
    DEADLINE = "deadline"
    """Of the template's metric, else of the resolution."""
    RESOLVED_ON = "resolved_on"
    RESOLUTION = "resolution"
    EXTERNAL_REFERENCE = "external_reference"


_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateText:
    """What a template says and for which cases; empty means any."""

    name: str
    body: str
    kind: str | None = None
    category: str | None = None
    tier: str | None = None
    metric: str | None = None

    def unfit_for(self, *, kind: str, category: str, tier: str) -> str | None:
        """Which of its conditions the case does not meet."""
        conditions = (("kind", self.kind, kind), ("category", self.category, category), ("tier", self.tier, tier))
        return next((name for name, wanted, given in conditions if wanted is not None and wanted != given), None)


def check_act(act: TemplateAct, state: str) -> None:
    """Raises: TemplateStepNotAllowedError."""
    if TemplateState(state) not in _ALLOWED[act]:
        raise TemplateStepNotAllowedError.of(act, state)


def placeholders_of(body: str) -> list[Placeholder]:
    """The placeholders of a text, each once, in their order.  Raises: PlaceholderUnknownError."""
    names = list(dict.fromkeys(_BRACES.findall(body)))
    known = {one.value for one in Placeholder}
    rest = _BRACES.sub("", body)
    if not known.issuperset(names) or "{" in rest or "}" in rest:
        listed = "、".join(f"{{{one}}}" for one in Placeholder)
        raise PlaceholderUnknownError.at_pointer("/body", known=listed)
    return [Placeholder(name) for name in names]


def fill(body: str, values: Mapping[Placeholder, str | None]) -> str:
    """The text for one case.  Raises: PlaceholderEmptyError naming every placeholder without a value."""
    missing = [one.value for one in placeholders_of(body) if not values.get(one)]
    if missing:
        raise PlaceholderEmptyError.of(missing)
    return _BRACES.sub(lambda match: values[Placeholder(match[1])] or "", body)
