"""Bodies and answers of the entitlements and the yearly evaluations."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.callback.entitlements.rules import Assessment, EvaluationState
from services.callback.entitlements.service.standing import CustomerStanding
from services.callback.entitlements.service.standing import Standing as StandingOf
from services.callback.policy_entitlements import (
    HIGHEST_SCORE,
    LOWEST_SCORE,
    Audience,
    Carrier,
    Entitlements,
    Pace,
    Service,
    Terms,
)
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page


class EntitlementTerms(ApiModel):
    """How often a tier has a service."""

    pace: Pace
    times: int
    months: int | None
    """Of a period, or how long a trial lasts."""
    priorities: dict[Audience, int]
    is_open_setting: bool


class EntitlementService(ApiModel):
    """One service of the pack's tables."""

    code: str
    name: str
    category: str
    category_name: str
    carried_by: Carrier
    parties: list[str]
    audience: list[Audience]
    is_for_each_member: bool
    posts: list[str]
    """Who gives it; empty where another part of the platform says so."""
    together_with: list[str]
    proofs: list[str]
    tiers: dict[str, EntitlementTerms]
    otherwise: EntitlementTerms | None
    """Of the tiers that are not named."""
    detail: str
    clause: str


class EntitlementCatalogue(ApiModel):
    """Every service of the pack in force."""

    pack: str
    version: str
    items: list[EntitlementService]

    @classmethod
    def of(cls, rules: Entitlements, pack: str, version: str) -> Self:
        """As it is shown."""
        items = [_service(rules, code, service) for code, service in rules.services.items()]
        return cls(pack=pack, version=version, items=items)


class Entitlement(ApiModel):
    """One service of a customer: what was had this year, and what is next."""

    service: str
    name: str
    category: str
    carried_by: Carrier
    terms: EntitlementTerms
    posts: list[str]
    proofs: list[str]
    detail: str
    clause: str
    done: int
    missed: int
    open: int
    last_at: AwareDatetime | None
    next_id: UUID | None
    """The visit."""
    next_on: date | None
    next_due_at: AwareDatetime | None


class CustomerEntitlements(ApiModel):
    """What a customer is entitled to by the tier in force."""

    customer_id: UUID
    tier: str
    party: str | None
    year: int
    items: list[Entitlement]

    @classmethod
    def of(cls, standing: CustomerStanding) -> Self:
        """As it is shown."""
        return cls(
            customer_id=standing.customer_id,
            tier=standing.tier,
            party=standing.party,
            year=standing.year,
            items=[_entitlement(one) for one in standing.services],
        )


class EvaluationSubmit(ApiModel):
    """What is said of the year."""

    scores: Annotated[
        dict[Code, Annotated[int, Field(ge=LOWEST_SCORE, le=HIGHEST_SCORE)]], Field(min_length=1, max_length=40)
    ]
    """By each category in which the account has services."""
    summary: LongText
    needs: LongText | None = None
    improvements: Annotated[list[ShortText], Field(max_length=20)] = Field(default_factory=list)
    """Agreed with the customer for the next year."""

    def assessment(self) -> Assessment:
        """As the use case takes it."""
        return Assessment(dict(self.scores), self.summary, self.needs, tuple(self.improvements))


class EvaluationReview(ApiModel):
    """What the other person says."""

    is_agreed: bool
    reason: ShortText | None = None


class AccountEvaluation(ApiModel):
    """The evaluation of one key account in one year."""

    id: UUID
    company: str
    number: str
    customer_id: UUID
    tier: str
    year: int
    state: EvaluationState
    owner_id: UUID | None
    department: str | None
    gap: str | None
    """Why nobody is there to write it."""
    opened_at: AwareDatetime
    due_at: AwareDatetime
    scores: dict[str, int]
    summary: str | None
    needs: str | None
    improvements: list[str]
    submitted_by: UUID | None
    submitted_at: AwareDatetime | None
    reviewed_by: UUID | None
    reviewed_at: AwareDatetime | None
    review_reason: str | None
    matter_id: UUID
    policy_pack: str
    policy_version: str
    version: int


class AccountEvaluationPage(Page[AccountEvaluation]):
    """One page of evaluations, newest first."""


def _terms(terms: Terms) -> EntitlementTerms:
    return EntitlementTerms.model_validate(terms)


def _service(rules: Entitlements, code: str, service: Service) -> EntitlementService:
    return EntitlementService(
        code=code,
        name=service.name,
        category=service.category,
        category_name=rules.service_categories[service.category].name,
        carried_by=service.carried_by,
        parties=list(service.parties),
        audience=list(service.audience),
        is_for_each_member=service.is_for_each_member,
        posts=list(service.provider.posts) if service.provider else [],
        together_with=list(service.provider.together_with) if service.provider else [],
        proofs=list(service.proofs),
        tiers={tier: _terms(terms) for tier, terms in service.tiers.items() if terms is not None},
        otherwise=_terms(service.otherwise) if service.otherwise else None,
        detail=service.detail,
        clause=service.clause,
    )


def _entitlement(one: StandingOf) -> Entitlement:
    service, had = one.entitled.service, one.had
    return Entitlement(
        service=one.entitled.code,
        name=service.name,
        category=service.category,
        carried_by=service.carried_by,
        terms=_terms(one.entitled.terms),
        posts=list(service.provider.posts) if service.provider else [],
        proofs=list(service.proofs),
        detail=service.detail,
        clause=service.clause,
        done=had.done,
        missed=had.missed,
        open=had.open,
        last_at=had.last_at,
        next_id=had.next_id,
        next_on=had.next_on,
        next_due_at=had.next_due_at,
    )
