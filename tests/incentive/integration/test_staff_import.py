"""The directory from a file: all or nothing, by the rules of the single doors."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.incentive.integration.conftest import House

HEADER = (
    "login,name,title,posts,department,team,superior_login,lines,entry_on,state,deputy_login,deputy_from,deputy_until"
)


async def bring(
    house: House, login: str, content: str | bytes, *, key: str = "", is_preview: bool = False
) -> httpx.Response:
    data = content if isinstance(content, bytes) else content.encode()
    return await house.client.post(
        "/v1/staff/imports",
        params={"is_preview": "true"} if is_preview else {},
        files={"file": ("staff.csv", data)},
        headers={"Authorization": f"Bearer {login}", "Idempotency-Key": key or str(uuid4())},
    )


async def standing(house: House) -> list[dict[str, Any]]:
    return await house.rows("select * from staff_members where company = :c order by login", c=house.company)


async def facts_of(house: House) -> int:
    (row,) = await house.rows("select count(*) as n from outbox where company = :c", c=house.company)
    return int(row["n"])


NEW = f"""{HEADER}
li.na,李娜,坐席,hotline_agent,call_centre,hotline_1,wang.wu,,2026-01-02,,agent,2026-11-22,2026-11-24
wang.wu,王五,,hotline_agent,call_centre,hotline_1,callhead,,,active,,,
"""


async def test_a_file_creates_changes_and_leaves_the_rest(house: House) -> None:
    before = await facts_of(house)
    done = await bring(house, "office", NEW)
    assert done.status_code == 200, done.text
    body = done.json()
    assert (body["created"], body["changed"], body["unchanged"]) == (2, 0, 0)
    rows = {row["login"]: row for row in await standing(house)}
    assert rows["li.na"]["superior_id"] == rows["wang.wu"]["id"]
    assert rows["li.na"]["deputies"][0]["staff_id"] == str(house.id_of("agent"))
    (fact,) = await house.facts(rows["li.na"]["id"])
    assert (fact["type"], fact["payload"]["superior_id"]) == ("incentive.staff_changed", str(rows["wang.wu"]["id"]))
    deeds = await house.rows("select action, detail from audit where resource_id = :id", id=rows["li.na"]["id"])
    assert [deed["action"] for deed in deeds] == ["staff.appointed"]
    assert "李娜" not in str(fact) + str(deeds)
    (projected,) = await house.rows("select posts from staff where id = :id", id=rows["li.na"]["id"])
    assert projected["posts"] == ["hotline_agent"]

    moved = await bring(house, "office", NEW.replace("callhead,,,active", "callhead,,,on_leave"))
    assert (moved.json()["created"], moved.json()["changed"], moved.json()["unchanged"]) == (0, 1, 1)
    assert moved.json()["staff_ids"] == [str(rows["wang.wu"]["id"])]
    assert [one["aggregate_version"] for one in await house.facts(rows["wang.wu"]["id"])] == [1, 2]
    assert await facts_of(house) == before + 3


async def test_a_preview_says_the_same_and_writes_nothing(house: House) -> None:
    before = (await standing(house), await facts_of(house))
    said = await bring(house, "office", NEW, key="k", is_preview=True)
    assert (said.status_code, said.json()["created"], said.json()["staff_ids"]) == (200, 2, [])
    assert (await standing(house), await facts_of(house)) == before
    assert (await bring(house, "office", NEW, key="k")).json()["created"] == 2


async def test_the_same_key_imports_once_and_another_file_is_refused(house: House) -> None:
    first = await bring(house, "office", NEW, key="k")
    facts = await facts_of(house)
    again = await bring(house, "office", NEW, key="k")
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await facts_of(house) == facts
    assert (await bring(house, "office", NEW.replace("坐席", "班长"), key="k")).status_code == 422


GOOD = "good.one,好人,,hotline_agent,call_centre,,,,,,,,"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("a,甲,,nobody,call_centre,,,,,,,,", {"posts": "unknown_policy_code"}),
        ("a,甲,,hotline_agent,moon,mars,,,,,,,", {"department": "unknown_policy_code", "team": "unknown_policy_code"}),
        ("a,甲,,,call_centre,,,moon,,,,,", {"lines": "unknown_policy_code"}),
        ("a,甲,,,call_centre,,nobody,,,,,,", {"superior_login": "staff_superior_invalid"}),
        ("a,,,,call_centre,,,,soon,gone,,,", {"name": "required", "entry_on": "date", "state": "enum"}),
        ("good.one,甲,,,call_centre,,,,,,,,", {"login": "staff_login_taken"}),
        ("a,甲,,,call_centre,,a,,,,,,", {"superior_login": "staff_superior_invalid"}),
        ("a,甲,,,call_centre,,,,,,a,2026-11-22,2026-11-23", {"deputy_login": "staff_deputy_invalid"}),
        ("a,甲,,,call_centre,,,,,,nobody,2026-11-22,2026-11-23", {"deputy_login": "staff_deputy_invalid"}),
        ("a,甲,,,call_centre,,,,,,agent,2026-11-22,2026-11-21", {"deputy_until": "staff_deputy_dates"}),
        ("a,甲,,,call_centre,,,,,,office,2026-11-22,2026-11-23", {"deputy_login": "staff_own_standing"}),
        ("a,甲,,,call_centre,,,,,,agent,2026-11-22,", {"deputy_until": "required"}),
    ],
)
async def test_each_mistake_is_named_and_nothing_changes(house: House, line: str, wrong: dict[str, str]) -> None:
    before = (await standing(house), await facts_of(house))
    for is_preview in (True, False):
        refused = await bring(house, "office", f"{HEADER}\n{GOOD}\n{line}\n", is_preview=is_preview)
        assert (refused.status_code, refused.json()["code"]) == (422, "staff_import_refused"), refused.text
        named = {one["pointer"]: one["code"] for one in refused.json()["errors"]}
        assert named == {f"/rows/3/{field}": code for field, code in wrong.items()}
        assert "甲" not in refused.text
    assert (await standing(house), await facts_of(house)) == before


async def test_a_circle_over_the_file_is_refused_at_each_of_its_changed_rows(house: House) -> None:
    circle = "login,superior_login\nleader,crew\n"  # the crew stands below the leader
    refused = await bring(house, "office", circle)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/rows/2/superior_login"]
    both = "login,name,superior_login\na,甲,b\nb,乙,a\n"
    refused = await bring(house, "office", both)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/rows/2/superior_login", "/rows/3/superior_login"]
    turned = await bring(house, "office", "login,superior_login\nleader,crew\ncrew,head\n")
    assert (turned.status_code, turned.json().get("changed")) == (200, 2), turned.text


async def test_nobody_changes_the_own_standing_but_what_stays_is_no_change(house: House) -> None:
    refused = await bring(house, "office", "login,posts\noffice,gm\n")
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/rows/2/posts", "staff_own_standing")
    ]
    assert (await bring(house, "office", "login,title\noffice,主任\n")).json()["changed"] == 1


async def test_a_head_imports_only_the_own_department_and_below(house: House) -> None:
    lines = """login,name,posts,department
