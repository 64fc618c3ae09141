"""Delegation of authority for service issues as pack data (domain.md 2.4)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    Limit,
    Named,
    Percent,
    PostCode,
    Promised,
    Refers,
    TagCode,
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
    tags: tuple[TagCode, ...] = ()
    """For `tier`: any of the tiers or any of the tags suffices."""
    at_least: int | None = None
    at_most: int | None = None
    unit: str | None = None
    """What the number counts, in Chinese."""
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _can_be_judged(self) -> Self:
        needed = {
            ConditionProof.CONFIRMED: bool(self.confirmed_by),
            ConditionProof.TIER: bool(self.tiers or self.tags),
            ConditionProof.NUMBER: self.at_least is not None or self.at_most is not None,
        }
        if not needed.get(self.proof, True):
            raise ValueError(f"条件（{self.proof}）缺少判断依据")
        return self


class ProcedureStep(Entry):
    """One step of the procedure, in the order written."""

    text: str
    post: PostCode | None = None
    is_afterwards: bool = False
    """Done after the customer was served."""
    files_order: bool = False
    """Whoever does it names the order that was filed."""
    limit: Limit | None = None
    """For a step afterwards; null: the limit of `followup`."""
    is_open_setting: bool = False


class AuthorityOrder(Entry):
    """The work that using an authority starts, with its clock."""

    work: Code
    """A kind of work of the customer chapter."""
    departments: tuple[DepartmentCode, ...]
    """Whose clock it is; more than one: chosen when used."""
    limit: Limit | None
    """Null: the deadline is written on the form (`is_deadline_given`)."""
    is_deadline_given: bool = False
    is_liaison: bool = False
    """A liaison note (业务联系单) to the department, not an order of the customer service."""
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _liaison_names_its_deadline(self) -> Self:
        if self.is_liaison and not self.is_deadline_given:
            raise ValueError("业务联系单须写明期限（is_deadline_given）")
        return self


class Splitting(StrEnum):
    """What happens to a use that was split into small ones."""

    GO_UP = "go_up"
    REFUSE = "refuse"


class AuthorityLimits(Entry):
    """How much money may be decided on; null = not limited.  Reached together by what was not rejected or withdrawn."""

    per_case_fen: Annotated[int, Field(ge=0)] | None = None
    """One use."""
    per_customer_month_fen: Annotated[int, Field(ge=0)] | None = None
    """All uses for one customer in a civil month."""
    per_person_month_fen: Annotated[int, Field(ge=0)] | None = None
    """All uses by one person in a civil month."""
    split_window_days: Annotated[int, Field(ge=1, le=366)] = 30
    """Uses of the same item for the same customer or matter within these days count as one case."""
    splitting: Splitting = Splitting.GO_UP
    beyond: tuple[PostCode, ...] = ()
    """Posts, each of which approves what lies beyond; empty = refused."""
    is_open_setting: bool = True


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
    quantity_within: Code | None = None
    """The number condition beyond which the quantity may not go."""
    is_form_afterwards: bool = False
    """The customer is served first, the form is signed afterwards; else nothing is paid or waived before."""
    limits: AuthorityLimits | None = None
    """Null: those of the chapter."""


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

    @model_validator(mode="after")
    def _counts_by_a_number(self) -> Self:
        within = self.money.quantity_within if self.money else None
        if within is not None and (
            within not in self.conditions or self.conditions[within].proof is not ConditionProof.NUMBER
        ):
            raise ValueError("数量上限（quantity_within）须是本项的数字条件")
        return self


class AuthorityCategory(Named):
    """One of the five categories; one without items is empty and works."""

    position: int


class AuthorityLedger(Named):
    """The monthly ledger of every authority used (客户问题授权处理台帐)."""

    columns: dict[Code, str]
    signed_by: tuple[PostCode, ...] = ()
    """Posts, each of which signs the month."""
    locked_by: tuple[PostCode, ...] = ()
    """Posts, any of which locks the signed month; empty = whoever signs last."""
    signing: Promised | None = None
    """From the end of the month to the last signature."""
    clause: ClauseCode
    is_open_setting: bool = False


class AuthorityChecks(Entry):
    """How many uses the office checks at random."""

    percent: dict[AuthorityCategoryCode, Annotated[int, Field(ge=0, le=100)]] = Field(default_factory=dict)
    """By category; one that is not named has `default_percent`."""
    default_percent: Percent = 10
    limit: Promised | None = None
    """From the use to the result of the check."""
    is_open_setting: bool = True

    def percent_of(self, category: str) -> int:
        """The share of the category's uses that is drawn."""
        return self.percent.get(category, self.default_percent)


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
    decision: Promised | None = None
    """The committee's decision where damage was done."""


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
    limits: AuthorityLimits = Field(default_factory=AuthorityLimits)
    """Of every item with money that has none of its own."""
    approval: Promised | None = None
    """Each stage of a request: confirmations, decision, signatures, approvals."""
    followup: Promised | None = None
    """What is done afterwards: signatures, orders filed, material supplied."""
    liaison: Promised | None = None
    """Ladder and warnings of a liaison note; its limit is the deadline written on it."""
    substitutes: tuple[PostCode, ...] = ()
    """Who acts, in this order, where everybody who holds a post must keep away because the request is their own."""
    filing_window_days: Annotated[int, Field(ge=0, le=31)] = 3
    """How long before its request a use that is filed afterwards may have happened."""
    random_checks: AuthorityChecks = Field(default_factory=AuthorityChecks)

    def limits_of(self, authority: Authority) -> AuthorityLimits:
        """The limits of an item with money: its own, else the chapter's."""
        return (authority.money.limits if authority.money else None) or self.limits

    def items(self, category: str) -> dict[str, Authority]:
        """The items of a category; empty where the pack gives none."""
        return {code: item for code, item in self.authorities.items() if item.category == category}
