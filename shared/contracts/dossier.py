"""Facts of what is kept with a complaint: complainants, records, links, merging, templates, reports of retaliation."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload
from shared.contracts.complaint import ComplaintFact


class ComplainantAdded(ComplaintFact):
    """Somebody else complains of the same matter; who it is stays in the service."""

    TYPE: ClassVar[str] = "complaint.complainant_added"

    complainant_id: UUID
    affected_customers: int


class ComplainantWithdrawn(ComplaintFact):
    """A further complainant no longer complains; the row stays."""

    TYPE: ClassVar[str] = "complaint.complainant_withdrawn"

    complainant_id: UUID
    affected_customers: int


class ComplaintRepeatRecognised(ComplaintFact):
    """The case was found to repeat an earlier one; names that one only where no anonymity is touched."""

    TYPE: ClassVar[str] = "complaint.repeat_recognised"

    repeat_of_id: UUID | None


class ComplaintLinked(ComplaintFact):
    """The case was linked to another one."""

    TYPE: ClassVar[str] = "complaint.linked"

    link: str
    """repeat_of or related."""
    other_id: UUID


class ComplaintUnlinked(ComplaintFact):
    """A link was taken back."""

    TYPE: ClassVar[str] = "complaint.unlinked"

    link: str
    other_id: UUID


class ComplaintMerged(ComplaintFact):
    """The case is handled in another one from now on; its open clocks were cancelled, its breaches stay."""

    TYPE: ClassVar[str] = "complaint.merged"

    into_id: UUID


class ComplaintUnmerged(ComplaintFact):
    """The case is handled by itself again; what was promised runs from its first start."""

    TYPE: ClassVar[str] = "complaint.unmerged"

    from_id: UUID


class ComplaintAbsorbed(ComplaintFact):
    """Another case was merged into this one."""

    TYPE: ClassVar[str] = "complaint.absorbed"

    merged_id: UUID
    affected_customers: int


class ComplaintReleased(ComplaintFact):
    """A case that had been merged into this one was taken out again."""

    TYPE: ClassVar[str] = "complaint.released"

    merged_id: UUID


class _RecordFact(EventPayload):
    complaint_id: UUID
    number: str
    cycle: int
    occurred_at: datetime


class ConversationRecorded(_RecordFact):
    """A conversation about the case was recorded, or a record corrected by a new one."""

    TYPE: ClassVar[str] = "complaint.conversation_recorded"

    conversation_id: UUID
    channel: str
    direction: str
    """in or out."""
    party: str
    """complainant, customer, department or third_party."""
    staff_id: UUID
    corrects_id: UUID | None = None


class InvestigationRecorded(_RecordFact):
    """An entry was added to the investigation file; `sha256` covers it and all before it."""

    TYPE: ClassVar[str] = "complaint.investigation_recorded"

    entry_id: UUID
    position: int
    entry_kind: str
    sha256: str
    corrects_id: UUID | None = None


class _TemplateFact(EventPayload):
    template_id: UUID
    code: str
    revision: int


class ReplyTemplateDrafted(_TemplateFact):
    """A template was written or changed; the office approves it."""

    TYPE: ClassVar[str] = "complaint.template_drafted"


class ReplyTemplateApproved(_TemplateFact):
    """A template may be used; the revision before it is retired."""

    TYPE: ClassVar[str] = "complaint.template_approved"


class ReplyTemplateRetired(_TemplateFact):
    """A template is no longer used."""

    TYPE: ClassVar[str] = "complaint.template_retired"


class _RetaliationFact(EventPayload):
    report_id: UUID
    complaint_id: UUID
    number: str
    source: str
    """complainant or staff."""
    occurred_at: datetime


class RetaliationReported(_RetaliationFact):
    """Retaliation against a complainant was reported; only the office's posts are told."""

    TYPE: ClassVar[str] = "complaint.retaliation_reported"


class RetaliationDecided(_RetaliationFact):
    """The office decided on a report; a confirmed one carries the consequence that is proposed."""

    TYPE: ClassVar[str] = "complaint.retaliation_decided"

    state: str
    """confirmed or unfounded."""
    person_ids: list[UUID]
    department: str | None
    mark: str | None = None
    clause: str | None = None
    """Of the incentive chapter."""


EVENTS: tuple[type[EventPayload], ...] = (
    ComplainantAdded,
    ComplainantWithdrawn,
    ComplaintRepeatRecognised,
    ComplaintLinked,
    ComplaintUnlinked,
    ComplaintMerged,
    ComplaintUnmerged,
    ComplaintAbsorbed,
    ComplaintReleased,
    ConversationRecorded,
    InvestigationRecorded,
    ReplyTemplateDrafted,
    ReplyTemplateApproved,
    ReplyTemplateRetired,
    RetaliationReported,
    RetaliationDecided,
)
"""Everything in this file that crosses the bus."""
