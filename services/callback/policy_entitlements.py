"""The callback chapter's section on entitlements: every service of the pack's tables, for whom, how often, by whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    LadderCode,
    Named,
    Percent,
    PostCode,
    Promised,
    Refers,
    TierCode,
)
from shared.policy.references import Reference, dangling

ServiceCode = Annotated[Code, Refers("service")]
ProofCode = Annotated[Code, Refers("proof")]
CategoryOfServices = Annotated[Code, Refers("service_category")]
LOWEST_SCORE, HIGHEST_SCORE = 1, 5
"""Of an evaluation."""
_WHOLE_YEARS = (1, 2, 3, 4, 6, 12)


class Pace(StrEnum):
    """How often a tier has a service."""

    PERIODIC = "periodic"
    """`times` in every `months`; at least so often."""
    ONCE = "once"
    """In the year in which the customer has it first."""
    ON_REQUEST = "on_request"
    """When the customer asks; the reason is the request."""
    AS_NEEDED = "as_needed"
    """As competition needs: started by a person with a reason, counted untargeted."""
    TRIAL = "trial"
    """Started, and ended after `months`."""
    STANDING = "standing"
    """Always there: nothing is planned."""


STARTED = (Pace.ON_REQUEST, Pace.AS_NEEDED, Pace.TRIAL)
"""What a person starts."""


class Carrier(StrEnum):
    """Which part of the platform gives the service and counts it."""

    VISITS = "visits"
    CARE = "care"
    MESSAGES = "messages"
    CALLS = "calls"
    ORDERS = "orders"
    COMPLAINTS = "complaints"
    CUSTOMER = "customer"


class Audience(StrEnum):
    """Whom a service is for."""

    CUSTOMER = "customer"
    """The customer itself, a group or unit as a whole."""
    CORE = "core"
    """Important core members: important leaders and important contacts."""
    ORDINARY = "ordinary"
    """Important ordinary members: general leaders and information contacts."""


class Terms(Entry):
    """What one tier has of a service."""

    pace: Pace
    times: Annotated[int, Field(ge=1, le=31)] = 1
    months: Annotated[int, Field(ge=1, le=12)] | None = None
    """Of a period: 1, 2, 3, 4, 6 or 12, from January on; of a trial: how long it lasts."""
    priorities: dict[Audience, Annotated[int, Field(ge=1, le=9)]] = Field(default_factory=dict)
    """In which order the audiences are served, where the regulation says so."""
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _has_its_months(self) -> Self:
        if (self.months is not None) != (self.pace in (Pace.PERIODIC, Pace.TRIAL)):
            raise ValueError("按期服务（periodic）与试用（trial）须且只有其给出月数（months）")
        if self.pace is Pace.PERIODIC and self.months not in _WHOLE_YEARS:
            raise ValueError("服务周期须能整除一年：1、2、3、4、6 或 12 个月")
        return self


class Provider(Entry):
    """Who gives the service: the first of the posts that somebody is found for owes it."""

    posts: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    is_named: bool = False
    """Only who is named for the customer; otherwise also the one holder of the post."""
    together_with: tuple[PostCode, ...] = ()
    """Posts that must take part besides."""
    department: DepartmentCode | None = None
    """Where nobody is found; without one that of the first post."""


class Service(Named):
    """One service of the tables: audience, frequency, provider, proof."""

    category: CategoryOfServices
    carried_by: Carrier = Carrier.VISITS
    parties: tuple[Code, ...] = ()
    """Kinds of customer: individual, unit, group; empty: all."""
    audience: Annotated[tuple[Audience, ...], Field(min_length=1)] = (Audience.CUSTOMER,)
    is_for_each_member: bool = False
    """Owed to every served member of the audience, not to the customer once for all."""
    member_kinds: tuple[Code, ...] = ()
    ranks: tuple[Code, ...] = ()
    """VIP levels of members; empty: all."""
    provider: Provider | None = None
    """Empty where another part of the platform says who gives it."""
    proofs: tuple[ProofCode, ...] = ()
    """Each of them must be there before the service counts as done."""
    tiers: dict[TierCode, Terms | None] = Field(default_factory=dict)
    """A tier that is not named has `otherwise`; null: it does not have the service."""
    otherwise: Terms | None = None
    detail: str = ""
    """Chinese: what the regulation says besides."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _says_who_gives_it(self) -> Self:
        if (self.carried_by is Carrier.VISITS) != (self.provider is not None):
            raise ValueError("由走访与服务办理的项目须且只有其指明提供者（provider）")
        if self.is_for_each_member and set(self.audience) <= {Audience.CUSTOMER}:
            raise ValueError("逐个成员提供的服务须以成员为对象（audience）")
        if not self.tiers and self.otherwise is None:
            raise ValueError("服务须给出级别（tiers）或其余级别的约定（otherwise）")
        return self

    def terms(self, tier: str) -> Terms | None:
        """What a tier has of it."""
        return self.tiers.get(tier, self.otherwise)

    def suits(self, party: str | None) -> bool:
        """Whether a kind of customer may have it; an unknown kind has what all have."""
        return not self.parties or party in self.parties


