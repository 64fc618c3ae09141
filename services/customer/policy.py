"""The customer chapter of a policy pack, typed: tiers, orders with their promises, entry, registry, targets."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.customer.policy_contacts import Contacts
from services.customer.policy_entry import Concern, EntryQuality, Registry
from services.customer.policy_figures import CustomerIndicator
from services.customer.policy_groups import Members
from services.customer.policy_orders import OrderCommitment, OrderMetric, Orders, OrderStart, OrderTerms, Work
from services.customer.policy_records import Records
from services.customer.policy_safety import Safety
from services.customer.policy_serving import Serving
from services.customer.policy_settlement import Settlement
from services.customer.policy_supply import Readings, Supply
from services.customer.policy_tier_work import SalesFigures, ServicePlans, TierProposing, TierTerm
from services.customer.policy_tiering import Fact, FactType, NamedContacts, Strategy, TierReview, TierRule
from shared.policy.book import Policy
from shared.policy.commitments import (
    Code,
    Ladder,
    PauseReason,
    TierCode,
    covers,
)
from shared.policy.model import ChapterHeader
from shared.policy.references import Reference, dangling

CHAPTER = "customer"


class CustomerChapter(ChapterHeader):
    """Everything a pack says of tiers, service orders, data entry and the registry."""

    default_tier: TierCode
    """The tier of whoever was not confirmed in another."""
    tier_order: Annotated[tuple[TierCode, ...], Field(min_length=1)]
    """First match in this order."""
    facts: dict[Code, Fact]
    tier_rules: dict[Code, TierRule]
    tier_review: TierReview
    tier_proposing: TierProposing
    tier_term: TierTerm
    sales_figures: SalesFigures
    plans: ServicePlans
    strategies: dict[TierCode, Strategy]
    named_contacts: dict[Code, NamedContacts] = Field(default_factory=dict)
    members: Members | None = None
    serving: Serving | None = None
    works: dict[Code, Work]
    orders: Orders
    commitments: dict[Code, OrderCommitment]
    ladders: dict[Code, Ladder]
    pauses: dict[Code, PauseReason]
    concerns: dict[Code, Concern]
    entry_quality: EntryQuality
    registry: Registry
    records: Records
    contacts: Contacts
    supply: Supply
    readings: Readings
    settlement: Settlement
    safety: Safety
    indicators: dict[Code, CustomerIndicator]

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
            "hazard": self.records.hazards,
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
        named = Counter(rule.figure for rule in self.indicators.values() if rule.figure is not None)
        missing += [f"/indicators：“{figure}” 被多个指标使用" for figure, times in named.items() if times > 1]
        pairs: dict[str, str] = {"reading_pair": self.settlement.reading_pair}
        pairs |= {form.value: pair for form, pair in self.settlement.pairs.items()}
        missing += [
            f"/settlement/pairs/{form}：未定义的三方核对 “{pair}”"
            for form, pair in pairs.items()
            if pair not in self.entry_quality.three_way
        ]
        if self.default_tier not in tiers:
            missing.append("/default_tier：默认级别不在判定顺序（tier_order）中")
        if missing:
            raise ValueError("；".join(missing))
        return self

    def further_references(self) -> Iterator[Reference]:
        """Tags that `tier_rules` ask for: what a test's `one_of` names depends on the fact that it tests."""
        for code, rule in self.tier_rules.items():
            for path, test in rule.when.placed_tests(f"/tier_rules/{code}/when"):
                if test.fact in self.facts and self.facts[test.fact].type is FactType.TAGS:
                    for place, tag in enumerate(test.one_of or ()):
                        yield Reference("tag", tag, f"{path}/one_of/{place}")

    def ordered_rules(self) -> list[tuple[str, TierRule]]:
        """`tier_rules` in the order in which the first match decides: by `tier_order`, then by their `position`."""
        place = {tier: index for index, tier in enumerate(self.tier_order)}
        return sorted(self.tier_rules.items(), key=lambda item: (place[item[1].tier], item[1].position, item[0]))

    def writers(self, concern: str) -> frozenset[str]:
        """Posts that may write a kind of data: `concerns`."""
        return frozenset(self.concerns[concern].written_by)


def default_tier(policy: Policy) -> str:
    """`default_tier`: the tier of a customer that nobody has confirmed in another."""
    return policy.chapter_as(CHAPTER, CustomerChapter).default_tier


def promises_for(
    chapter: CustomerChapter, order: OrderTerms, *, start: OrderStart
) -> dict[OrderMetric, tuple[tuple[str, OrderCommitment], ...]]:
    """The `commitments` to an order that run from `start`, by metric; the earliest deadline of a metric governs.

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
