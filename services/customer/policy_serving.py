"""Who serves whom: named contacts and teams by tier, as pack data of the customer chapter (domain.md 2.2, 4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.customer.policy_tiering import NamedContacts
from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, TierCode, covers

ACCOUNT_MANAGER = "account_manager"
"""The place of the account manager that `named_contacts` ask for."""


class SlotKind(StrEnum):
    """Why somebody serves a customer."""

    NAMED = "named"
    """A named contact (对口领导、客户经理)."""
    TEAM = "team"
    """A member of the customer's team."""
    AGENT = "agent"
    """The named agent of a number of customers."""


class Slot(Named):
    """A place in the team of a tier."""

    post: PostCode
    at_least: Annotated[int, Field(ge=1)] = 1
    at_most: Annotated[int, Field(ge=1)] | None = None
    """None = as many as the customer needs."""
    max_load: Annotated[int, Field(ge=1)] | None = None
    """Customers that one person may serve in this post; None = no limit."""
    is_account_manager: bool = False
    kind: SlotKind = SlotKind.TEAM
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError("人数上限不得小于下限")
        if self.is_account_manager and self.at_most != 1:
            raise ValueError("客户经理只能有一位（at_most: 1）")
        return self


class Composition(Entry):
    """The team of the customers of some tiers."""

    tiers: Annotated[tuple[TierCode, ...], Field(min_length=1)]
    parties: tuple[Code, ...] = ()
    slots: Annotated[dict[Code, Slot], Field(min_length=1)]
    clause: ClauseCode
    is_open_setting: bool = False


class ServiceReview(Entry):
    """Which assignments a second person confirms."""

    tiers: tuple[TierCode, ...] = ()
    """Assignments to customers of these tiers."""
    confirmed_by: tuple[PostCode, ...] = ()
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if self.tiers and not self.confirmed_by:
            raise ValueError("须指明审核岗位（confirmed_by）")
        return self


class Serving(Entry):
    """Who assigns, who confirms, and which teams there are besides the `named_contacts`."""

    compositions: dict[Code, Composition] = Field(default_factory=dict)
    named_load: Annotated[int, Field(ge=1)] | None = None
    """VIPs and groups that one account manager may look after; None = no limit."""
    account_manager_post: PostCode = "account_manager"
    """Who is meant where `named_contacts` ask for an account manager."""
    assigned_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    review: ServiceReview
    clause: ClauseCode
    is_open_setting: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place that a customer's tier and party ask for."""

    slot: str
    name: str
    post: str
    at_least: int
    at_most: int | None
    max_load: int | None
    is_account_manager: bool
    kind: SlotKind
    clause: str
    tier: str
    parties: tuple[str, ...]


def wanted_by_tier(
    serving: Serving, named: Mapping[str, NamedContacts], post_names: Mapping[str, str]
) -> Iterator[Wanted]:
    """Every place that some tier asks for; a place told twice for one tier and party is meant once."""
    for contacts in named.values():
        for tier in contacts.tiers:
            yield from _named(serving, contacts, tier, post_names)
    for composition in serving.compositions.values():
        for tier in composition.tiers:
            for code, slot in composition.slots.items():
                yield Wanted(
                    code,
                    slot.name,
                    slot.post,
                    slot.at_least,
                    slot.at_most,
                    slot.max_load,
                    slot.is_account_manager,
                    slot.kind,
                    composition.clause,
                    tier,
                    composition.parties,
                )


def wanted_for(
    serving: Serving, named: Mapping[str, NamedContacts], post_names: Mapping[str, str], *, tier: str, party: str
) -> dict[str, Wanted]:
    """The places of one customer by slot, in the order of the pack."""
    found: dict[str, Wanted] = {}
    for one in wanted_by_tier(serving, named, post_names):
        if one.tier == tier and covers(one.parties, party):
            found.setdefault(one.slot, one)
    return found


def _named(serving: Serving, contacts: NamedContacts, tier: str, post_names: Mapping[str, str]) -> Iterator[Wanted]:
    for post in contacts.posts:
        name = post_names.get(post, post)
        yield Wanted(post, name, post, 1, 1, None, False, SlotKind.NAMED, contacts.clause, tier, contacts.parties)
    if contacts.has_account_manager:
        post = serving.account_manager_post
        yield Wanted(
            ACCOUNT_MANAGER,
            post_names.get(post, post),
            post,
            1,
            1,
            serving.named_load,
            True,
            SlotKind.NAMED,
            contacts.clause,
            tier,
            contacts.parties,
        )
