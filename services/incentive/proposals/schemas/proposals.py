"""Bodies and answers of the proposals."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.incentive.policy_catalogue import IncentiveKind, Subject
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.rules.drafts import Share
from services.incentive.proposals.rules.states import ProposalState, Withdrawal
from services.incentive.proposals.service.raising import Raised
from services.incentive.schemas import Fen, IncentiveAmounts
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page


class IncentiveShare(ApiModel):
    """One of several who share it."""

    staff_id: UUID
    percent: Annotated[int, Field(ge=1, le=100)]
    is_main: bool = False
    """The main contributor: exactly one."""


class IncentiveProposalCreate(ApiModel):
    """What somebody proposes; the subject is that of the clause: an employee, a department or a customer."""

    provision: Code
    statement: LongText
    happened_at: AwareDatetime
    employee_id: UUID | None = None
    """Of a collective one the main contributor."""
    department: Code | None = None
    customer_id: UUID | None = None
    matter_id: UUID | None = None
    """Of the case on which it rests: one matter is counted once."""
    shares: list[IncentiveShare] = Field(default_factory=list, max_length=50)
    loss_fen: Fen | None = None
    """Direct loss, for clauses on losses."""
    file_ids: list[UUID] = Field(default_factory=list, max_length=20)
    """Evidence, uploaded by whoever raises it."""

    def raised(self) -> Raised:
        """As the use case takes it."""
        said = self.model_dump(exclude={"shares", "file_ids"})
        shares = tuple(Share(one.staff_id, one.percent, one.is_main) for one in self.shares)
        return Raised(**said, shares=shares, file_ids=tuple(self.file_ids))


class IncentiveProposalConfirm(ApiModel):
    """The draft becomes a case, with amounts within the clause's range, or a talk."""

    opinion: LongText
    is_talk: bool = False
    """A talk in the penalty's place, without amounts: only where it is suggested."""
    amounts: IncentiveAmounts = Field(default_factory=IncentiveAmounts)


class IncentiveProposalDismiss(ApiModel):
    """Why nothing follows."""

    reason: LongText


class IncentiveProposalWithdraw(ApiModel):
    """Why whoever raised it takes it back."""

    reason: LongText


class HeldSegment(ApiModel):
    """How much of a clock's time one holder had."""

    owner_id: UUID | None = None
    team: str | None = None
    department: str | None = None
    from_at: AwareDatetime
    until_at: AwareDatetime | None = None
    consumed_us: int


class IncentiveProposal(ApiModel):
    """One proposal."""

    id: UUID
    company: str
    number: str
    source: str
    """A code of the pack, or `person`."""
    provision: str
    kind: IncentiveKind
    level: int | None
    subject_type: Subject
    subject: str
    """Staff id, department code or customer id."""
    department: str | None
    team: str | None
    shares: list[IncentiveShare]
    matter_id: UUID
    cause_type: str
    cause_id: UUID
    cause_event_id: UUID | None
    share_us: int | None
    share_of_us: int | None
    """Of a breached clock: the subject's part of the time, in microseconds."""
    suggested: IncentiveAmounts
    confirmed: IncentiveAmounts | None
    is_talk_suggested: bool
    """Education before punishment: the first minor matter of the year."""
    state: ProposalState
    posts: list[str]
    happened_at: AwareDatetime
    drafted_at: AwareDatetime
    raised_by: UUID | None
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    withdrawn_for: Withdrawal | None
    same_as_id: UUID | None
    suspended_at: AwareDatetime | None
    """Its cause is under appeal since then: nobody confirms it meanwhile."""
    overturned_at: AwareDatetime | None
    case_id: UUID | None
    policy_version: str
    version: int


class IncentiveProposalDetail(IncentiveProposal):
    """One proposal with all that it rests on."""

    statement: str | None
    decision: str | None
    evidence: dict[str, Any]
    digest: str
    """SHA-256 of the evidence as canonical JSON (sorted keys, no blanks)."""
    file_ids: list[UUID]
    segments: list[HeldSegment]


class IncentiveProposalPage(Page[IncentiveProposal]):
    """One page of proposals, newest first."""


def shown(row: ProposalRow) -> IncentiveProposal:
    """Without evidence."""
    return IncentiveProposal.model_validate(row)
