"""The customer chapter of a policy pack, typed: tiers, orders with their promises, entry, registry, targets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.customer.policy_tiering import Fact, Members, NamedContacts, Strategy, TierReview, TierRule
from shared.policy.book import Policy
from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    IndicatorRule,
    Ladder,
    Limit,
    Named,
    PauseReason,
    PostCode,
    Promised,
    Refers,
    TierCode,
    covers,
)
from shared.policy.model import ChapterHeader
from shared.policy.references import dangling

CHAPTER = "customer"

WorkCode = Annotated[Code, Refers("work")]


class OrderMetric(StrEnum):
    """What a promise of a service order is about."""

    RESPONSE = "response"
    """The customer is answered and an appointment is made."""
    ARRIVAL = "arrival"
    """On site."""
    COMPLETION = "completion"
    SOLUTION = "solution"
    """A solution and a time limit are named."""
    SOLUTION_DUE = "solution_due"
    """The limit that was named."""
    ATTENDANCE = "attendance"
    """Leaders are at the scene."""


class OrderStart(StrEnum):
    """The moment from which a promise runs."""

    RECEIPT = "receipt"
    READY = "ready"
    """The site is ready: installable."""
    DEPARTMENT_ORDER = "department_order"
    """The market department's order to turn the gas on."""
    IMPEDIMENT = "impediment"
    """Meter or technique prevents the work."""
    ALARM = "alarm"
    SOLUTION_NAMED = "solution_named"
    PERIOD = "period"
    """The start of a period; see `every_months`."""


class DeadlineSource(StrEnum):
    """Who gives a deadline that the pack cannot know."""

    CONTRACT = "contract"
    SOLUTION = "solution"
    """The limit that was named to the customer."""
    PERIOD_END = "period_end"
    """The end of the period; see `every_months`."""


class Work(Named):
    """A kind of service order."""

    department: DepartmentCode
    performed_by: tuple[PostCode, ...] = ()
    needs_entry: bool = False
    """The home is entered; repeated entries are counted."""
    is_emergency: bool = False
    standard: str | None = None
    clause: ClauseCode | None = None


class OrderCommitment(Promised):
    """One promise for kinds of work and the customers that it is given to; the most specific one governs."""

    works: Annotated[tuple[WorkCode, ...], Field(min_length=1)]
    metric: OrderMetric
    start: OrderStart = OrderStart.RECEIPT
    tiers: tuple[TierCode, ...] = ()
    parties: tuple[Code, ...] = ()
    places: tuple[Code, ...] = ()
    """indoor, courtyard …: where the work is; empty = anywhere."""
    is_standard: bool = False
    """Counts only where no promise of a tier is set."""
    is_appointment_instead: bool = False
    """An appointment of the customer's replaces the limit."""
    deadline_from: DeadlineSource | None = None
    """The limit's end is given with the order; the budget is then empty."""
    every_months: Annotated[int, Field(ge=1)] | None = None
    performed_by: tuple[PostCode, ...] = ()
    """Who must do it."""
    led_by: tuple[PostCode, ...] = ()
    """Who must lead it or be at the scene."""
    arranged_by: PostCode | None = None
    done: tuple[str, ...] = ()
    """What must be done by then, in Chinese."""


class Concern(Named):
    """A kind of data, who may write it and by when it must be entered."""

    written_by: tuple[PostCode, ...]
    entered_within: Limit | None = None
    """From the task; null budget and 0 days of `calendar_day` both mean what the unit says."""
    is_at_once: bool = False
    clause: ClauseCode


class EntryCheck(Named):
    """A check of entered data and who makes it."""

    cycle: Code
    made_by: tuple[PostCode, ...]
    clause: ClauseCode


class RightsWithdrawal(Entry):
    """When the right to enter data is withdrawn."""

    errors: Annotated[int, Field(ge=1)]
    """Confirmed errors within the period that remain after training."""
    months: Annotated[int, Field(ge=1)]
    is_after_training: bool
    is_by_complaint: bool
    """A complaint caused by one error suffices."""
    proposed_by: PostCode
    verified_by: str
    clause: ClauseCode
    is_open_setting: bool = False


class EntryQuality(Entry):
    """How customer information is entered and checked (domain.md 2.7): a regulation of its own within the chapter."""

    owner: DepartmentCode
    effective_on: date
    trial_months: Annotated[int, Field(ge=0, le=60)] = 0

    three_way: dict[Code, Named]
    """Pairs that must agree in document, money and system report (三方一致)."""
    checks: dict[Code, EntryCheck]
    error_kinds: dict[Code, Named]
    misuse: dict[Code, Named]
    """Needless look-ups, leaks, faked data: punished by the incentive chapter."""
    withdrawal: RightsWithdrawal
    reported_to: PostCode
    clause: ClauseCode


