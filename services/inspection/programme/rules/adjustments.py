"""What a person asks to change in a plan, and which fields each act takes: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.inspection.policy_programme import AdjustAct
from services.inspection.programme.errors import AdjustmentFieldMissingError, AdjustmentFieldSurplusError


@dataclass(frozen=True, slots=True)
class Addition:
    """What is to be inspected besides."""

    kind: str
    department: str
    from_on: date
    until_on: date
    theme: str | None = None
    team: str | None = None
    inspector_id: UUID | None = None
    """None = drawn."""


@dataclass(frozen=True, slots=True)
class Move:
    """Another window for one that is planned; without `from_on` it begins as it did."""

    planned_id: UUID
    until_on: date
    from_on: date | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What is owed no more."""

    planned_id: UUID


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who goes; none = drawn anew."""

    planned_id: UUID
    inspector_id: UUID | None = None


Adjustment = Addition | Move | Cancellation | Assignment
TAKES: Mapping[AdjustAct, tuple[type[Any], tuple[str, ...], tuple[str, ...]]] = {
    AdjustAct.ADD: (
        Addition,
        ("kind", "department", "from_on", "until_on"),
        ("theme", "team", "inspector_id"),
    ),
    AdjustAct.MOVE: (Move, ("planned_id", "until_on"), ("from_on",)),
    AdjustAct.CANCEL: (Cancellation, ("planned_id",), ()),
    AdjustAct.ASSIGN: (Assignment, ("planned_id",), ("inspector_id",)),
}
"""What is made of an act, from which fields: those it needs, those it may have."""


def adjustment_of(act: AdjustAct, said: Mapping[str, object]) -> Adjustment:
    """The adjustment of an act; fields that are None were not said.

    Raises: AdjustmentFieldMissingError, AdjustmentFieldSurplusError.
    """
    kind, needed, allowed = TAKES[act]
    given = {name: value for name, value in said.items() if value is not None}
    for name in needed:
        if name not in given:
            raise AdjustmentFieldMissingError.at_pointer(f"/{name}")
    for name in given:
        if name not in (*needed, *allowed):
            raise AdjustmentFieldSurplusError.at_pointer(f"/{name}")
    made: Adjustment = kind(**given)
    return made