crew,,repair_worker,network
agent,,hotline_agent,customer_service
a,甲,repair_worker,customer_service
b,乙,hotline_agent,call_centre
c,丙,customer_service_head,customer_service
"""
    names = {row["login"]: row["name"] for row in await standing(house)}
    for login in ("crew", "agent"):
        lines = lines.replace(f"{login},,", f"{login},{names[login]},")
    refused = await bring(house, "head", lines)
    assert refused.status_code == 422, refused.text
    named = {(one["pointer"], one["code"]) for one in refused.json()["errors"]}
    assert named == {
        ("/rows/2/department", "staff_appointment_not_allowed"),
        ("/rows/3/login", "staff_not_found"),
        ("/rows/5/department", "staff_appointment_not_allowed"),
        ("/rows/5/posts", "staff_appointment_not_allowed"),
        ("/rows/6/posts", "staff_appointment_not_allowed"),
    }
    good = await bring(house, "head", "login,name,posts,department\na,甲,repair_worker,customer_service\n")
    assert (good.status_code, good.json()["created"]) == (200, 1)


async def test_overlapping_deputies_are_refused_and_the_same_again_is_no_change(house: House) -> None:
    columns = "login,deputy_login,deputy_from,deputy_until\n"
    may = columns + "head,leader,2026-05-01,2026-05-31\n"
    assert (await bring(house, "office", may)).json()["changed"] == 1
    deeds = await house.rows(
        "select action, detail from audit where resource_id = :id order by at, seq", id=house.id_of("head")
    )
    assert (deeds[-1]["action"], deeds[-1]["detail"]["fields"]) == ("staff.changed", ["deputies"])
    assert (await bring(house, "office", may)).json()["unchanged"] == 1
    late = await bring(house, "office", columns + "head,crew,2026-05-31,2026-06-02\n")
    assert [one["code"] for one in late.json()["errors"]] == ["staff_deputy_overlap"]
    longer = await bring(house, "office", may.replace("05-31", "06-02"))
    assert longer.json()["changed"] == 1


async def test_what_is_exported_is_imported_without_change(house: House) -> None:
    assert (await bring(house, "office", NEW)).status_code == 200
    for login in ("office", "head"):
        file = await house.get(login, "/staff/export")
        assert file.status_code == 200, file.text
        said = await bring(house, login, file.content)
        assert said.status_code == 200, said.text
        body = said.json()
        assert (body["created"], body["changed"], body["unchanged"] > 0) == (0, 0, True)
    assert body["unchanged"] < len(await standing(house))  # the head's file has only the own department


async def test_files_that_are_no_table_and_people_without_the_right_are_refused(house: House) -> None:
    unread = await bring(house, "office", "a,b\n1,2\n")
    assert (unread.status_code, unread.json()["code"]) == (422, "staff_import_unreadable")
    assert (await bring(house, "agent", NEW)).status_code == 403
    assert (await house.get("agent", "/staff/export")).status_code == 403
    assert (await bring(house, "office", b"x" * (4 * 1024**2 + 1))).status_code == 413
    assert (await house.post("office", "/staff/imports", {})).status_code == 415


async def test_many_mistakes_are_counted_and_the_first_hundred_named(house: House) -> None:
    refused = await bring(house, "office", "login,name\n" + "".join(f"p{n},\n" for n in range(150)))
    assert len(refused.json()["errors"]) == 100
    assert "150" in refused.json()["detail"]
