"""Request and response models of the appeals."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.complaint.appeals.rules import AppealState, Lodging
from services.complaint.appeals.service.reading import Shown
from services.complaint.findings.rules import Revision
from services.complaint.policy_findings import Appellant
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page

Ids = Annotated[list[UUID], Field(max_length=20)]


class AppealCreate(ApiModel):
    """A finding is contested; for the customer somebody at the desk or the hotline lodges it."""

    complaint_id: UUID
    cycle: int | None = None
    """Of a reopened case; empty = the newest finding."""
    appellant: Appellant
    grounds: Annotated[list[Code], Field(min_length=1, max_length=10)]
    """Codes of the pack."""
    statement: LongText
    channel: Code | None = None
    """How a customer's appeal came in, a code of the pack; required for the customer."""
    attachment_ids: Ids = Field(default_factory=list)

    def lodging(self) -> Lodging:
        """The facts of the form, without the form."""
        return Lodging(
            complaint_id=self.complaint_id,
            cycle=self.cycle,
            appellant=self.appellant,
            grounds=tuple(dict.fromkeys(self.grounds)),
            statement=self.statement,
            channel=self.channel,
            attachment_ids=tuple(dict.fromkeys(self.attachment_ids)),
        )


class AppealAccept(ApiModel):
    """The appeal is admissible."""

    note: LongText | None = None


class AppealRefuse(ApiModel):
    """The appeal is not admissible."""

    reason: LongText


class RevisedFinding(ApiModel):
    """What the finding says from now on; facts, cause, remedies and measures stay."""

    verdict: Code
    department: Code | None = None
    person_ids: Ids = Field(default_factory=list)
    is_preventable: bool | None = None
    is_reported_upward: bool | None = None
    marks: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)

    def revision(self) -> Revision:
        """Without the form."""
        return Revision(
            verdict=self.verdict,
            department=self.department,
            person_ids=tuple(dict.fromkeys(self.person_ids)),
            is_preventable=self.is_preventable,
            is_reported_upward=self.is_reported_upward,
            marks=tuple(self.marks),
        )


class AppealDecide(ApiModel):
    """The present step's opinion or decision."""

    outcome: Code
    """A code of the pack."""
    reason: LongText
    revision: RevisedFinding | None = None
    """Only where the outcome revises the finding, at the deciding step."""


class AppealTell(ApiModel):
    """The appellant was told."""

    note: LongText | None = None


class AppealWithdraw(ApiModel):
    """The appellant gives it up."""

    reason: LongText | None = None


class AppealEscalate(ApiModel):
    """The appellant asks for the pack's next step."""

    reason: LongText


class AppealAct(ApiModel):
    """One thing done to the appeal."""

    act: str
    step: str
    at: datetime
    actor_id: UUID
    from_state: str | None
    to_state: str
    outcome: str | None
    reason: str | None


class Appeal(ApiModel):
    """One appeal with its history."""

    id: UUID
    number: str
    complaint_id: UUID
    finding_id: UUID
    cycle: int
    finding_revision: int
    """The version contested, or after the decision the one that stands."""
    appellant: Appellant
    appellant_id: UUID | None
    appellant_department: str | None
    channel: str | None
    grounds: list[str]
    statement: str
    attachment_ids: list[UUID]
    instance: int
    """Counts the appellant's appeals against the finding."""
    state: AppealState
    step: str
    """Code of the pack's step at which it stands or stopped."""
    posts: list[str]
    """Who takes the step."""
    lodged_by: UUID
    lodged_at: datetime
    admitted_at: datetime | None
    outcome: str | None
    outcome_reason: str | None
    decided_by: UUID | None
    decided_at: datetime | None
    closed_at: datetime | None
    version: int
    acts: list[AppealAct]

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """From what is stored."""
        fields = {name: getattr(shown.appeal, name) for name in cls.model_fields if name != "acts"}
        return cls(**fields, acts=[AppealAct.model_validate(act) for act in shown.acts])


class AppealPage(Page[Appeal]):
    """One page of appeals, newest first."""
