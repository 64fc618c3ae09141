"""The customer chapter of a policy pack, typed: tiers, orders with their promises, entry, registry, targets."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.customer.policy_entry import Concern, EntryQuality, Registry
from services.customer.policy_orders import OrderCommitment, OrderMetric, OrderStart, OrderTerms, Work
from services.customer.policy_tiering import Fact, FactType, Members, NamedContacts, Strategy, TierReview, TierRule
from shared.policy.book import Policy
from shared.policy.commitments import (
    Code,
    IndicatorRule,
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
