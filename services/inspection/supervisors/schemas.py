"""Bodies and answers of the supervision network."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from services.inspection.supervisors.models import ObservationRow, SupervisorRow
from services.inspection.supervisors.rules.network import Membership, SupervisorState
from services.inspection.supervisors.rules.observing import ActivityState, Invitation, ObservationState, Seen
from services.inspection.supervisors.service.following import Judged
from services.inspection.supervisors.service.members import Sealing
from shared.access.masking import mask_name, mask_phone
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

PhoneText = Annotated[
    str, StringConstraints(min_length=3, max_length=25, pattern=r"^[0-9+\- ()]+$"), Field(examples=["10012345678"])
]


class SupervisorAppoint(ApiModel):
    """Who becomes a member; name and telephone are stored encrypted."""

    name: ShortText
    phone: PhoneText
    group: Code
    """Of society, a code of the pack."""
    staff_id: UUID | None = None
    """The member's own account."""
    duties: list[Code] = Field(default_factory=list, max_length=20)
    """None = all of the pack."""
    since: date
    until: date
    """The last day."""

    def membership(self) -> Membership:
        """The facts of the form."""
        return Membership(**{**self.model_dump(), "duties": tuple(self.duties)})


class SupervisorRenew(ApiModel):
    """Another term."""

    until: date
    duties: list[Code] = Field(default_factory=list, max_length=20)


class SupervisorReason(ApiModel):
    """Why."""

    reason: LongText


class SupervisorRevealReason(ApiModel):
    """Why name and telephone are needed."""

    reason: ShortText


class SupervisorContact(ApiModel):
    """Name and telephone, shown once, audited."""

    name: str
    phone: str


class Supervisor(ApiModel):
    """A member; name and telephone masked."""

    id: UUID
    company: str
    number: str
    name: str | None
    """Masked; null once erased."""
    phone: str | None
    group: str
    staff_id: UUID | None
    state: SupervisorState
    term: int
    term_since: date
    term_until: date
    duties: list[str]
    appointed_by: UUID
    appointed_at: AwareDatetime
    ended_by: UUID | None
    ended_at: AwareDatetime | None
    end_reason: str | None
    erased_at: AwareDatetime | None
    version: int

    @classmethod
    def of(cls, row: SupervisorRow, sealing: Sealing) -> Self:
        """Mask what is personal."""
        contact = sealing.open(row)
        shown = {name: getattr(row, name) for name in cls.model_fields.keys() - {"name", "phone", "group"}}
        return cls(
            **shown,
            group=row.group_code,
            name=mask_name(contact.name) if contact else None,
            phone=mask_phone(contact.phone) if contact else None,
        )


class SupervisorPage(Page[Supervisor]):
    """A page of members, newest first."""


class SupervisorTermShown(ApiModel):
    """One term."""

    sequence: int
    since: date
    until: date
    duties: list[str]
    recorded_by: UUID
    recorded_at: AwareDatetime
    noticed_at: AwareDatetime | None


class SupervisorTerms(ApiModel):
    """Every term of a member, oldest first."""

    items: list[SupervisorTermShown]


class RepresentedGroup(ApiModel):
    """How a group of society is represented."""

    group: str
    name: str
    members: int
    seats: int
    greatest_percent: int
    percent: Decimal
    is_over: bool


class Representation(ApiModel):
    """How the groups are represented today."""

    size: int
    members: int
    groups: list[RepresentedGroup]


class ObservationCount(ApiModel):
    """Observations of one kind about one department."""

    kind: str
    department: str
    filed: int
    answered: int
    on_time: int


class PublishedObservation(ApiModel):
    """One published observation, anonymised."""

    month: str
    kind: str
    department: str
    words: str
    answer: str


class SupervisionPublication(ApiModel):
    """What the company may publish of the network."""

    since: AwareDatetime
    until: AwareDatetime
    groups: list[RepresentedGroup]
    figures: list[ObservationCount]
    observations: list[PublishedObservation]


class ActivityInvite(ApiModel):
    """To what a member is invited."""

    supervisor_id: UUID
    kind: Code
    department: Code | None = None
    place: ShortText
    purpose: LongText
    starts_at: AwareDatetime

    def invitation(self) -> Invitation:
        """The facts of the form."""
        return Invitation(**self.model_dump())


