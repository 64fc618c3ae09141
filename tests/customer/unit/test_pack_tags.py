"""Tags are the pack's: what rules and authorities ask for can be imported and set, and a misspelt one is named."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.customer.registry.errors import UnknownTagError
from services.customer.registry.rules.columns import Column, RowRefusedError, with_tags
from services.customer.registry.rules.sheets import CUSTOMERS
from services.customer.registry.service.terms import entry_terms
from shared.http.policy_routes import code_lists
from shared.policy.check import check_packs
from shared.policy.loader import SHIPPED
from tests.support.packs import CHAPTERS, PACKS, customer_chapter, policy_of, shipped


def column(pack: str) -> Column:
    return next(one for one in with_tags(CUSTOMERS, entry_terms(policy_of(pack, "x")).tags) if one.name == "tags")


def asked_for(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            yield from value if name == "tags" and isinstance(value, list) else asked_for(value)
    elif isinstance(part, list):
        for value in part:
            yield from asked_for(value)


@pytest.mark.parametrize("pack", PACKS)
def test_every_tag_that_a_chapter_asks_for_can_be_imported_and_set(pack: str) -> None:
    rules = [reference.code for reference in customer_chapter(pack).further_references()]
    asked = {*rules, *asked_for(shipped(pack).raw["complaint"])}
    assert asked <= shipped(pack).common.tags.keys()
    entry_terms(policy_of(pack, "x")).ensure_known(sorted(asked))
    for code, tag in shipped(pack).common.tags.items():
        assert column(pack).read(code) == column(pack).read(f" {tag.name} ") == [code]
    assert column(pack).read("官员；news_media、区市政府核心领导") == ["government_leader", "news_media", "official"]


def test_a_tag_of_one_pack_is_unknown_to_another() -> None:
    assert column("xxx-gas").read("关键客户(费用减免适用)") == ["key"]
    with pytest.raises(RowRefusedError) as refused:
        column("generic").read("official；key")
    assert refused.value.rule == "unknown_value"
    with pytest.raises(UnknownTagError) as unknown:
        entry_terms(policy_of("generic", "x")).ensure_known(["official", "key"])
    assert [(one.pointer, one.code) for one in unknown.value.errors] == [("/tags/1", "unknown_policy_code")]


def test_a_tag_that_the_customer_carries_already_may_stay() -> None:
    entry_terms(policy_of("generic", "x")).ensure_known(["official", "key"], carried=["key"])


@pytest.mark.parametrize("pack", PACKS)
def test_tags_are_among_the_listed_codes(pack: str) -> None:
    lists = dict(code_lists(shipped(pack).common))
    assert lists["tags"].keys() == shipped(pack).common.tags.keys() >= {"government_leader", "official"}


def test_packs_check_names_a_tier_rule_with_an_unknown_tag(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "chaohu", tmp_path / "chaohu")
    file = tmp_path / "chaohu" / "customer.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("[government_leader, official,", "[government_leader, oficial,"), "utf-8")
    packs, (mistake,) = check_packs(tmp_path, CHAPTERS)
    assert packs == []
    assert (mistake.file, mistake.path) == ("chaohu/customer.yaml", "/tier_rules/key_standing/when/one_of/1")
    assert "标签 oficial 未定义" in mistake.reason
    assert "oficial" in file.read_text("utf-8").splitlines()[(mistake.line or 0) - 1]
