"""Delegation of authority for service issues as pack data (domain.md 2.4)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    Limit,
    Named,
    PostCode,
    Refers,
    TierCode,
)

AuthorityCategoryCode = Annotated[Code, Refers("authority_category")]


class AuthorityLevel(StrEnum):
    """The level that may decide."""

    FRONT_LINE = "front_line"
    TEAM_LEADER = "team_leader"
    DEPARTMENT_HEAD = "department_head"
    LEADER_IN_CHARGE = "leader_in_charge"


class ConditionProof(StrEnum):
    """How a condition of an authority is shown to hold."""

    DOCUMENT = "document"
    """A paper that is shown and attached."""
    DECLARED = "declared"
    """The person using the authority states it."""
    CONFIRMED = "confirmed"
    """A named post confirms it."""
    TIER = "tier"
    """The customer's tier or tag."""
    NUMBER = "number"
    """A number within bounds."""


class AuthorityCondition(Entry):
    """One condition; all conditions of an authority must hold."""

    text: str
    proof: ConditionProof
    confirmed_by: tuple[PostCode, ...] = ()
    """Posts, each of which confirms."""
    tiers: tuple[TierCode, ...] = ()
    tags: tuple[Code, ...] = ()
    """For `tier`: any of the tiers or any of the tags suffices."""
    at_least: int | None = None
    at_most: int | None = None
    unit: str | None = None
    """What the number counts, in Chinese."""
    is_open_setting: bool = False


class ProcedureStep(Entry):
    """One step of the procedure, in the order written."""

    text: str
    post: PostCode | None = None
    is_afterwards: bool = False
    """Done after the customer was served."""


class AuthorityOrder(Entry):
    """The work that using an authority starts, with its clock."""

    work: Code
    """A kind of work of the customer chapter."""
    departments: tuple[DepartmentCode, ...]
    """Whose clock it is; more than one: chosen when used."""
    limit: Limit | None
    """Null: the deadline is written on the form (`is_deadline_given`)."""
    is_deadline_given: bool = False
    is_open_setting: bool = False


class AuthorityMoney(Entry):
    """What an authority costs; any money needs the authorisation form."""

    amount_fen: Annotated[int, Field(ge=0)] | None
    """For each unit; null: as the case is, by the form."""
    unit: str
    """What one amount is for, in Chinese."""
    waived: str
    """What is waived or borne, in Chinese."""
    charged: str | None = None
    """What is still charged, in Chinese."""


class Authority(Named):
    """One item of the matrix."""

    category: AuthorityCategoryCode
    conditions: dict[Code, AuthorityCondition] = Field(default_factory=dict)
    procedure: tuple[ProcedureStep, ...]
    decided_by: tuple[PostCode, ...]
    """Posts that may decide without asking further."""
    levels: tuple[AuthorityLevel, ...]
    signed_by: tuple[PostCode, ...] = ()
    """Posts that sign the item's own form."""
    approved_by: tuple[PostCode, ...] = ()
    """Posts whose approval the item needs before it takes effect."""
    order: AuthorityOrder | None = None
    money: AuthorityMoney | None = None
    clause: ClauseCode


class AuthorityCategory(Named):
    """One of the five categories; one without items is empty and works."""

    position: int


class AuthorityLedger(Named):
    """The monthly ledger of every authority used (客户问题授权处理台帐)."""

    columns: dict[Code, str]
    clause: ClauseCode


class AuthorisationForm(Named):
    """The form that any item with money needs (服务授权处理单)."""

    signed_by: tuple[PostCode, ...]
    """Posts; `related_departments` are the heads of the departments that take part."""
    is_signed_by_handler: bool
    is_signed_by_related_departments: bool
    clause: ClauseCode


class AuthorityAbuse(Entry):
    """Acting beyond one's authority or faking it."""

    points_min: int
    points_max: int
    """Off the department's month."""
    decided_by: PostCode
    """Who decides the penalty where damage was done."""
    published_as: str
    clause: ClauseCode


class Delegation(Entry):
    """Who may decide a service issue without asking further."""

    categories: dict[Code, AuthorityCategory]
    authorities: dict[Code, Authority] = Field(default_factory=dict)
    ledger: AuthorityLedger
    form: AuthorisationForm
    checks: dict[Code, str]
    """How the office checks at random, by code."""
    checked_by: PostCode
    abuse: AuthorityAbuse

    def items(self, category: str) -> dict[str, Authority]:
        """The items of a category; empty where the pack gives none."""
        return {code: item for code, item in self.authorities.items() if item.category == category}
