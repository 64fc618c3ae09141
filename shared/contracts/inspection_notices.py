"""Facts about rectification notices and what repeated ones cost a department: ids, codes, times and versions only."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload


class InspectionNoticeFact(EventPayload):
    """What every fact about a notice says of it."""

    notice_id: UUID
    number: str
    department: str
    team: str | None = None
    severity: str
    """The gravest of its findings, a code of the pack."""
    state: str
    cycle: int
    """Round of mending, from 1."""
    clause: str
    finding_ids: list[UUID]
    finding_clauses: list[str]
    """Of the findings, in their order."""
    person_ids: list[UUID]
    """Whom the findings name."""
    responsible_id: UUID | None = None
    """Who mends it."""
    deadline_at: datetime | None = None
    """Of this round; null before the issue."""
    issued_at: datetime | None = None
    """It counts in that year."""
    is_late: bool
    """Whether the deadline of any round was missed."""
    matter_id: UUID
    occurred_at: datetime


class InspectionNoticeDrafted(InspectionNoticeFact):
    """A confirmed finding asks for a notice; the office issues it."""

    TYPE: ClassVar[str] = "inspection.notice_drafted"


class InspectionNoticeIssued(InspectionNoticeFact):
    """The department must mend by the deadline."""

    TYPE: ClassVar[str] = "inspection.notice_issued"

    issued_by: UUID


class InspectionNoticeAcknowledged(InspectionNoticeFact):
    """The head of the department took note."""

    TYPE: ClassVar[str] = "inspection.notice_acknowledged"


class InspectionNoticePlanned(InspectionNoticeFact):
    """The department said what is done, by whom and until when."""

    TYPE: ClassVar[str] = "inspection.notice_planned"


class InspectionNoticeMended(InspectionNoticeFact):
    """The department reported the mending with its proof."""

    TYPE: ClassVar[str] = "inspection.notice_mended"

    mended_by: UUID
    minutes_late: int
    """Natural minutes after the deadline; 0 in time."""


class InspectionNoticeReturned(InspectionNoticeFact):
    """It was sent back: the next round runs."""

    TYPE: ClassVar[str] = "inspection.notice_returned"

    returned_by: UUID


class InspectionNoticeVerified(InspectionNoticeFact):
    """Another inspector found it mended."""

    TYPE: ClassVar[str] = "inspection.notice_verified"

    verified_by: UUID


class InspectionNoticeClosed(InspectionNoticeFact):
    """It was accepted, or ended unmended by those who decide."""

    TYPE: ClassVar[str] = "inspection.notice_closed"

    is_mended: bool
    minutes_late: int
    """Of the last round."""


class InspectionNoticeEscalated(InspectionNoticeFact):
    """Not mended in the last round, or late for too long: others decide."""

    TYPE: ClassVar[str] = "inspection.notice_escalated"


class InspectionNoticeExtended(InspectionNoticeFact):
    """The deadline was moved; the reason stays with the notice."""

    TYPE: ClassVar[str] = "inspection.notice_extended"

    extended_by: UUID
    from_deadline_at: datetime


class InspectionNoticeRevised(InspectionNoticeFact):
    """A finding left it or weighs less: it says what this fact says, whatever was said before."""

    TYPE: ClassVar[str] = "inspection.notice_revised"

    previous_severity: str
    left_finding_id: UUID | None = None


class InspectionNoticeLate(InspectionNoticeFact):
    """The deadline of a round was missed; said once a round, `clause` is that of lateness."""

    TYPE: ClassVar[str] = "inspection.notice_late"

    breached_at: datetime
    minutes_late: int
    """When it was seen."""


class InspectionNoticeCancelled(InspectionNoticeFact):
    """It was withdrawn, or its last finding fell: whatever followed from it is taken back."""

    TYPE: ClassVar[str] = "inspection.notice_cancelled"

    reason: str
    """A code: overturned, joined or withdrawn."""


class InspectionConsequenceFact(EventPayload):
    """What repeated notices cost a department in a year."""

    consequence_id: UUID
    consequence: str
    """A code of the pack."""
    department: str
    year: int
    count: int
    notice_ids: list[UUID]
    clause: str
    matter_id: UUID
    occurred_at: datetime


class InspectionConsequenceProposed(InspectionConsequenceFact):
    """The department reached the number: once for each department and year, unless it was withdrawn."""

    TYPE: ClassVar[str] = "inspection.consequence_proposed"


class InspectionConsequenceWithdrawn(InspectionConsequenceFact):
    """A notice fell, and the department is below the number again."""

    TYPE: ClassVar[str] = "inspection.consequence_withdrawn"


EVENTS: tuple[type[EventPayload], ...] = (
    InspectionNoticeDrafted,
    InspectionNoticeIssued,
    InspectionNoticeAcknowledged,
    InspectionNoticePlanned,
    InspectionNoticeMended,
    InspectionNoticeReturned,
    InspectionNoticeVerified,
    InspectionNoticeClosed,
    InspectionNoticeEscalated,
    InspectionNoticeExtended,
    InspectionNoticeRevised,
    InspectionNoticeLate,
    InspectionNoticeCancelled,
    InspectionConsequenceProposed,
    InspectionConsequenceWithdrawn,
)
"""Everything in this file that crosses the bus."""
