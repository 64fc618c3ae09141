"""What people send: opinions, statements, appeals, talks."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.incentive.schemas import IncentiveAmounts
from shared.http.base_model import ApiModel, LongText


class IncentiveCaseSign(ApiModel):
    """Opinion and signature, to the amounts as they stand or as amended within the clause's range."""

    opinion: LongText
    amounts: IncentiveAmounts = Field(default_factory=IncentiveAmounts)


class IncentiveCaseSendBack(ApiModel):
    """What the office is to mend."""

    reason: LongText


class IncentiveCaseReject(ApiModel):
    """Why nothing follows."""

    reason: LongText


class IncentiveCaseResubmit(ApiModel):
    """What was mended; all sign anew."""

    facts: LongText
    amounts: IncentiveAmounts = Field(default_factory=IncentiveAmounts)


class IncentiveCaseDrop(ApiModel):
    """Why the office lets it fall."""

    reason: LongText


class CaseStatementCreate(ApiModel):
    """What the person says before the penalty takes effect; without words the statement is waived."""

    words: LongText | None = None
    file_ids: list[UUID] = Field(default_factory=list, max_length=20)


class StatementOutcome(StrEnum):
    """What a statement leads to."""

    UPHELD = "upheld"
    LOWERED = "lowered"
    REJECTED = "rejected"
    """Nothing follows."""


class CaseStatementConsider(ApiModel):
    """The last signer's answer; `amounts` only where it is lowered."""

    outcome: StatementOutcome
    reason: LongText
    amounts: IncentiveAmounts = Field(default_factory=IncentiveAmounts)


class CaseAppealCreate(ApiModel):
    """Why the person contests the penalty."""

    grounds: LongText
    file_ids: list[UUID] = Field(default_factory=list, max_length=20)


class AppealOutcome(StrEnum):
    """What an appeal leads to."""

    UPHELD = "upheld"
    """The penalty stands."""
    LOWERED = "lowered"
    OVERTURNED = "overturned"


class CaseAppealDecide(ApiModel):
    """The decision on the appeal; `amounts` only where it is lowered."""

    outcome: AppealOutcome
    reason: LongText
    amounts: IncentiveAmounts = Field(default_factory=IncentiveAmounts)


class CaseTalkCreate(ApiModel):
    """The talk in a penalty's place, with the person's own words."""

    held_at: AwareDatetime
    summary: LongText
    reply: LongText
