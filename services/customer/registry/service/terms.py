"""What the pack says of entering a customer: the tier before any review, and the tags that there are."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.customer.policy import CHAPTER, CustomerChapter, default_tier
from services.customer.policy_records import Records
from services.customer.registry.errors import UnknownRecordCodeError, UnknownTagError
from services.customer.registry.rules.columns import Words
from services.customer.registry.rules.rights import ConcernRight, Right, Writer
from services.customer.registry.rules.text import tidy
from services.customer.write_rights import service as write_rights
from shared.access.principal import Principal
from shared.errors import FieldError
from shared.policy.book import Policy
from shared.policy.commitments import Named

PolicyAt = Callable[[str, datetime], Policy]
"""Company and instant → the policy in force."""


@dataclass(frozen=True, slots=True)
class EntryTerms:
    """What governs an entry, by whichever door it comes."""

    default_tier: str
    tags: Mapping[str, str]
    """What may be written, code or Chinese name, → code."""
    records: Records
    """Kinds, names and service lives of what belongs to a customer."""

    @property
    def words(self) -> Words:
        """What a sheet may say of tags, equipment and hazards."""
        return Words(self.tags, _named(self.records.equipment_kinds), _named(self.records.hazards))

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
    """`default_tier` and `records` of the customer chapter and `tags` of the common chapter."""
    return EntryTerms(default_tier(policy), _named(policy.common.tags), records_of(policy))


def _named(known: Mapping[str, Named]) -> dict[str, str]:
    return {**{tidy(one.name): code for code, one in known.items()}, **{code: code for code in known}}


def records_of(policy: Policy) -> Records:
    """`records` of the customer chapter."""
    return policy.chapter_as(CHAPTER, CustomerChapter).records


def ensure_code(code: str, known: Collection[str], pointer: str) -> None:
    """The code is one of the pack's.  Raises: UnknownRecordCodeError."""
    if code not in known:
        text = "现行规章未定义该代码。"
        raise UnknownRecordCodeError(text, errors=(FieldError(pointer, UnknownRecordCodeError.code, text),))


def writer_of(policy: Policy, principal: Principal) -> Writer:
    """What the posts of a person, and of those deputised for, may write: `records.fields` and `concerns`."""
    chapter = policy.chapter_as(CHAPTER, CustomerChapter)
    posts = {*principal.posts, *(post for standing in principal.acting for post in standing.posts)}
    return Writer(
        posts=frozenset(posts),
        rights={
            name: Right(said.name, said.entered, said.changed or said.entered)
            for name, said in chapter.records.fields.items()
        },
        concerns={
            code: ConcernRight(said.name, frozenset(said.written_by), frozenset(said.imported_by))
            for code, said in chapter.concerns.items()
        },
        post_names={code: post.name for code, post in policy.common.posts.items()},
        withdrawn=write_rights.refused(),
    )
