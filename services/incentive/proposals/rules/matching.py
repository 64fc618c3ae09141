"""Which sources of the pack fit a fact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.incentive.policy_proposals import Proposals, Source

_Part = tuple[str, str]
_WHOLE: _Part = ("", "")


@dataclass(frozen=True, slots=True)
class Fitting:
    """A source that drafts from the fact."""

    code: str
    source: Source


def fitting(fact: str, payload: Mapping[str, Any], terms: Proposals) -> list[Fitting]:
    """The sources that draft, in the pack's order: the first that fits a fact decides.

    Where sources look into a list (the marks of a finding), each of its values is weighed by itself; the rule of one
    matter then lets the gravest stand.
    """
    decided: set[_Part] = set()
    found = []
    for code, source in terms.ordered:
        if source.fact != fact:
            continue
        parts = _parts(source, payload)
        if parts is None or parts <= decided:
            continue
        decided |= parts | {_WHOLE}
        found.append(Fitting(code, source))
    return found


def values_of(payload: Any, path: str) -> tuple[str, ...]:
    """What stands at a path, as codes; a list says several, nothing says `none`."""
    return tuple(_values(payload, path.split(".")))


def _parts(source: Source, payload: Mapping[str, Any]) -> set[_Part] | None:
    parts: set[_Part] = set()
    for path, allowed in source.where.items():
        matched = [one for one in values_of(payload, path) if one in allowed]
        if not matched:
            return None
        if "." in path:
            parts |= {(path, one) for one in matched}
    return parts or {_WHOLE}


def _values(value: Any, path: list[str]) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _values(one, path)
    elif path:
        yield from _values(value.get(path[0]) if isinstance(value, Mapping) else None, path[1:])
    elif value is None:
        yield "none"
    elif isinstance(value, bool):
        yield str(value).lower()
    else:
        yield str(value)
