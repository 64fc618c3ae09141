"""Members of groups: derived, corrected, served in their own right, counted, greeted."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.customer.groups.service.settling import settle
from services.customer.registry.repository import bulk
from shared.database import create_engine, create_sessions
from tests.customer.integration.conftest import NOW
from tests.customer.integration.relations.conftest import Desk, refused
from tests.support.packs import customer_chapter
from tests.support.servers import TestPostgres

PERSON: dict[str, Any] = {"number": "G1", "name": "赵大明", "duty": "leader", "unit_place": 1}


async def join(desk: Desk, group: dict[str, Any], **more: Any) -> dict[str, Any]:
    return await desk.done(f"/customers/{group['id']}/members", {**PERSON, **more})


async def test_a_member_is_derived_moved_corrected_and_given_back_to_the_rule(desk: Desk) -> None:
    group = await desk.group()
    one = await join(desk, group, born_on="1975-03-08", phone="10066666666", title="董事长")
    assert (one["kind"], one["kind_source"], one["derived_by"]) == ("important_leader", "derived", "leads_unit")
    assert (one["circle"], one["rank"], one["is_served"], one["name"]) == ("core", "vip_1", True, "赵*")
    assert (one["phone"], one["has_birthday"]) == ("100****6666", True)
    at = f"/customers/{group['id']}/members/{one['id']}"
    stale = await desk.patch(at, {"own_rank": "vip_1"}, version=9)
    refused(stale, 412, "group_member_stale")
    assert stale.headers["ETag"] == '"1"', "the current version is told"
    moved = await desk.patch(at, {"unit_place": None, "department": "other", "own_rank": "vip_1"}, version=1)
    assert [moved.json()[name] for name in ("kind", "circle", "rank", "version")] == [
        *("general_leader", "ordinary", "vip_1", 2)
    ]
    body = {"kind": "important_contact", "reason": "实际分管财务"}
    refused(await desk.post(f"{at}/correct", body, version=2), 403, "permission_denied")
    fixed = await desk.done(f"{at}/correct", body, version=2, by="keeper")
    assert (fixed["kind"], fixed["derived_kind"], fixed["rank"]) == ("important_contact", "general_leader", "vip_2")
    assert fixed["kind_set_by"] == str(desk.gas.person("keeper"))
    kept = (await desk.patch(at, {"department": "finance", "duty": "contact"}, version=3)).json()
    assert (kept["kind"], kept["kind_source"]) == ("important_contact", "corrected")
    assert kept["derived_kind"] == "information_contact"
    again = await desk.done(f"/customers/{group['id']}/members/derive", by="keeper")
    assert again["changed"] == []
    back = await desk.done(f"{at}/restore", {"reason": "职务有变"}, version=4, by="keeper")
    assert (back["kind"], back["kind_source"], back["kind_reason"]) == ("information_contact", "derived", None)
    refused(
        await desk.post(f"{at}/restore", {"reason": "x"}, version=5, by="keeper"), 409, "group_member_not_corrected"
    )
    acts = [one["act"] for one in (await desk.get(f"{at}/history"))["items"]]
    assert acts == ["restored", "changed", "corrected", "derived", "joined"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"kind": "ordinary"}, "/kind", "member_kind_derived"),
        ({"duty": None, "unit_place": None}, "/duty", "group_member_invalid"),
        ({"duty": None}, "/duty", "group_member_invalid"),
        ({"duty": None, "unit_place": None, "kind": "nobody"}, "/kind", "group_member_invalid"),
        ({"department": "marketing"}, "/department", "group_member_invalid"),
        ({"own_rank": "vip_9"}, "/own_rank", "group_member_invalid"),
        ({"born_on": "2999-01-01"}, "/born_on", "group_member_invalid"),
        ({"joined_on": "2999-01-01"}, "/joined_on", "group_member_invalid"),
    ],
)
async def test_a_wrong_member_is_refused_by_field(desk: Desk, body: dict[str, Any], pointer: str, code: str) -> None:
    group = await desk.group()
    answer = await desk.post(f"/customers/{group['id']}/members", {**PERSON, **body})
    refused(answer, 422, code, pointer)
    assert (await desk.get(f"/customers/{group['id']}/members"))["items"] == []
    assert (await desk.get(f"/customers/{group['id']}"))["version"] == group["version"]


async def test_members_count_leave_and_come_back(desk: Desk) -> None:
    group = await desk.group(member_count=2)
    at = f"/customers/{group['id']}"
    first = await join(desk, group)
    refused(await desk.post(f"{at}/members", PERSON), 409, "group_member_number_taken")
    home = await desk.customer()
    refused(await desk.post(f"/customers/{home['id']}/members", PERSON), 404, "group_not_found")
    for number, duty in (("G2", "employee"), ("G3", "contact"), ("G4", "outsider"), ("G5", "machine")):
        await join(desk, group, number=number, duty=duty, unit_place=None)
    assert (await desk.get(at))["member_count"] == 3, "family and machines do not count"
    # as after a new revision of the pack: what is stored is no longer what the rules say
    await desk.pool.execute("update group_members set kind = 'informal' where group_id = $1", UUID(group["id"]))
    derived = await desk.done(f"{at}/members/derive")
    assert (len(derived["changed"]), (await desk.get(at))["member_count"]) == (4, 3)
    first = await desk.get(f"{at}/members/{first['id']}")
    member = f"{at}/members/{first['id']}"
    early = {"left_on": "2000-01-01", "reason": "调离"}
    refused(await desk.post(f"{member}/leave", early, version=2), 422, "group_member_invalid", "/left_on")
    gone = await desk.done(f"{member}/leave", {"left_on": first["joined_on"], "reason": "调离"}, version=2)
    assert (gone["state"], gone["left_on"]) == ("left", first["joined_on"])
    assert (await desk.get(at))["member_count"] == 2
    refused(await desk.patch(member, {"title": "顾问"}, version=3), 409, "group_member_state")
    served = await desk.get(f"{at}/members", is_served="true")
    assert served["items"] == []
    await desk.done(f"{member}/rejoin", {"joined_on": first["joined_on"]}, version=3)
    assert (await desk.get(at))["member_count"] == 3
    assert [one["id"] for one in (await desk.get(f"{at}/members", is_served="true"))["items"]] == [first["id"]]
    version = (await desk.get(at))["version"]
    stated = await desk.patch(at, {"member_count": 600}, by="clerk", version=version)
    assert stated.status_code == 200, stated.text
    await join(desk, group, number="G6", duty="employee", unit_place=None)
    assert (await desk.get(at))["member_count"] == 600, "the larger of stated and entered"


async def test_only_important_members_have_a_record_of_their_own(desk: Desk) -> None:
    group = await desk.group()
    plain = await join(desk, group, number="G2", duty="employee", unit_place=None)
    at = f"/customers/{group['id']}/members"
    refused(await desk.post(f"{at}/{plain['id']}/own-customer", version=1), 422, "member_not_served", "/member_id")
    chief = await join(desk, group, phone="10066666666")
    own = await desk.done(f"{at}/{chief['id']}/own-customer", version=1)
    record = await desk.get(f"/customers/{own['customer_id']}")
    assert (record["party"], record["phones"][0]["phone"]) == ("individual", "100****6666")
    refused(await desk.post(f"{at}/{chief['id']}/own-customer", version=2), 409, "member_customer_exists")
    groups = (await desk.get(f"/customers/{own['customer_id']}/memberships"))["items"]
    assert [(one["group_id"], one["rank"], one["kind"]) for one in groups] == [
        (group["id"], "vip_1", "important_leader")
    ]
    await desk.done(f"{at}/{chief['id']}/own-customer/unlink", {"reason": "同名不同人"}, version=2)
    unfit = {"customer_id": group["id"]}
    refused(await desk.post(f"{at}/{chief['id']}/own-customer", unfit, version=3), 422, "member_customer_unfit")
    body = {"customer_id": own["customer_id"]}
    assert (await desk.done(f"{at}/{chief['id']}/own-customer", body, version=3))["customer_id"] == own["customer_id"]


async def test_occasions_are_told_without_year_or_name_and_only_of_who_is_served(desk: Desk) -> None:
    group = await desk.group()
    await join(desk, group, number="G2", duty="employee", unit_place=None, born_on="1990-01-02")
    assert await desk.facts("customer.occasion_set") == []
    chief = await join(desk, group, born_on="1975-03-08")
    (said,) = await desk.facts("customer.occasion_set")
    assert {said[name] for name in ("month", "day")} == {3, 8}
    assert (said["member_id"], said["customer_id"], said["occasion"]) == (chief["id"], group["id"], "birthday")
    assert "1975" not in str(said)
    at = f"/customers/{group['id']}/members/{chief['id']}"
    await desk.patch(at, {"is_lunar_birthday": True}, version=1)
    lunar = (await desk.facts("customer.occasion_set"))[-1]
    assert (lunar["month"], lunar["day"], lunar["is_lunar"]) == (1, 26, True), "8 March 1975 by the lunar calendar"
    assert "赵" not in str(await desk.facts("customer.member_changed", "customer.occasion_set"))
    body = {"left_on": chief["joined_on"], "reason": "退休"}
    await desk.done(f"/customers/{group['id']}/members/{chief['id']}/leave", body, version=2)
    (ended,) = await desk.facts("customer.occasion_ended")
    assert (ended["occasion_id"], "month" in ended) == (chief["id"], False)
    days = f"/customers/{group['id']}/great-days"
    refused(await desk.post(days, {"name": "厂庆", "month": 2, "day": 30}), 422, "group_member_invalid", "/day")
    day = await desk.done(days, {"name": "厂庆", "month": 2, "day": 29})
    refused(await desk.post(days, {"name": "厂庆", "month": 2, "day": 29}), 409, "great_day_exists")
    assert (await desk.facts("customer.occasion_set"))[-1]["occasion"] == "great_day"
    refused(await desk.post(f"{days}/{day['id']}/withdraw", version=7), 412, "group_member_stale")
    assert (await desk.done(f"{days}/{day['id']}/withdraw", version=1))["state"] == "withdrawn"
    assert [one["occasion_id"] for one in await desk.facts("customer.occasion_ended")] == [chief["id"], day["id"]]


async def test_an_import_states_kinds_and_never_overwrites_a_correction(desk: Desk, postgres: TestPostgres) -> None:
    group = await desk.group()
    engine = create_engine(postgres.url("customer"), application_name="test", schema="customer")
    sessions = create_sessions(engine)

    async def bring(kind: str) -> None:
        record = {
            "id": str(uuid4()),
            "company": desk.gas.code,
            "group_id": group["id"],
            "number": "G1",
            "name": "赵大明",
            "kind": kind,
            "title": None,
            "born_on": "1975-03-08",
        }
        async with sessions.begin() as session:
            await bulk.upsert_members(await bulk.connection(session), [record], NOW)
            await settle(session, desk.gas.code, customer_chapter("xxx-gas").members, now=NOW)

    await bring("important_leader")
    (one,) = (await desk.get(f"/customers/{group['id']}/members"))["items"]
    assert (one["kind_source"], one["is_served"], one["rank"], one["derived_kind"]) == ("stated", True, "vip_1", None)
    assert (await desk.get(f"/customers/{group['id']}"))["member_count"] == 1
    assert [fact["month"] for fact in await desk.facts("customer.occasion_set")] == [3]
    at = f"/customers/{group['id']}/members/{one['id']}"
    body = {"kind": "ordinary", "reason": "已退居二线"}
    fixed = await desk.done(f"{at}/correct", body, version=one["version"], by="keeper")
    await bring("general_leader")
    (kept,) = (await desk.get(f"/customers/{group['id']}/members"))["items"]
    assert (kept["kind"], kept["kind_source"]) == ("ordinary", "corrected")
    left = await desk.done(f"{at}/leave", {"left_on": kept["joined_on"], "reason": "调离"}, version=fixed["version"])
    await bring("important_leader")
    acts = [one["act"] for one in (await desk.get(f"{at}/history"))["items"]]
    assert acts[:2] == ["rejoined", "left"], left
    rows = await desk.pool.fetch(
        "select 1 from group_members where group_id = $1 and not is_settled", UUID(group["id"])
    )
    assert rows == []
    await engine.dispose()
