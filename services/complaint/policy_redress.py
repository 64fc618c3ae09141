"""What a missed commitment is worth to the customer, as pack data; a pack without prices proposes nothing."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    LadderCode,
    Limit,
    PostCode,
    Refers,
    TierCode,
)

CommitmentCode = Annotated[Code, Refers("commitment")]
AuthorityCode = Annotated[Code, Refers("authority")]
Fen = Annotated[int, Field(ge=1)]


class Per(StrEnum):
    """What an amount is for."""

    ONCE = "once"
    PERIOD = "period"
    """At the breach, and again for each further period in which nothing was answered."""


class Price(Entry):
    """What missing one commitment costs, who decides on it and within which time it is paid."""

    amount_fen: Fen
    per: Per = Per.ONCE
    period_minutes: Annotated[int, Field(ge=1)] | None = None
    """Natural minutes; waits that the pack allows do not count."""
    cap_fen: Fen | None = None
    """At most so much in all."""
    tiers: tuple[TierCode, ...] = ()
    """Empty = every tier."""
    authority: AuthorityCode
    """The item of delegation by which it is decided."""
    payment: Limit
    """From the approval to the payment."""
    ladder: LadderCode | None = None
    """Of the payment's clock."""
    paid_by: tuple[PostCode, ...]
    """Posts with which the payment lies."""
    department: DepartmentCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.per is Per.PERIOD) != (self.period_minutes is not None):
            raise ValueError("按期计价须给出每期分钟数（period_minutes），一次性计价不得给出")
        if self.per is Per.PERIOD and self.cap_fen is None:
            raise ValueError("按期计价须给出上限（cap_fen）")
        if self.cap_fen is not None and self.cap_fen < self.amount_fen:
            raise ValueError("上限（cap_fen）不得低于一期金额（amount_fen）")
        return self


class Redress(Entry):
    """Compensation that a missed commitment proposes by itself."""

    prices: dict[CommitmentCode, Price] = Field(default_factory=dict)
