"""Bodies and answers of the proposals."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from services.inspection.improvement.rules.drafts import ProposalAnswer
from services.inspection.improvement.rules.states import ProposalState
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page


class ProposalOutcome(StrEnum):
    """What the office says."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    DUPLICATE = "duplicate"


class StaffProposalFile(ApiModel):
    """What an employee proposes."""

    title: ShortText
    words: LongText
    concerns: Code | None = None
    """The department that it is about."""


class StaffProposalAnswer(ApiModel):
    """The office's answer."""

    outcome: ProposalOutcome
    words: LongText
    department: Code | None = None
    """Of the improvement that an accepted one becomes."""
    duplicate_of: UUID | None = None

    def said(self) -> ProposalAnswer:
        """As the rules know it."""
        more = self.model_dump(exclude={"outcome"})
        return ProposalAnswer(outcome=ProposalState(self.outcome.value), **more)


class StaffProposal(ApiModel):
    """One proposal and its answer."""

    id: UUID
    company: str
    number: str
    title: str
    words: str
    concerns: str | None
    proposer_id: UUID
    department: str | None
    team: str | None
    state: ProposalState
    filed_at: AwareDatetime
    answer: str | None
    answered_by: UUID | None
    answered_at: AwareDatetime | None
    is_on_time: bool | None
    duplicate_of: UUID | None
    improvement_id: UUID | None
    read_at: AwareDatetime | None
    matter_id: UUID
    policy_version: str
    version: int


class StaffProposalPage(Page[StaffProposal]):
    """A page of proposals, newest first."""
