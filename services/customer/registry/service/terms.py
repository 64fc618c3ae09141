"""What the pack says of entering a customer: the tier before any review, and the tags that there are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.customer.policy import default_tier
from services.customer.registry.errors import UnknownTagError
from services.customer.registry.rules.text import tidy
from shared.errors import FieldError
from shared.policy.book import Policy

PolicyAt = Callable[[str, datetime], Policy]
"""Company and instant → the policy in force."""


@dataclass(frozen=True, slots=True)
class EntryTerms:
    """What governs an entry, by whichever door it comes."""

    default_tier: str
    tags: Mapping[str, str]
    """What may be written, code or Chinese name, → code."""

    def ensure_known(self, tags: Sequence[str], *, carried: Sequence[str] = ()) -> None:
        """Every tag is one of the pack's, or one that the customer carries already.  Raises: UnknownTagError."""
        allowed = {*self.tags.values(), *carried}
        unknown = [place for place, tag in enumerate(tags) if tag not in allowed]
        if unknown:
            text = "现行规章的公共章未定义该标签。"
            raise UnknownTagError(
                text, errors=tuple(FieldError(f"/tags/{place}", UnknownTagError.code, text) for place in unknown)
            )


def entry_terms(policy: Policy) -> EntryTerms:
    """`default_tier` of the customer chapter and `tags` of the common chapter."""
    tags = policy.common.tags
    return EntryTerms(
        default_tier(policy), {**{tidy(tag.name): code for code, tag in tags.items()}, **{c: c for c in tags}}
    )