class Proof(Named):
    """A kind of proof."""

    needs_file: bool = True
    is_picture: bool = False


class Cancellation(Named):
    """Why something planned is not done."""

    is_excused: bool = False
    """It leaves the figure; otherwise it counts as not fulfilled."""


class Rescheduling(Entry):
    """How often and how far a date may be moved; beyond the window another person of these posts decides."""

    most: Annotated[int, Field(ge=1, le=12)]
    days_beyond: Annotated[int, Field(ge=0, le=366)]
    """Calendar days after the window's end."""
    decided_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    clause: ClauseCode
    is_open_setting: bool = False


class Recording(Entry):
    """How late a visit may be written down as having been in time, and made up for."""

    within_hours: Annotated[int, Field(ge=1, le=720)]
    """An older one is judged at this edge (sla.md 10)."""
    late_days: Annotated[int, Field(ge=0, le=366)]
    """A missed one may still be made up for, late."""
    is_open_setting: bool = False


class EvaluationTerms(Entry):
    """The yearly evaluation of key accounts: satisfaction, needs, next plan."""

    tiers: Annotated[tuple[TierCode, ...], Field(min_length=1)]
    opens_month: Annotated[int, Field(ge=1, le=12)]
    """In its first days the evaluation of the year begins."""
    written: Promised
    """From the opening to its being submitted."""
    reviewed: Promised
    """From there to the other person's review."""
    provider: Provider
    reviewed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    low_up_to: Annotated[int, Field(ge=LOWEST_SCORE, le=HIGHEST_SCORE)] = 2
    """A score so low asks for an agreed improvement."""
    clause: ClauseCode
    is_open_setting: bool = False


@dataclass(frozen=True, slots=True)
class Entitled:
    """One service that a tier has."""

    code: str
    service: Service
    terms: Terms


class Entitlements(Entry):
    """Visits and services of the tables (domain.md 2.2, 3, 4, 5, 6)."""

    service_categories: dict[Code, Named]
    """By which services are grouped and a key account is evaluated."""
    proofs: dict[Code, Proof]
    cancellations: dict[Code, Cancellation]
    rescheduling: Rescheduling
    recording: Recording
    warn_at: tuple[Percent, ...] = (75, 90)
    ladder: LadderCode | None = None
    services: dict[Code, Service]
    evaluation: EvaluationTerms | None = None
    clause: ClauseCode

    def of(self, tier: str, party: str | None) -> Iterator[Entitled]:
        """What a customer of a tier and kind has."""
        for code, service in self.services.items():
            terms = service.terms(tier)
            if terms is not None and service.suits(party):
                yield Entitled(code, service, terms)

    def planned(self, tier: str, party: str | None) -> list[Entitled]:
        """Of these, what is planned by its frequency."""
        return [one for one in self.of(tier, party) if is_planned(one.service, one.terms)]

    def planning_tiers(self, tiers: Mapping[str, object]) -> list[str]:
        """The tiers for which anything is planned at all."""
        return [
            tier
            for tier in tiers
            if any((terms := one.terms(tier)) is not None and is_planned(one, terms) for one in self.services.values())
        ]

    def dangling(self) -> list[Reference]:
        """Proofs and categories that are named and not defined."""
        known: Mapping[str, Mapping[str, object]] = {
            "proof": self.proofs,
            "service_category": self.service_categories,
            "service": self.services,
        }
        return dangling(self, known)


def is_planned(service: Service, terms: Terms) -> bool:
    """Whether visits are planned for it."""
    return service.carried_by is Carrier.VISITS and terms.pace in (Pace.PERIODIC, Pace.ONCE)
