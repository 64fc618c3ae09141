"""Which places a customer's tier asks for, by pack: the named contacts of domain.md 2.2 and the teams of section 4."""

import pytest
from pydantic import ValidationError

from services.customer.policy_serving import ServiceReview, Slot, SlotKind, wanted_for
from services.customer.serving.rules import GapKind
from services.customer.serving.service.reading import TeamPerson, gap_of
from shared.ids import new_id
from tests.support.packs import customer_chapter, shipped


def places(pack: str, tier: str, party: str) -> dict[str, str]:
    chapter = customer_chapter(pack)
    assert chapter.serving is not None
    names = {code: post.name for code, post in shipped(pack).common.posts.items()}
    found = wanted_for(chapter.serving, chapter.named_contacts, names, tier=tier, party=party)
    return {slot: one.post for slot, one in found.items()}


@pytest.mark.parametrize(
    ("pack", "tier", "party", "posts"),
    [
        ("xxx-gas", "vip", "individual", ["gm", "deputy_gm", "customer_service_head"]),
        ("xxx-gas", "vip", "unit", ["gm", "deputy_gm", "customer_service_head", "market_head", "account_manager"]),
        ("xxx-gas", "vip", "group", ["gm", "deputy_gm", "customer_service_head", "market_head", "account_manager"]),
        ("xxx-gas", "general", "unit", []),
        ("generic", "special", "unit", ["senior_account_manager", "expert", "senior_agent"]),
        ("generic", "first", "individual", ["account_manager", "technician", "hotline_agent"]),
        ("generic", "second", "unit", ["hotline_agent"]),
        ("generic", "third", "unit", []),
        ("chaohu", "vip", "unit", ["gm", "account_manager"]),
        ("chaohu", "key", "individual", ["service_leader", "service_centre_deputy_head"]),
        ("chaohu", "general", "individual", []),
        (
            *("liaoning", "a_plus", "group"),
            ["account_manager", "chief_account_manager", "telephone_manager", "service_agent"],
        ),
        ("liaoning", "c", "group", ["account_manager", "service_agent"]),
        ("liaoning", "general", "unit", []),
    ],
)
def test_a_tier_asks_for_its_people(pack: str, tier: str, party: str, posts: list[str]) -> None:
    assert list(places(pack, tier, party).values()) == posts


def test_the_generic_teams_have_their_numbers() -> None:
    serving = customer_chapter("generic").serving
    assert serving is not None
    special = serving.compositions["special_team"].slots
    assert (special["manager"].at_least, special["manager"].at_most, special["manager"].is_account_manager) == (
        1,
        1,
        True,
    )
    assert special["experts"].at_most is None
    agent = serving.compositions["second_agent"].slots["agent"]
    assert (agent.at_most, agent.kind, agent.is_open_setting) == (1, SlotKind.AGENT, True)
    assert agent.max_load is not None
    assert serving.review.tiers == ("special",)


@pytest.mark.parametrize(
    "said",
    [
        {"at_least": 2, "at_most": 1},
        {"is_account_manager": True},
        {"is_account_manager": True, "at_most": 2, "at_least": 1},
        {"max_load": 0},
    ],
)
def test_an_impossible_place_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Slot.model_validate({"name": "客户经理", "post": "account_manager", **said})


def test_a_review_names_who_confirms() -> None:
    with pytest.raises(ValidationError):
        ServiceReview.model_validate({"tiers": ["vip"], "clause": "serving"})


def person(*, state: str = "active", is_in_post: bool = True, load: int = 1) -> TeamPerson:
    return TeamPerson(
        new_id(), new_id(), state, None, is_in_post, is_at_work=True, deputies=(), reach=(), load=load, version=1
    )


@pytest.mark.parametrize(
    ("people", "gap"),
    [
        ([], GapKind.MISSING),
        ([person(state="proposed")], GapKind.MISSING),
        ([person()], None),
        ([person(is_in_post=False)], GapKind.LEFT),
        ([person(), person(is_in_post=False)], GapKind.LEFT),
        ([person(load=50)], None),
        ([person(load=51)], GapKind.OVERLOADED),
    ],
)
def test_what_is_wrong_with_a_place(people: list[TeamPerson], gap: GapKind | None) -> None:
    chapter = customer_chapter("generic")
    assert chapter.serving is not None
    wanted = wanted_for(chapter.serving, {}, {}, tier="second", party="unit")["agent"]
    assert wanted.max_load == 50
    assert gap_of(wanted, people) is gap
