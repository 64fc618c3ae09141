"""The matrix as it applies to somebody, and the answer to "may I?"."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.complaint.delegation.rules.conditions import Fact
from services.complaint.delegation.service.judging import Ask, Judgement, Liaison, Outcome
from services.complaint.delegation.service.reading import ShownAuthority
from services.complaint.policy_delegation import (
    AuthorityCondition,
    AuthorityLevel,
    AuthorityLimits,
    AuthorityMoney,
    AuthorityOrder,
    Delegation,
    ProcedureStep,
)
from shared.http.base_model import ApiModel, Code, LongText

Ids = Annotated[list[UUID], Field(max_length=20)]
Fen = Annotated[int, Field(gt=0, le=10_000_000_000)]


class AuthorityFactShown(ApiModel):
    """What is shown for one condition: exactly one of the three."""

    is_declared: bool | None = None
    number: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    file_ids: Ids = Field(default_factory=list)
    """Files that the person uploaded."""

    @model_validator(mode="after")
    def _shows_one(self) -> Self:
        if (self.is_declared is not None) + (self.number is not None) + bool(self.file_ids) != 1:
            raise ValueError("声明、数字、文件须且只能给出一项")
        return self

    def fact(self) -> Fact:
        """Without the form."""
        return Fact(self.is_declared, self.number, tuple(dict.fromkeys(self.file_ids)))


Facts = Annotated[dict[Code, AuthorityFactShown], Field(max_length=30)]


class LiaisonNote(ApiModel):
    """A liaison note (业务联系单)."""

    matter: LongText
    owner_id: UUID
    """Of the receiving department."""
    deadline_at: datetime

    def liaison(self) -> Liaison:
        """Without the form."""
        return Liaison(self.matter, self.owner_id, self.deadline_at)


class AuthorityCheck(ApiModel):
    """The facts of a question."""

    facts: Facts = Field(default_factory=dict)
    """By condition of the item."""
    customer_id: UUID | None = None
    complaint_id: UUID | None = None
    order_id: UUID | None = None
    quantity: Annotated[int, Field(gt=0, le=100_000)] | None = None
    amount_fen: Fen | None = None
    related_departments: Annotated[list[Code], Field(max_length=10)] = Field(default_factory=list)
    """Departments that take part; their heads sign where money is involved."""
    order_department: Code | None = None

    def ask(self, authority: str) -> Ask:
        """The question, without the form."""
        return Ask(
            authority=authority,
            facts={code: fact.fact() for code, fact in self.facts.items()},
            customer_id=self.customer_id,
            complaint_id=self.complaint_id,
            order_id=self.order_id,
            quantity=self.quantity,
            amount_fen=self.amount_fen,
            related_departments=tuple(dict.fromkeys(self.related_departments)),
            order_department=self.order_department,
        )


class FailedCondition(ApiModel):
    """A condition that does not hold."""

    condition: str
    text: str
    """In the pack's words."""
    message: str
    pointer: str


class AuthorityLimitLine(ApiModel):
    """One limit with what counts towards it."""

    scope: str
    """case, splitting, customer_month or person_month."""
    limit_fen: int
    used_fen: int
    with_this_fen: int
    is_exceeded: bool


class AuthorityStepPlanned(ApiModel):
    """One step of the procedure."""

    stage: str
    """confirm, decide, sign, approve; after the use follow, comply."""
    text: str
    posts: list[str]
    """Any of which takes it."""
    condition: str | None


class AuthorityAnswer(ApiModel):
    """May I?"""

    authority: str
    outcome: Outcome
    clause: str
    decided_post: str | None
    """By which the person decides; null = it goes up."""
    goes_up_to: list[str]
    """Posts that decide or approve."""
    failed: list[FailedCondition]
    reasons: list[str]
    """Why not, in words."""
    steps: list[AuthorityStepPlanned]
    amount_fen: int | None
    limits: list[AuthorityLimitLine]
    split_with: list[UUID]
    """Earlier uses that make up one use together with this one."""

    @classmethod
    def of(cls, found: Judgement) -> Self:
        """From what was judged."""
        money = found.money
        lines = money.lines if money else ()
        beyond = [money.message] if money and money.exceeded else []
        ups = (post for step in found.steps if step.stage in {"decide", "approve"} for post in step.posts)
        return cls(
            authority=found.ask.authority,
            outcome=found.outcome,
            clause=found.authority.clause,
            decided_post=found.decided_post,
            goes_up_to=list(dict.fromkeys(ups)),
            failed=[FailedCondition.model_validate(one) for one in found.failures],
            reasons=[*(one.message for one in found.failures), *beyond],
            steps=[AuthorityStepPlanned.model_validate(one) for one in found.steps],
            amount_fen=money.amount_fen if money else None,
            limits=[AuthorityLimitLine.model_validate(one) for one in lines],
            split_with=list(money.split_with) if money else [],
        )


class AuthorityCategoryShown(ApiModel):
    """One of the five categories; one without items is empty and works."""

    code: str
    name: str
    position: int


class AuthorityShown(ApiModel):
    """One item of the matrix, as it applies to the caller."""

    code: str
    name: str
    category: str
    levels: list[AuthorityLevel]
    decided_by: list[str]
    conditions: dict[str, AuthorityCondition]
    procedure: list[ProcedureStep]
    signed_by: list[str]
    approved_by: list[str]
    order: AuthorityOrder | None
    money: AuthorityMoney | None
    limits: AuthorityLimits | None
    """Of an item with money."""
    clause: str
    may_decide: bool
    """Without asking further, as far as conditions and limits hold."""
    decided_post: str | None
    goes_up_to: list[str]
    """Who decides where the caller may not, and who approves."""

    @classmethod
    def of(cls, one: ShownAuthority, terms: Delegation) -> Self:
        """From the pack."""
        item = one.item
        decided = [] if one.decided_post else item.decided_by
        return cls(
            code=one.code,
            name=item.name,
            category=item.category,
            levels=list(item.levels),
            decided_by=list(item.decided_by),
            conditions=item.conditions,
            procedure=list(item.procedure),
            signed_by=list(item.signed_by),
            approved_by=list(item.approved_by),
            order=item.order,
            money=item.money,
            limits=terms.limits_of(item) if item.money else None,
            clause=item.clause,
            may_decide=one.decided_post is not None,
            decided_post=one.decided_post,
            goes_up_to=list(dict.fromkeys((*decided, *item.approved_by))),
        )


class AuthorityMatrix(ApiModel):
    """What somebody may decide, and what goes up to whom."""

    version: str
    """Of the chapter in force."""
    categories: list[AuthorityCategoryShown]
    items: list[AuthorityShown]