class ImportColumn(Named):
    """A column that an import may bring; `label` is the heading in the sheet."""

    sheet: Code
    is_required: bool = False
    concern: Annotated[Code, Refers("concern")]


class RevealReason(Named):
    """A reason for which one record's personal data may be shown."""


class Registry(Entry):
    """Settings of the registry."""

    reveal_reasons: dict[Code, RevealReason]
    reveal_quota_per_day: Annotated[int, Field(ge=1)]
    """Reveals by one person a day before the supervisor is told and more is refused."""
    import_columns: dict[Code, ImportColumn]
    repeat_entry_window_days: Annotated[int, Field(ge=1)]
    """A second entry to the home for the same kind of work within these natural days is a repeat."""
    lookup_page: Annotated[int, Field(ge=1, le=50)] = 50
    is_open_setting: bool = False
    clause: ClauseCode


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What decides on an order's promises."""

    work: str
    tier: str
    party: str | None = None
    place: str | None = None


class CustomerChapter(ChapterHeader):
    """Everything a pack says of tiers, service orders, data entry and the registry."""

    default_tier: TierCode
    """The tier of whoever was not confirmed in another."""
    tier_order: Annotated[tuple[TierCode, ...], Field(min_length=1)]
    """First match in this order."""
    facts: dict[Code, Fact]
    tier_rules: dict[Code, TierRule]
    tier_review: TierReview
    strategies: dict[TierCode, Strategy]
    named_contacts: dict[Code, NamedContacts] = Field(default_factory=dict)
    members: Members | None = None
    works: dict[Code, Work]
    commitments: dict[Code, OrderCommitment]
    ladders: dict[Code, Ladder]
    pauses: dict[Code, PauseReason]
    concerns: dict[Code, Concern]
    entry_quality: EntryQuality
    registry: Registry
    indicators: dict[Code, IndicatorRule]

    @property
    def own_codes(self) -> Mapping[str, Iterable[str]]:
        """The codes that this chapter defines, by kind of reference."""
        return {
            "clause": self.clauses,
            "ladder": self.ladders,
            "pause": self.pauses,
            "work": self.works,
            "fact": self.facts,
            "concern": self.concerns,
        }

    @model_validator(mode="after")
    def _is_closed(self) -> Self:
        missing = [f"{r.path}：未定义的{r.kind} “{r.code}”" for r in dangling(self, self.own_codes)]
        tiers = set(self.tier_order)
        missing += [
            f"/tier_rules/{code}：级别 “{rule.tier}” 不在判定顺序（tier_order）中"
            for code, rule in self.tier_rules.items()
            if rule.tier not in tiers
        ]
        missing += [
            f"/tier_rules/{code}：“{test.fact}” 的比较方式与事实类型不符"
            for code, rule in self.tier_rules.items()
            for test in rule.when.tests()
            if test.fact in self.facts and not test.suits(self.facts[test.fact])
        ]
        if self.default_tier not in tiers:
            missing.append("/default_tier：默认级别不在判定顺序（tier_order）中")
        if missing:
            raise ValueError("；".join(missing))
        return self

    def ordered_rules(self) -> list[tuple[str, TierRule]]:
        """The rules in the order in which the first match decides."""
        place = {tier: index for index, tier in enumerate(self.tier_order)}
        return sorted(self.tier_rules.items(), key=lambda item: (place[item[1].tier], item[1].position, item[0]))

    def writers(self, concern: str) -> frozenset[str]:
        """Posts that may write a kind of data."""
        return frozenset(self.concerns[concern].written_by)


def default_tier(policy: Policy) -> str:
    """The tier of a customer that nobody has confirmed in another."""
    return policy.chapter_as(CHAPTER, CustomerChapter).default_tier


def promises_for(
    chapter: CustomerChapter, order: OrderTerms, *, start: OrderStart
) -> dict[OrderMetric, tuple[tuple[str, OrderCommitment], ...]]:
    """The promises of an order that run from `start`, by metric; the earliest deadline of a metric governs.

    A standard promise counts only where no tier has one for the metric.
    """
    given: dict[OrderMetric, list[tuple[str, OrderCommitment]]] = {}
    for code, commitment in sorted(chapter.commitments.items()):
        if (
            order.work in commitment.works
            and covers(commitment.tiers, order.tier)
            and covers(commitment.parties, order.party)
            and covers(commitment.places, order.place)
        ):
            given.setdefault(commitment.metric, []).append((code, commitment))
    return {
        metric: found
        for metric, candidates in given.items()
        if (found := tuple(c for c in _without_replaced(candidates) if c[1].start is start))
    }


def _without_replaced(candidates: list[tuple[str, OrderCommitment]]) -> list[tuple[str, OrderCommitment]]:
    own = [candidate for candidate in candidates if not candidate[1].is_standard]
    return own or candidates