class ActivityAnswer(ApiModel):
    """The member comes or does not."""

    is_accepted: bool
    words: LongText | None = None


class ActivityRecord(ApiModel):
    """What was seen and said; photos are files of the caller."""

    held_at: AwareDatetime
    words: LongText
    photo_ids: list[UUID] = Field(default_factory=list, max_length=20)


class SupervisorActivity(ApiModel):
    """One invitation and its record."""

    id: UUID
    company: str
    number: str
    supervisor_id: UUID
    kind: str
    is_announced: bool
    department: str | None
    place: str
    purpose: str
    starts_at: AwareDatetime
    state: ActivityState
    invited_by: UUID
    invited_at: AwareDatetime
    reply: str | None
    replied_by: UUID | None
    replied_at: AwareDatetime | None
    held_at: AwareDatetime | None
    record: str | None
    photo_ids: list[UUID]
    recorded_by: UUID | None
    recorded_at: AwareDatetime | None
    cancelled_at: AwareDatetime | None
    cancel_reason: str | None
    version: int


class SupervisorActivityPage(Page[SupervisorActivity]):
    """A page of invitations, newest first."""


class ObservationFile(ApiModel):
    """What a member observed; the office says whose it is, a member is known by the account."""

    supervisor_id: UUID | None = None
    activity_id: UUID | None = None
    kind: Code
    department: Code
    team: Code | None = None
    place: ShortText
    words: LongText
    seen_at: AwareDatetime | None = None
    """None = now."""
    evidence_ids: list[UUID] = Field(default_factory=list, max_length=20)

    def seen(self) -> Seen:
        """The facts of the form."""
        return Seen(**{**self.model_dump(), "evidence_ids": tuple(self.evidence_ids)})


class ObservationAnswer(ApiModel):
    """What the department answers."""

    words: LongText


class ObservationMove(ApiModel):
    """Who answers instead."""

    department: Code
    reason: LongText


class ObservationReview(ApiModel):
    """Whether the answer is good enough; a return says why."""

    is_accepted: bool
    reason: LongText | None = None

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not self.is_accepted and self.reason is None:
            raise ValueError("退回须说明原因")
        return self


class ObservationTell(ApiModel):
    """How the member was told."""

    note: LongText | None = None


class ObservationFind(ApiModel):
    """How the office weighs it as a finding, in words of its own."""

    clause: Code
    severity: Code | None = None
    is_good_example: bool = False
    person_id: UUID | None = None
    words: LongText
    advice: LongText | None = None

    def judged(self) -> Judged:
        """The facts of the form."""
        return Judged(**self.model_dump())


class ObservationComplain(ApiModel):
    """Whose complaint it is."""

    customer_id: UUID
    tier: Code | None = None


class ObservationPublish(ApiModel):
    """The anonymised wording."""

    public_words: LongText
    public_answer: LongText


class Observation(ApiModel):
    """What a member saw, and what became of it."""

    id: UUID
    company: str
    number: str
    supervisor_id: UUID | None
    """Null for a department: it does not learn whose observation it is."""
    activity_id: UUID | None
    kind: str
    department: str
    team: str | None
    place: str
    words: str
    evidence_ids: list[UUID]
    state: ObservationState
    seen_at: AwareDatetime
    filed_by: UUID | None
    """Null for a department."""
    filed_at: AwareDatetime
    answer_due_at: AwareDatetime | None
    answer: str | None
    drafted_by: UUID | None
    drafted_at: AwareDatetime | None
    returned_by: UUID | None
    returned_at: AwareDatetime | None
    return_reason: str | None
    reviewed_by: UUID | None
    reviewed_at: AwareDatetime | None
    is_on_time: bool | None
    told_by: UUID | None
    told_at: AwareDatetime | None
    told_note: str | None
    finding_id: UUID | None
    complained_at: AwareDatetime | None
    public_words: str | None
    public_answer: str | None
    published_at: AwareDatetime | None
    version: int

    @classmethod
    def of(cls, row: ObservationRow, *, knows_whose: bool) -> Self:
        """Without the member for who may not know."""
        shown = cls.model_validate(row)
        if knows_whose:
            return shown
        return shown.model_copy(
            update={"supervisor_id": None, "filed_by": None, "activity_id": None, "told_note": None}
        )


class ObservationPage(Page[Observation]):
    """A page of observations, newest first."""
