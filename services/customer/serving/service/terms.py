"""What the pack in force says of who serves whom."""

from dataclasses import dataclass

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_serving import ServiceReview, Serving, Wanted, wanted_for
from services.customer.registry.models import CustomerRow
from services.customer.registry.rules.vocabulary import Party
from shared.policy.book import Policy


@dataclass(frozen=True, slots=True)
class ServingTerms:
    """`serving` and `named_contacts` of the customer chapter, with the tiers in their rank."""

    chapter: CustomerChapter
    post_names: dict[str, str]
    tiers: tuple[str, ...]
    """First tier first."""
    version: str

    @property
    def serving(self) -> Serving | None:
        """The section; None where the pack has none."""
        return self.chapter.serving

    def wanted(self, customer: CustomerRow) -> dict[str, Wanted]:
        """The places that a customer's tier asks for, by slot."""
        if self.serving is None:
            return {}
        return wanted_for(
            self.serving, self.chapter.named_contacts, self.post_names, tier=customer.tier, party=customer.party
        )

    def wanted_in(self, tier: str) -> list[tuple[str, Wanted]]:
        """Every place of a tier with the party that it is for."""
        if self.serving is None:
            return []
        named, names = self.chapter.named_contacts, self.post_names
        return [
            (party.value, one)
            for party in Party
            for one in wanted_for(self.serving, named, names, tier=tier, party=party).values()
        ]

    def review_of(self, tier: str) -> ServiceReview | None:
        """Who confirms an assignment to a customer of the tier; None where it is in force at once."""
        if self.serving is None or tier not in self.serving.review.tiers:
            return None
        return self.serving.review


def terms_of(policy: Policy) -> ServingTerms:
    """From the policy in force."""
    common = policy.common
    tiers = sorted(common.tiers, key=lambda code: (common.tiers[code].rank, code))
    return ServingTerms(
        policy.chapter_as(CHAPTER, CustomerChapter),
        {code: post.name for code, post in common.posts.items()},
        tuple(tiers),
        policy.revision(CHAPTER).version,
    )
