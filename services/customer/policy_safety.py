"""Safety inspections, hazards and inspection plans: pack data of the customer chapter (domain.md 2.2, 3, 6)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from services.customer.policy_orders import WorkCode
from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    Named,
    PostCode,
    Promised,
    Refers,
    TierCode,
)

HazardCode = Annotated[Code, Refers("hazard")]
"""One of `records/hazards`, the same list that equipment is marked with."""


class SafetyCheck(Named):
    """One line of the check list."""

    classes: tuple[Code, ...] = ()
    """Customer classes (a, b) that it is asked of; empty: all."""
    hazard: HazardCode | None = None
    """What a failed check is recorded as."""


class HazardSeverity(Named):
    """How grave a hazard is, and what follows."""

    rank: Annotated[int, Field(ge=1)]
    """1 is the gravest."""
    follow_up: Promised
    """From the finding to the proven end."""
    is_gas_stopped: bool = False
    """The gas is stopped, or it is said why not."""
    is_reinspected_at_once: bool = False
    """The order of the re-inspection is opened with the finding."""
    needs_other_eyes: bool = False
    """Whoever found it does not declare it resolved."""


class HazardKind(Entry):
    """What a pack says of one hazard of `records/hazards`."""

    severity: Code
    """At least so grave."""
    classes: tuple[Code, ...] = ()


class AttemptRule(Entry):
    """What follows a visit without entry."""

    at_most: Annotated[int, Field(ge=1)]
    """Visits of this outcome, the first included."""
    spacing_days: Annotated[int, Field(ge=1)]
    """Civil days to the next attempt."""
    is_notice_left: bool = False
    """A notice must be left at the door."""


class InspectionPlans(Entry):
    """How the periodical plans are made."""

    ordered_tiers: tuple[TierCode, ...] = ()
    """Whose plans become orders as soon as they are made; the others' are opened by batch."""
    batch_at_most: Annotated[int, Field(ge=1, le=500)]
    """Orders that one request opens."""


class Safety(Entry):
    """Safety inspections and hazards."""

    work: WorkCode
    """The kind of order that an inspection is the outcome of."""
    channel: Code
    """The channel of orders that plans and hazards open."""
    department: DepartmentCode
    post: PostCode
    """Who answers for hazards besides their finder."""
    checks: Annotated[dict[Code, SafetyCheck], Field(min_length=1)]
    severities: Annotated[dict[Code, HazardSeverity], Field(min_length=1)]
    kinds: dict[HazardCode, HazardKind]
    telling: Promised
    """From the finding until the customer was told."""
    not_at_home: AttemptRule
    refused: AttemptRule
    attempts_window_days: Annotated[int, Field(ge=1)]
    """Visits without entry so far back are counted together, unless the home was entered since."""
    recorded_within_days: Annotated[int, Field(ge=0)]
    """A visit is recorded so long after it at the latest."""
    plans: InspectionPlans
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _names_severities(self) -> Self:
        if unknown := sorted({kind.severity for kind in self.kinds.values()} - self.severities.keys()):
            raise ValueError(f"safety/kinds 引用了未定义的隐患等级：{'、'.join(unknown)}")
        return self
