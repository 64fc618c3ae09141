"""Training, rights, tasks and look-ups as they cross the door."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.customer.entry_quality.rules.states import Ground, MisuseState, TaskState, WithdrawalState
from services.customer.entry_quality.service.rights import Training, Verification
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

Ids = Annotated[list[UUID], Field(max_length=100)]
Codes = Annotated[list[Code], Field(max_length=40)]


class EntryTrainingCreate(ApiModel):
    """Somebody was trained because of errors."""

    operator_id: UUID
    topic: ShortText
    trained_at: AwareDatetime
    concerns: Codes = Field(default_factory=list)
    """Kinds of data; empty = all."""
    finding_ids: Ids = Field(default_factory=list)

    def training(self) -> Training:
        """Without its form."""
        return Training(self.operator_id, self.topic, self.trained_at, tuple(self.concerns), tuple(self.finding_ids))


class EntryTraining(ApiModel):
    """One training."""

    id: UUID
    company: str
    operator_id: UUID
    department: str | None
    concerns: list[str]
    topic: str
    trained_at: AwareDatetime
    finding_ids: list[UUID]
    recorded_by: UUID
    recorded_at: AwareDatetime
    version: int


class EntryTrainingPage(Page[EntryTraining]):
    """One page of training, newest first."""


class RightsWithdrawalPropose(ApiModel):
    """Maintenance verified it by the entry standard and the log."""

    verification: LongText
    audit_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    """Rows of the audit trail about the person."""
    concerns: Codes = Field(default_factory=list)
    """Empty: those of the errors."""

    def verified(self) -> Verification:
        """Without its form."""
        return Verification(self.verification, tuple(self.audit_ids), tuple(self.concerns))


class RightsWithdrawalCreate(RightsWithdrawalPropose):
    """Maintenance proposes what no job has prompted."""

    staff_id: UUID
    ground: Ground
    finding_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class RightsWithdrawalApprove(ApiModel):
    """The rights are withdrawn."""

    reason: LongText | None = None


class RightsWithdrawalReject(ApiModel):
    """The rights stay."""

    reason: LongText


class RightsWithdrawalRestore(ApiModel):
    """The rights are given back."""

    reason: LongText


class RightsWithdrawal(ApiModel):
    """A withdrawal of the right to enter some kinds of data."""

    id: UUID
    company: str
    staff_id: UUID
    department: str | None
    posts: list[str]
    """Who must do something now."""
    concerns: list[str]
    ground: Ground
    state: WithdrawalState
    finding_ids: list[UUID]
    training_id: UUID | None
    complaint_id: UUID | None
    due_at: AwareDatetime
    proposed_by: UUID | None
    proposed_at: AwareDatetime | None
    verification: str | None
    audit_ids: list[UUID]
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decision_reason: str | None
    restored_by: UUID | None
    restored_at: AwareDatetime | None
    restore_reason: str | None
    clause: str
    policy_version: str
    version: int


class RightsWithdrawalPage(Page[RightsWithdrawal]):
    """One page of withdrawals, newest first."""


class EntryTaskEnter(ApiModel):
    """The keeper has entered it."""

    entered_at: AwareDatetime | None = None
    note: ShortText | None = None


class EntryTask(ApiModel):
    """Master data that a task left to be entered."""

    id: UUID
    company: str
    concern: str
    source_type: str
    source_id: UUID
    customer_id: UUID | None
    state: TaskState
    posts: list[str]
    department: str | None
    occurred_at: AwareDatetime
    entered_by: UUID | None
    entered_at: AwareDatetime | None
    note: str | None
    created_at: AwareDatetime
    policy_version: str
    version: int


class EntryTaskPage(Page[EntryTask]):
    """One page of tasks, newest first."""


class DataMisuseReport(ApiModel):
    """Somebody reports a leak, a fake or a needless look-up."""

    kind: Code
    person_id: UUID
    facts: LongText
    happened_at: AwareDatetime
    customer_id: UUID | None = None


class NeedlessLookupExplain(ApiModel):
    """The person says why."""

    explanation: LongText


class NeedlessLookupAccept(ApiModel):
    """There was need."""

    reason: LongText | None = None


class NeedlessLookupConfirm(ApiModel):
    """It was misuse."""

    reason: LongText
    kind: Code | None = None
    """Null: as it was found."""


class NeedlessLookup(ApiModel):
    """A look-up that no work explains, or a reported misuse of data."""

    id: UUID
    company: str
    kind: str
    reveal_id: UUID | None
    actor_id: UUID
    customer_id: UUID | None
    field: str | None
    reason: str | None
    occurred_at: AwareDatetime
    found_at: AwareDatetime
    found_by: UUID | None
    team: str | None
    department: str | None
    posts: list[str]
    facts: str | None
    state: MisuseState
    explanation: str | None
    explained_at: AwareDatetime | None
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decision_reason: str | None
    clause: str
    policy_version: str
    version: int


class NeedlessLookupPage(Page[NeedlessLookup]):
    """One page, newest first."""
