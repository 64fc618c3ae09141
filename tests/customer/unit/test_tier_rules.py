"""Rules become one statement, with every value of the pack bound."""

import pytest
from pydantic import ValidationError

from services.customer.policy import CustomerChapter
from services.customer.policy_tiering import CONDITION_DEPTH, Condition
from services.customer.tiering.rules import Source, classification
from shared.policy.loader import merge
from tests.support.packs import PACKS, customer_chapter, shipped


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("source", Source)
def test_one_statement_for_every_source(pack: str, source: Source) -> None:
    compiled = classification(customer_chapter(pack), source)
    assert compiled.sql.count(";") == 0
    assert all(f":{name} " in compiled.sql for name in compiled.parameters)


def test_sources_differ_only_in_their_rows() -> None:
    chapter = customer_chapter("chaohu")
    one, many = classification(chapter, Source.NAMED), classification(chapter, Source.CUSTOMERS)
    assert one.parameters == many.parameters
    assert one.sql.split(" from customers c ")[0] == many.sql.split(" from customers c ")[0]


def test_values_of_the_pack_are_bound_and_never_spelled_into_the_statement() -> None:
    poison = "x') or true --"
    change = {"tier_rules": {"vip_standing": {"when": {"fact": "tags", "one_of": [poison]}}}}
    chapter = CustomerChapter.model_validate(merge(shipped("xxx-gas").raw["customer"], change))
    compiled = classification(chapter, Source.NAMED)
    assert poison not in compiled.sql
    assert [poison] in compiled.parameters.values()


def test_rules_stand_in_pack_order() -> None:
    order = [code for code, _ in customer_chapter("chaohu").ordered_rules()]
    assert order == [
        "vip_volume",
        "key_standing",
        "major_volume",
        "major_capacity",
        "general_residents",
        "general_commercial",
        "general_rest",
    ]


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"fact": "kind"},
        {"all": [], "any": []},
        {"all": [], "at_least": 1},
        {"fact": "kind", "one_of": ["a"], "any": []},
    ],
)
def test_condition_is_exactly_one_thing(raw: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="条件"):
        Condition.model_validate(raw)


def test_condition_is_not_nested_without_end() -> None:
    raw: dict[str, object] = {"all": []}
    for _ in range(CONDITION_DEPTH):
        raw = {"any": [raw]}
    with pytest.raises(ValidationError, match="嵌套"):
        Condition.model_validate(raw)
