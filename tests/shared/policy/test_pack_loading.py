"""From YAML to a pack: extends, null, lists, and every mistake with file, line, path and reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.check import check_packs, packs_in
from shared.policy.loader import Mistake, PackError, load_pack, merge
from shared.policy.model import ChapterHeader
from tests.shared.policy.pack_folders import CHAPTERS, DAY, FILED, ToyChapter, common, head, toy, write_pack


def mistakes_of(root: Path) -> list[Mistake]:
    return check_packs(root, CHAPTERS)[1]


def test_a_sound_pack_is_typed(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path, "one", common=common(), toy=toy()), CHAPTERS)
    assert pack.common.ranked_tiers == ["vip", "general"]
    assert pack.common.role_of_post == {"head": "head", "agent": "agent"}
    chapter = pack.chapters["toy"]
    assert isinstance(chapter, ToyChapter)
    assert chapter.rules["first"].hours == 1


def test_extends_merges_maps_by_code_replaces_lists_and_null_removes(tmp_path: Path) -> None:
    write_pack(tmp_path, "_base", common=common(), toy=toy())
    tiers = {"vip": {"name": "要客"}, "key": {"name": "关键", "rank": 3}}
    change = {"rules": {"first": None, "second": toy()["rules"]["first"] | {"hours": 2}}, "order": ["key"]}
    write_pack(tmp_path, "one", {"extends": "_base"}, common=head(tiers=tiers), toy=head(version="2011.1") | change)
    pack = load_pack(tmp_path / "one", CHAPTERS)
    assert pack.common.tiers["vip"].name == "要客"
    assert pack.common.ranked_tiers == ["vip", "general", "key"]
    chapter = pack.chapters["toy"]
    assert isinstance(chapter, ToyChapter)
    assert list(chapter.rules) == ["second"]
    assert chapter.order == ("key",)


def test_a_chapters_own_head_is_never_inherited(tmp_path: Path) -> None:
    write_pack(tmp_path, "_base", common=common(), toy=toy())
    own = {"name": "自己的", "owner": "service", "effective_on": date(2012, 1, 1), "version": "2012.1"}
    write_pack(tmp_path, "one", {"extends": "_base"}, common=own)
    pack = load_pack(tmp_path / "one", CHAPTERS)
    assert (pack.common.approval, pack.common.trial_months, pack.common.is_approved) == ((), 0, False)
    assert pack.chapters["toy"].is_approved
    write_pack(tmp_path, "two", {"extends": "_base"}, common={"name": "没有版本"})
    with pytest.raises(PackError) as refused:
        load_pack(tmp_path / "two", CHAPTERS)
    assert {m.path for m in refused.value.mistakes} == {"/version", "/effective_on"}


def test_a_mistake_names_the_file_and_line_where_it_was_written(tmp_path: Path) -> None:
    write_pack(tmp_path, "_base", common=common(), toy=toy())
    inherited = tmp_path / "_base" / "toy.yaml"
    text = inherited.read_text("utf-8").replace("hours: 1", "hours: -1")
    inherited.write_text(text, "utf-8")
    write_pack(tmp_path, "one", {"extends": "_base"}, common=head(), toy=head(colour="red"))
    found = {(m.file, m.path): m for m in mistakes_of(tmp_path)}
    assert set(found) == {("_base/toy.yaml", "/rules/first/hours"), ("one/toy.yaml", "/colour")}
    line = text.splitlines().index("    hours: -1") + 1
    assert str(found["_base/toy.yaml", "/rules/first/hours"]).startswith(f"_base/toy.yaml:{line}: /rules/first/hours: ")
    own = (tmp_path / "one" / "toy.yaml").read_text("utf-8").splitlines()
    assert found["one/toy.yaml", "/colour"].line == own.index("colour: red") + 1


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("toy.yaml", "a: 1\na: 2\n", "重复"),
        ("toy.yaml", "a: [1\n", "expected"),
        ("toy.yaml", "- 1\n", "键值映射"),
        ("toy.yaml", "a: !!python/object/apply:os.getcwd []\n", "could not determine a constructor"),
        ("other.yaml", "a: 1\n", "没有服务认领"),
    ],
)
def test_files_that_cannot_be_read_are_mistakes(tmp_path: Path, file: str, text: str, reason: str) -> None:
    folder = write_pack(tmp_path, "one", common=common())
    (folder / file).write_text(text, "utf-8")
    (found,) = mistakes_of(tmp_path)
    assert found.file == f"one/{file}"
    assert reason in found.reason


@pytest.mark.parametrize(
    ("manifest", "path"),
    [({"extends": "nowhere"}, "/extends"), ({"extends": "one"}, "/extends"), ({"code": "other"}, "/code")],
)
def test_the_manifest_must_hold(tmp_path: Path, manifest: dict[str, Any], path: str) -> None:
    write_pack(tmp_path, "one", manifest, common=common())
    assert {(m.file, m.path) for m in mistakes_of(tmp_path)} == {("one/pack.yaml", path)}


def test_a_folder_without_pack_or_common_chapter_is_a_mistake(tmp_path: Path) -> None:
    assert len(mistakes_of(tmp_path)) == 1
    write_pack(tmp_path, "one", toy=toy())
    assert [m.file for m in mistakes_of(tmp_path)] == ["one/common.yaml"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(PackError, match=r"缺少 pack\.yaml"):
        load_pack(tmp_path / "empty", CHAPTERS)


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"rules": {"first": {"name": "甲", "tier": "x", "hours": 1, "post": "head", "clause": "c1"}}}, "/tier"),
        ({"rules": {"first": {"name": "甲", "tier": "vip", "hours": 1, "post": "x", "clause": "c1"}}}, "/post"),
        ({"rules": {"first": {"name": "甲", "tier": "vip", "hours": 1, "post": "head", "clause": "x"}}}, "/clause"),
    ],
)
def test_codes_must_be_defined_in_the_common_chapter(tmp_path: Path, said: dict[str, Any], path: str) -> None:
    write_pack(tmp_path, "one", common=common(), toy=toy(**said))
    (found,) = mistakes_of(tmp_path)
    assert (found.file, found.path) == ("one/toy.yaml", f"/rules/first{path}")
    assert "x 未定义" in found.reason
    assert found.line is not None


@pytest.mark.parametrize(
    ("chapter", "said", "path"),
    [
        ("toy", {"owner": "moon"}, "/owner"),
        ("toy", {"order": ["vip", "x"]}, "/order/1"),
        ("toy", {"effective_on": date(2010, 9, 30)}, "/effective_on"),
        ("toy", {"takes_effect_at": "approved_by_director"}, "/takes_effect_at"),
        ("toy", {"takes_effect_at": "draft"}, "/takes_effect_at"),
        ("toy", {"version": "eleven"}, "/version"),
        ("toy", {"approval": FILED[::-1]}, ""),
        ("toy", {"approval": [FILED[0], {**FILED[1], "on": date(2010, 7, 1)}]}, ""),
        ("common", {"default_tier": "x"}, ""),
        ("common", {"default_calendar": "x"}, "/default_calendar"),
        ("common", {"tiers": {"general": {"name": "甲", "rank": 1}, "b": {"name": "乙", "rank": 1}}}, ""),
        ("common", {"quiet_hours": {"from_hour": "25:00", "until_hour": "08:00"}}, "/quiet_hours/from_hour"),
        ("common", {"calendars": {"c": {"name": "空", "weekly": {"mon": []}}}}, "/calendars/c"),
        ("common", {"calendars": {"c": {"name": "错", "weekly": {"mon": ["12:00-08:00"]}}}}, "/calendars/c/weekly/mon"),
        ("common", {"calendars": {"c": {"name": "错", "zone": "Moon/Sea", "weekly": {"mon": DAY}}}}, "/calendars/c"),
        ("common", {"posts": {"head": {"name": "主任", "access_role": "king", "level": 3}}}, "/posts/head/access_role"),
        ("common", {"demo_staff": {"a": {"name": "甲", "posts": ["x"]}}}, "/demo_staff/a/posts/0"),
        ("common", {"demo_staff": {"a": {"name": "甲", "posts": [], "team": "x"}}}, "/demo_staff/a/team"),
        ("common", {"demo_staff": {"a": {"name": "甲", "posts": [], "superior": "x"}}}, ""),
        ("common", {"demo_staff": {"a": {"name": "甲", "posts": [], "superior": "a"}}}, ""),
    ],
)  # fmt: skip
def test_every_rule_of_a_chapter_is_checked(tmp_path: Path, chapter: str, said: dict[str, Any], path: str) -> None:
    chapters = {"common": common(), "toy": toy(rules={}, order=["general"])}
    chapters[chapter] |= said
    write_pack(tmp_path, "one", None, **chapters)
    assert ("/" + path.lstrip("/")) in {"/" + m.path.lstrip("/") for m in mistakes_of(tmp_path)}


def test_callback_may_take_effect_by_the_director(tmp_path: Path) -> None:
    chapter = head(takes_effect_at="approved_by_director", approval=FILED[:2])
    write_pack(tmp_path, "one", common=common(), callback=chapter)
    packs, mistakes = check_packs(tmp_path, {"callback": ChapterHeader})
    assert mistakes == []
    assert packs[0].chapters["callback"].is_approved


def test_packs_must_not_claim_one_company_nor_define_one_calendar_twice(tmp_path: Path) -> None:
    companies = {"companies": {"same": {"name": "公司"}}}
    other = {"toy-office": {"name": "另一班", "weekly": {"tue": ["09:00-17:00"]}, "holidays": "none"}}
    write_pack(tmp_path, "one", companies, common=common())
    write_pack(tmp_path, "two", companies, common=common(calendars=other))
    write_pack(tmp_path, "_base", common={"broken": True})
    assert [path.name for path in packs_in(tmp_path)] == ["one", "two"]
    found = {(m.file, m.path) for m in mistakes_of(tmp_path)}
    assert found == {("two/pack.yaml", "/companies/same"), ("two/common.yaml", "/calendars/toy-office")}


VALUES = st.recursive(
    st.integers() | st.text("ab", max_size=2) | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
MAPS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@given(MAPS)
def test_merging_nothing_or_itself_changes_nothing(base: dict[str, Any]) -> None:
    assert merge(base, {}) == base
    assert merge(base, base) == base
    assert merge(base, dict.fromkeys(base)) == {}


@given(MAPS, MAPS)
def test_what_the_change_says_stands_and_what_it_does_not_name_stays(
    base: dict[str, Any], change: dict[str, Any]
) -> None:
    merged = merge(base, change)
    assert merged.keys() == base.keys() | change.keys()
    for key, value in merged.items():
        if key not in change:
            assert value == base[key]
        elif not isinstance(value, dict):
            assert value == change[key]
    assert yaml.safe_load(yaml.safe_dump(merged)) == merged
