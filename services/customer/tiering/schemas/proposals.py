"""Runs, proposals and the tier of a customer."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.customer.tiering.models import TierProposalRow, TierRunRow
from services.customer.tiering.rules import Decision, ProposalSource, ProposalState, RunState
from services.customer.tiering.service.deciding import Verdict
from services.customer.tiering.service.proposing import TierAsk
from services.customer.tiering.service.reading import CustomerTier
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

StatedNumber = Annotated[float, Field(ge=-1e15, le=1e15)]


class TierRunCreate(ApiModel):
    """Which customers to judge."""

    customer_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)] | None = None
    """Null: all of the company."""
    note: ShortText | None = None


class TierRunConfirm(ApiModel):
    """The reviewer's word."""

    note: ShortText | None = None


class TierCount(ApiModel):
    """How many customers the run moves from one tier to another."""

    from_tier: str | None
    tier: str
    customers: int
    needs_person: int
    """Of these, proposals that a person must judge: the numbers alone do not decide."""


class TierRun(ApiModel):
    """One run of the tier rules."""

    id: UUID
    company: str
    state: RunState
    customer_ids: list[UUID] | None
    policy_pack: str
    policy_version: str
    judged: int
    written: int
    """Proposals: customers whose tier or reason changes, also those taken over from earlier runs."""
    confirmed_count: int
    summary: list[TierCount]
    job_id: UUID | None
    note: str | None
    started_by: UUID
    started_at: datetime
    finished_at: datetime | None
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    superseded_by: UUID | None
    """The later run that judged the same customers; what still holds waits for review there."""
    superseded_at: datetime | None
    version: int


class TierRunPage(Page[TierRun]):
    """One page of runs, newest first."""


class TierProposalCreate(ApiModel):
    """What a department proposes for one customer, and why."""

    customer_id: UUID
    tier: Code
    rule: Code | None = None
    """The condition of the pack that holds; needed where the pack asks for one."""
    reason: LongText
    facts: Annotated[
        dict[Code, ShortText | bool | Annotated[float, Field(ge=-1e15, le=1e15)]], Field(max_length=30)
    ] = Field(default_factory=dict)
    """Facts by code that the registry's columns do not hold, such as influence or risk of leaving."""

    def ask(self) -> TierAsk:
        """Without its form."""
        return TierAsk(self.customer_id, self.tier, self.reason, self.rule, self.facts)


class TierProposalReview(ApiModel):
    """The reviewing post's word on one proposal."""

    decision: Decision
    reason: LongText | None = None
    """Required to reject."""
    effective_on: date | None = None
    """Null: at once; a later day takes effect on that day."""

    def verdict(self) -> Verdict:
        """Without its form."""
        return Verdict(self.decision, self.reason, self.effective_on)


class TierProposal(ApiModel):
    """One customer's result: of a run, a department, an event or a yearly review."""

    id: UUID
    run_id: UUID | None
    """The run that said so last; a waiting proposal passes to the later run that says the same."""
    customer_id: UUID
    state: ProposalState
    source: ProposalSource
    proposed_by: UUID | None
    """Who proposed, or whose change of the facts led to it."""
    department: str | None
    cause: str | None
    """What happened, a code of the pack, `facts_changed` or `review_due`."""
    reason: str | None
    stated_facts: dict[str, Any]
    is_upgrade: bool
    """Raises within the regulation: decided on its own, never with a run."""
    base_tier: str | None
    """What the rules say without the upgrade."""
    tier: str
    from_tier: str | None
    rule: str | None
    matches: list[str]
    facts: dict[str, Any]
    needs_person: bool
    policy_version: str
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    effective_on: date | None
    in_force_at: datetime | None
    ended_at: datetime | None
    review_due_on: date | None
    holds_until: date | None
    """Until then no run lowers what a department had confirmed."""
    version: int


class TierProposalPage(Page[TierProposal]):
    """One page of proposals, newest first."""


class TierMatch(ApiModel):
    """A rule that fits the customer."""

    rule: Code
    tier: str
    name: str


class TierOfCustomer(ApiModel):
    """A customer's tier in force and why."""

    customer_id: UUID
    tier: str
    tier_name: str
    is_confirmed: bool
    """False: the pack's default tier, because nobody has confirmed another."""
    rule: str | None
    """The rule that decided."""
    reason: str
    facts: dict[str, Any]
    """The facts that decided, as they were then."""
    matches: list[TierMatch]
    effective_at: datetime | None
    policy_version: str
    pending_proposal_id: UUID | None
    pending_tier: str | None
    pending_rule: str | None
    on: date | None
    """The day asked about; null: now."""
    proposal_id: UUID | None
    """The decision in force."""
    source: ProposalSource | None
    proposed_reason: str | None
    reviewed_by: UUID | None
    review_due_on: date | None
    scheduled_proposal_id: UUID | None
    scheduled_tier: str | None
    """Confirmed for a later day."""
    scheduled_on: date | None


def present_run(row: TierRunRow) -> TierRun:
    """A run as answered."""
    return TierRun.model_validate(row)


def present_proposal(row: TierProposalRow) -> TierProposal:
    """A proposal as answered."""
    return TierProposal.model_validate(row)


def present_tier(tier: CustomerTier) -> TierOfCustomer:
    """A customer's tier as answered."""
    return TierOfCustomer.model_validate(tier)
