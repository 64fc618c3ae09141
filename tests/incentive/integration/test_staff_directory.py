"""The staff directory: demo seed, appointments within bounds, deputies, thin facts, own projection."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from services.incentive.staff.service.seeding import seed_demo_staff
from shared.access.permissions import Role
from shared.policy.model import CommonChapter
from tests.incentive.integration.conftest import NOW, House

LOGINS = {role.value for role in Role}


def new_person(**said: Any) -> dict[str, Any]:
    return {"login": "li.na", "name": "李娜", "posts": ["hotline_agent"], "department": "call_centre"} | said


async def seed(house: House, common: CommonChapter) -> int:
    async with house.rig.sessions.begin() as session:
        return await seed_demo_staff(session, company=house.company, common=common, now=NOW)


def changed_demo(common: CommonChapter, login: str, **said: Any) -> CommonChapter:
    person = common.demo_staff[login].model_copy(update=said)
    return common.model_copy(update={"demo_staff": {**common.demo_staff, login: person}})


async def test_the_demo_staff_have_every_access_role_and_known_superiors(house: House) -> None:
    rows = await house.rows("select * from staff_members where company = :c", c=house.company)
    role_of = house.common.role_of_post
    assert {row["login"] for row in rows} >= LOGINS
    for row in rows:
        if row["login"] in LOGINS:
            assert row["login"] in {role_of[post] for post in row["posts"]}
        assert row["superior_id"] is None or row["superior_id"] in {one["id"] for one in rows}
    projected = await house.rows("select id, posts from staff where company = :c", c=house.company)
    assert {row["id"]: row["posts"] for row in rows} == {row["id"]: row["posts"] for row in projected}


async def test_seeding_again_says_nothing_and_a_changed_pack_only_what_changed(house: House) -> None:
    assert await seed(house, house.common) == 0
    moved = changed_demo(house.common, "agent", team="hall_1")
    assert await seed(house, moved) == 1
    assert await seed(house, moved) == 0
    facts = await house.facts(house.id_of("agent"))
    assert [(fact["aggregate_version"], fact["payload"]["team"]) for fact in facts] == [(1, "hotline_1"), (2, "hall_1")]


async def test_seeding_leaves_alone_whoever_was_changed_by_a_person(house: House) -> None:
    done = await house.patch("office", f"/staff/{house.id_of('agent')}", {"team": "repair_1"}, version=1)
    assert done.status_code == 200, done.text
    assert await seed(house, changed_demo(house.common, "agent", team="hall_1")) == 0


async def test_a_fact_carries_the_whole_row_and_no_name(house: House) -> None:
    made = await house.post("office", "/staff", new_person(superior_id=str(house.id_of("callhead")), title="坐席"))
    assert made.status_code == 201, made.text
    body = made.json()
    assert made.headers["ETag"] == '"1"'
    assert made.headers["Location"] == f"/v1/staff/{body['id']}"
    (fact,) = await house.facts(body["id"])
    assert (fact["type"], fact["aggregate_type"]) == ("incentive.staff_changed", "staff")
    assert fact["actor"] == str(house.id_of("office"))
    assert fact["routing"] == {"owner_id": body["id"], "team": None, "department": "call_centre", "posts": []}
    assert fact["payload"] == {
        "staff_id": body["id"],
        "state": "active",
        "department": "call_centre",
        "team": None,
        "superior_id": str(house.id_of("callhead")),
        "posts": ["hotline_agent"],
        "lines": [],
        "deputies": [],
    }
    deeds = await house.rows("select action, detail from audit where resource_id = :id", id=body["id"])
    assert [deed["action"] for deed in deeds] == ["staff.appointed"]
    assert "李娜" not in str(fact) + str(deeds)


async def test_the_same_key_appoints_once_and_answers_the_same(house: House) -> None:
    first = await house.post("office", "/staff", new_person(), key="k")
    again = await house.post("office", "/staff", new_person(), key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    taken = await house.post("office", "/staff", new_person())
    assert (taken.status_code, taken.json()["code"]) == (409, "staff_login_taken")


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"posts": ["nobody"]}, "unknown_policy_code", "/posts/0"),
        ({"department": "moon"}, "unknown_policy_code", "/department"),
        ({"team": "moon"}, "unknown_policy_code", "/team"),
        ({"lines": ["market", "moon"]}, "unknown_policy_code", "/lines/1"),
        ({"superior_id": "01890000-0000-7000-8000-000000000001"}, "staff_superior_invalid", "/superior_id"),
    ],
)
async def test_codes_and_superior_must_exist(house: House, said: dict[str, Any], code: str, pointer: str) -> None:
    refused = await house.post("office", "/staff", new_person(**said))
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"posts": ["repair_worker"], "department": "customer_service"}, 201),
        ({"posts": ["hotline_agent"], "department": "call_centre"}, 403),
        ({"posts": ["gm"], "department": "customer_service"}, 403),
        ({"posts": ["customer_service_head"], "department": "customer_service"}, 403),
        ({"posts": ["hotline_agent"], "department": "customer_service"}, 403),
        ({"posts": [], "department": "customer_service", "lines": ["customer_service"]}, 403),
        ({"posts": [], "department": None}, 403),
    ],
)
async def test_a_head_appoints_only_within_the_department_and_below(
    house: House, said: dict[str, Any], status: int
) -> None:
    answer = await house.post("head", "/staff", new_person(**said))
    assert answer.status_code == status, answer.text


async def test_a_head_may_not_touch_people_of_other_departments_nor_take_them_away(house: House) -> None:
    agent = house.id_of("agent")
    assert (await house.patch("head", f"/staff/{agent}", {"state": "left"}, version=1)).status_code == 404
    crew = house.id_of("crew")
    moved = await house.patch("head", f"/staff/{crew}", {"department": "network"}, version=1)
    assert (moved.status_code, moved.json()["code"]) == (403, "staff_appointment_not_allowed")
    renamed = await house.patch("head", f"/staff/{crew}", {"title": "维修技师", "team": "repair_2"}, version=1)
    assert renamed.status_code == 200, renamed.text
    assert renamed.json()["team"] == "repair_2"


async def test_a_service_administrator_moves_nobody_of_the_own_level_or_above(house: House) -> None:
    posts = {"posts": ["service_administrator"], "department": "customer_service"}
    given = await house.patch("office", f"/staff/{house.id_of('keeper')}", posts, version=1)
    assert given.status_code == 200, given.text
    for login in ("head", "leader"):
        sent_away = await house.patch("keeper", f"/staff/{house.id_of(login)}", {"state": "left"}, version=1)
        assert (sent_away.status_code, sent_away.json()["code"]) == (403, "staff_appointment_not_allowed")
        period = {"deputy_id": str(house.id_of("crew")), "from_on": "2026-11-22", "until_on": "2026-11-24"}
        deputised = await house.post("keeper", f"/staff/{house.id_of(login)}/deputies", period, version=1)
        assert (deputised.status_code, deputised.json()["code"]) == (403, "staff_appointment_not_allowed")
    assert (await house.patch("keeper", f"/staff/{house.id_of('crew')}", {"team": None}, version=1)).status_code == 200


async def test_a_head_names_the_own_deputy(house: House) -> None:
    period = {"deputy_id": str(house.id_of("leader")), "from_on": "2026-11-22", "until_on": "2026-11-24"}
    assert (await house.post("head", f"/staff/{house.id_of('head')}/deputies", period, version=1)).status_code == 200


@pytest.mark.parametrize("login", sorted(LOGINS - {"head", "office"}))
async def test_nobody_else_writes_in_the_directory(house: House, login: str) -> None:
    assert (await house.post(login, "/staff", new_person())).status_code == 403


async def test_nobody_changes_the_own_standing_nor_becomes_a_deputy_by_the_own_hand(house: House) -> None:
    office, gm = house.id_of("office"), house.id_of("gm")
    own = await house.patch("office", f"/staff/{office}", {"posts": ["gm"]}, version=1)
    assert (own.status_code, own.json()["code"]) == (403, "staff_own_standing")
    period = {"from_on": "2026-11-20", "until_on": "2026-11-30"}
    deputy = await house.post("office", f"/staff/{gm}/deputies", {"deputy_id": str(office), **period}, version=1)
    assert (deputy.status_code, deputy.json()["code"]) == (403, "staff_own_standing")
    titled = await house.patch("office", f"/staff/{office}", {"title": "主任"}, version=1)
    assert titled.status_code == 200


async def test_a_change_needs_the_newest_version_and_the_same_again_is_no_change(house: House) -> None:
    crew = house.id_of("crew")
    assert (await house.patch("office", f"/staff/{crew}", {"team": "repair_2"}, version=1)).json()["version"] == 2
    stale = await house.patch("office", f"/staff/{crew}", {"team": "repair_1"}, version=1)
    assert stale.status_code == 412
    same = await house.patch("office", f"/staff/{crew}", {"team": "repair_2"}, version=2)
    assert (same.status_code, same.json()["version"]) == (200, 2)
    assert len(await house.facts(crew)) == 2
    emptied = await house.patch("office", f"/staff/{crew}", {"name": None}, version=2)
    assert emptied.status_code == 422


async def test_superiors_never_make_a_circle_also_when_two_change_at_once(house: House) -> None:
    head, crew, leader = house.id_of("head"), house.id_of("crew"), house.id_of("leader")
    circle = await house.patch("office", f"/staff/{head}", {"superior_id": str(crew)}, version=1)
    assert (circle.status_code, circle.json()["code"]) == (422, "staff_superior_invalid")
    assert (await house.patch("office", f"/staff/{crew}", {"superior_id": None}, version=1)).status_code == 200
    assert (await house.patch("office", f"/staff/{leader}", {"superior_id": None}, version=1)).status_code == 200
    answers = await asyncio.gather(
        house.patch("office", f"/staff/{crew}", {"superior_id": str(leader)}, version=2),
        house.patch("office", f"/staff/{leader}", {"superior_id": str(crew)}, version=2),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_a_deputy_has_the_rights_only_between_the_dates(house: House) -> None:
    head, leader = house.id_of("head"), house.id_of("leader")
    period = {"deputy_id": str(leader), "from_on": "2026-11-22", "until_on": "2026-11-24"}
    assert (await house.get("leader", "/staff/me")).json()["permissions"].get("staff.write") is None
    named = await house.post("office", f"/staff/{head}/deputies", period, version=1, key="d")
    assert named.status_code == 200, named.text
    again = await house.post("office", f"/staff/{head}/deputies", period, version=1, key="d")
    assert (again.status_code, again.headers["Idempotency-Replayed"], again.json()["version"]) == (200, "true", 2)
    me = (await house.get("leader", "/staff/me")).json()
    assert me["permissions"]["staff.write"] == "department"
    assert [one["staff_id"] for one in me["acting_for"]] == [str(head)]
    assert (await house.get("head", "/staff/me")).json()["deputies_today"] == [str(leader)]
    house.clock.at = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # the 25th in Shanghai
    assert (await house.get("leader", "/staff/me")).json()["acting_for"] == []
    removed = await house.post(
        "office", f"/staff/{head}/deputies/remove", {"deputy_id": str(leader), "from_on": "2026-11-22"}, version=2
    )
    assert removed.json()["deputies"] == []
    gone = await house.post(
        "office", f"/staff/{head}/deputies/remove", {"deputy_id": str(leader), "from_on": "2026-11-22"}, version=3
    )
    assert (gone.status_code, gone.json()["code"]) == (404, "staff_deputation_not_found")


async def test_a_deputy_of_a_head_may_not_change_the_heads_standing(house: House) -> None:
    head, leader = house.id_of("head"), house.id_of("leader")
    period = {"deputy_id": str(leader), "from_on": "2026-11-22", "until_on": "2026-11-24"}
    assert (await house.post("office", f"/staff/{head}/deputies", period, version=1)).status_code == 200
    for staff_id in (head, leader):
        version = (await house.get("office", f"/staff/{staff_id}")).json()["version"]
        refused = await house.patch("leader", f"/staff/{staff_id}", {"state": "on_leave"}, version=version)
        assert (refused.status_code, refused.json()["code"]) == (403, "staff_own_standing")


@pytest.mark.parametrize(
    ("deputy", "from_on", "until_on", "code"),
    [
        ("crew", "2026-11-22", "2026-11-21", "staff_deputy_dates"),
        ("crew", "2026-11-22", "2028-01-01", "staff_deputy_dates"),
        ("head", "2026-11-22", "2026-11-23", "staff_deputy_invalid"),
        ("nobody", "2026-11-22", "2026-11-23", "staff_deputy_invalid"),
    ],
)
async def test_a_deputy_is_somebody_else_at_work_for_sound_dates(
    house: House, deputy: str, from_on: str, until_on: str, code: str
) -> None:
    body = {"deputy_id": str(house.id_of(deputy)), "from_on": from_on, "until_on": until_on}
    refused = await house.post("office", f"/staff/{house.id_of('head')}/deputies", body, version=1)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_deputations_do_not_overlap_and_whoever_is_on_leave_stands_in_for_nobody(house: House) -> None:
    head, crew, leader = (house.id_of(login) for login in ("head", "crew", "leader"))
    may = {"deputy_id": str(leader), "from_on": "2026-05-01", "until_on": "2026-05-31"}
    assert (await house.post("office", f"/staff/{head}/deputies", may, version=1)).status_code == 200
    late = {"deputy_id": str(crew), "from_on": "2026-05-31", "until_on": "2026-06-02"}
    refused = await house.post("office", f"/staff/{head}/deputies", late, version=2)
    assert (refused.status_code, refused.json()["code"]) == (422, "staff_deputy_overlap")
    longer = await house.post("office", f"/staff/{head}/deputies", may | {"until_on": "2026-06-02"}, version=2)
    assert [one["until_on"] for one in longer.json()["deputies"]] == ["2026-06-02"]
    assert (await house.patch("office", f"/staff/{crew}", {"state": "on_leave"}, version=1)).status_code == 200
    july = {"deputy_id": str(crew), "from_on": "2026-07-01", "until_on": "2026-07-02"}
    away = await house.post("office", f"/staff/{head}/deputies", july, version=3)
    assert (away.status_code, away.json()["code"]) == (422, "staff_deputy_invalid")


async def test_me_says_posts_roles_rights_and_superior(house: House) -> None:
    me = (await house.get("agent", "/staff/me")).json()
    assert (me["roles"], me["department"], me["companies"]) == (["agent"], "call_centre", [house.company])
    assert (me["staff_id"], me["login"]) == (str(house.id_of("agent")), "agent")
    assert me["superior_name"] == house.common.demo_staff["callhead"].name
    assert (me["permissions"]["complaint.open"], me["permissions"]["work.read"]) == ("company", "own")
    assert "staff.write" not in me["permissions"]
    for login in LOGINS:
        assert (await house.get(login, "/staff/me")).status_code == 200


async def test_the_directory_pages_filters_and_keeps_to_its_company(house: House) -> None:
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 7}
    while True:
        page = (await house.get("agent", "/staff", **query)).json()
        seen += [one["login"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == sorted(house.common.demo_staff)

    async def logins(**asked: Any) -> list[str]:
        return [one["login"] for one in (await house.get("agent", "/staff", **asked)).json()["items"]]

    assert await logins(department="call_centre") == ["agent", "agent2", "callhead", "hotlineleader"]
    assert await logins(post="repair_worker") == ["crew"]
    assert await logins(team="hotline_1", q="AGENT2") == ["agent2"]
    assert await logins(q="%") == []
    assert await logins(superior_id=str(house.id_of("leader"))) == ["crew"]
    assert await logins(ids=[str(house.id_of("gm")), str(house.id_of("head"))]) == ["gm", "head"]
    assert await logins(state="left") == []
    assert (await house.get("reporter", "/staff")).status_code == 403
    elsewhere = await house.get("agent", f"/staff/{house.company}")
    assert elsewhere.status_code == 422
    assert (await house.get("agent", "/staff/01890000-0000-7000-8000-000000000001")).status_code == 404


async def test_departments_name_their_leaders(house: House) -> None:
    items = (await house.get("agent", "/departments")).json()["items"]
    assert [one["code"] for one in items] == sorted(house.common.departments)
    service = next(one for one in items if one["code"] == "customer_service")
    assert service["lead_ids"] == [str(house.id_of("head"))]
    assert service["in_charge_ids"] == [str(house.id_of("deputy"))]
    assert service["member_count"] == sum(
        person.department == "customer_service" for person in house.common.demo_staff.values()
    )
    page = (await house.get("agent", "/departments", limit=3)).json()
    rest = (await house.get("agent", "/departments", limit=200, cursor=page["next_cursor"])).json()
    assert [one["code"] for one in (*page["items"], *rest["items"])] == sorted(house.common.departments)


async def test_who_left_is_shown_but_counts_no_more(house: House) -> None:
    crew = house.id_of("crew")
    assert (await house.patch("head", f"/staff/{crew}", {"state": "left"}, version=1)).status_code == 200
    assert (await house.get("crew", "/staff/me")).status_code == 403
    assert (await house.get("agent", f"/staff/{crew}")).json()["state"] == "left"
    stays = await house.post("office", "/staff", new_person(superior_id=str(crew)))
    assert (stays.status_code, stays.json()["code"]) == (422, "staff_superior_invalid")


async def test_the_database_itself_refuses_unknown_states(house: House) -> None:
    with pytest.raises(IntegrityError):
        await house.rows("update staff_members set state = 'gone' where id = :id returning id", id=house.id_of("crew"))
