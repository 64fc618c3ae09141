"""The four packs that ship: without mistake, complete for every access role, by the dates of domain.md 2.9."""

from datetime import UTC, date, datetime

import pytest

from shared.access.permissions import Role
from shared.policy.check import check_packs
from shared.policy.codes import codes_in_force
from shared.policy.loader import SHIPPED, Pack
from shared.policy.model import demo_staff_id
from shared.policy.references import references
from tests.support.packs import CHAPTERS, PACKS, policy_of, shipped


@pytest.fixture(scope="module", params=PACKS)
def pack(request: pytest.FixtureRequest) -> Pack:
    return shipped(request.param)


def test_the_shipped_packs_have_no_mistake() -> None:
    packs, mistakes = check_packs(SHIPPED, CHAPTERS)
    assert [str(mistake) for mistake in mistakes] == []
    assert {one.code for one in packs} == set(PACKS)


def test_each_pack_has_its_demo_company_and_xxx_gas_a_second_legal_company(pack: Pack) -> None:
    companies = list(pack.manifest.companies)
    assert companies[0] == pack.code
    assert companies == (["xxx-gas", "xxx-gas-2"] if pack.code == "xxx-gas" else [pack.code])


def test_every_access_role_has_a_demo_login_of_its_name(pack: Pack) -> None:
    common = pack.common
    for role in Role:
        posts = common.demo_staff[role.value].posts
        assert role.value in {common.posts[post].access_role for post in posts}, role


def test_every_post_that_a_chapter_names_has_a_demo_holder(pack: Pack) -> None:
    held = {post for person in pack.common.demo_staff.values() for post in person.posts}
    named = {
        reference.code
        for chapter in pack.chapters.values()
        for reference in references(chapter)
        if reference.kind == "post"
    }
    assert named - held == set()


def test_demo_people_stand_below_the_general_manager_and_have_stable_ids(pack: Pack) -> None:
    people = pack.common.demo_staff
    for login, person in people.items():
        top = login
        while (above := people[top].superior) is not None:
            top = above
        assert top == "gm" or person.posts in {("social_supervisor",), ("supervision_centre",)}, login
    assert str(demo_staff_id("chaohu", "agent")) == str(demo_staff_id("chaohu", "agent"))
    assert demo_staff_id("chaohu", "agent") != demo_staff_id("xxx-gas", "agent")


def test_every_department_has_a_leader_in_charge_and_every_domain_post_is_there(pack: Pack) -> None:
    common = pack.common
    lines = {line for person in common.demo_staff.values() for line in person.lines}
    assert set(common.departments) - lines == {"management"}
    names = {post.name for post in common.posts.values()}
    assert names >= {"营业员", "坐席员", "抄表员", "工单录入员", "主数据维护员", "户内维修员", "维修班长", "客户经理"}
    assert names >= {"首席客户经理", "分管领导", "总经理", "服务管理员", "服务检查员", "社会监督员", "运维人员"}
    assert common.posts["service_administrator"].access_role == "head"
    assert common.posts["meter_reader"].access_role == "clerk"
    assert common.posts["system_maintenance"].access_role == "auditor"


@pytest.mark.parametrize(
    ("code", "tiers", "default"),
    [
        ("xxx-gas", ["vip", "general"], "general"),
        ("chaohu", ["vip", "key", "major", "general"], "general"),
        ("generic", ["special", "first", "second", "third"], "third"),
        ("liaoning", ["a_plus", "a", "b", "c", "general"], "general"),
    ],
)
def test_tiers_by_rank(code: str, tiers: list[str], default: str) -> None:
    common = shipped(code).common
    assert (common.ranked_tiers, common.default_tier) == (tiers, default)


def test_the_regulations_of_xxx_gas_take_effect_by_their_dates_and_were_filed() -> None:
    pack = shipped("xxx-gas")
    effective = {name: chapter.effective_on for name, chapter in pack.chapters.items()}
    assert effective == {
        "callback": date(2011, 1, 1),
        "common": date(2010, 10, 1),
        "complaint": date(2010, 10, 1),
        "customer": date(2011, 1, 1),
        "incentive": date(2011, 1, 1),
        "inspection": date(2010, 12, 20),
    }
    assert all(chapter.is_approved and chapter.trial_months == 6 for chapter in pack.chapters.values())
    assert all(chapter.approval[-1].on <= chapter.effective_on for chapter in pack.chapters.values())


def test_all_chapters_are_in_full_effect_today(pack: Pack) -> None:
    today = datetime(2026, 11, 22, tzinfo=UTC).date()
    for chapter in pack.chapters.values():
        assert chapter.effective_on <= today
        assert not chapter.is_trial(today)


def test_codes_are_listed_once(pack: Pack) -> None:
    listed = [(one.chapter, one.kind, one.code) for one in codes_in_force(policy_of(pack.code, "c")).items]
    assert len(listed) == len(set(listed))
    kinds = {(chapter, kind) for chapter, kind, _ in listed}
    assert kinds >= {("common", "tiers"), ("common", "posts"), ("complaint", "categories"), ("complaint", "grades")}
    assert kinds >= {("customer", "works"), ("complaint", "clauses")}


def test_open_settings_are_marked(pack: Pack) -> None:
    assert pack.common.quiet_hours.is_open_setting
    assert all(one.is_open_setting for one in pack.common.retention.values())
    assert pack.common.calendars["office"].is_open_setting
