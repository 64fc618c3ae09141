"""Facts about findings of inspections and good examples: ids, codes, times and versions only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class InspectionFindingFact(EventPayload):
    """What every fact about a finding says of it."""

    finding_id: UUID
    number: str
    inspection_id: UUID | None = None
    source_type: str
    source_id: UUID | None = None
    severity: str | None = None
    """A code of the pack; null for a good example."""
    is_good_example: bool
    clause: str
    department: str
    team: str | None = None
    person_id: UUID | None = None
    remedy: str
    points: int
    """Off the person's month."""
    recurrence_of: UUID | None = None
    state: str
    matter_id: UUID
    found_at: datetime
    occurred_at: datetime


class InspectionFindingRaised(InspectionFindingFact):
    """Somebody found it; the office confirms it."""

    TYPE: ClassVar[str] = "inspection.finding_raised"


class InspectionFindingConfirmed(InspectionFindingFact):
    """Another person confirmed it: incentive weighs it, a notice may follow."""

    TYPE: ClassVar[str] = "inspection.finding_confirmed"

    confirmed_by: UUID


class InspectionFindingAnswered(InspectionFindingFact):
    """The department or person agreed or contested."""

    TYPE: ClassVar[str] = "inspection.finding_answered"

    is_agreed: bool


class InspectionFindingUpheld(InspectionFindingFact):
    """A third person decided that it stands."""

    TYPE: ClassVar[str] = "inspection.finding_upheld"


class InspectionFindingOverturned(InspectionFindingFact):
    """A third person decided that it falls: whatever followed from it is taken back."""

    TYPE: ClassVar[str] = "inspection.finding_overturned"


class InspectionFindingVoided(InspectionFindingFact):
    """A draft was withdrawn."""

    TYPE: ClassVar[str] = "inspection.finding_voided"


class InspectionFindingClosed(InspectionFindingFact):
    """It was mended, on the spot or by its notice."""

    TYPE: ClassVar[str] = "inspection.finding_closed"


class InspectionFindingRevised(InspectionFindingFact):
    """What it repeated was overturned: it weighs and costs what this fact says, whatever was said before."""

    TYPE: ClassVar[str] = "inspection.finding_revised"

    overturned_id: UUID
    """The finding that fell."""
    previous_severity: str | None = None
    previous_points: int


class GoodExampleConfirmed(InspectionFindingFact):
    """A good example was confirmed: incentive weighs a reward."""

    TYPE: ClassVar[str] = "inspection.good_example_confirmed"

    confirmed_by: UUID
    is_publishable: bool


EVENTS: tuple[type[EventPayload], ...] = (
    InspectionFindingRaised,
    InspectionFindingConfirmed,
    InspectionFindingAnswered,
    InspectionFindingUpheld,
    InspectionFindingOverturned,
    InspectionFindingVoided,
    InspectionFindingClosed,
    InspectionFindingRevised,
    GoodExampleConfirmed,
)
"""Everything in this file that crosses the bus."""
