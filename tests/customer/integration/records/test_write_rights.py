"""Each kind of data is written by its posts only; a foreign field is refused by name, and nothing changes."""

from typing import Any

import pytest

from services.customer.registry.service.reading import FileReader
from tests.customer.integration.records.desk import Desk

CODE = "concern_not_writable"


async def test_a_customer_is_entered_by_the_clerk_and_by_nobody_else(desk: Desk) -> None:
    body = {"name": "欧阳小明", "kind": "residential", "number": "K1", "daily_volume_m3": "1"}
    for role, foreign in (
        ("agent", ["/name", "/kind", "/party", "/number", "/daily_volume_m3"]),
        ("keeper", ["/name", "/kind", "/party", "/daily_volume_m3"]),
        ("meter_reader", ["/name", "/kind", "/party", "/number"]),
        ("clerk", ["/number", "/daily_volume_m3"]),
        ("account", ["/name", "/kind", "/party", "/number", "/daily_volume_m3"]),
    ):
        refused = await desk.post("/customers", body, role=role, status=403)
        assert (refused["code"], [one["pointer"] for one in refused["errors"]]) == (CODE, foreign), role
    assert await desk.rig.rows("select 1 from customers where company = :c", c=desk.company) == []
    refused = await desk.post("/customers", {**body, "number": None}, status=403)
    assert "（usage）" in refused["detail"]
    assert "抄表员" in refused["detail"]


@pytest.mark.parametrize(
    ("role", "changes", "foreign"),
    [
        ("clerk", {"name": "欧阳大明", "capacity_m3_day": "3"}, []),
        ("clerk", {"district": "西城区", "facts": {}}, ["/facts"]),
        ("meter_reader", {"daily_volume_m3": "3", "district": "西城区"}, []),
        ("meter_reader", {"daily_volume_m3": "3", "name": "欧阳大明"}, ["/name"]),
        ("keeper", {"facts": {"industry": "banking"}}, []),
        ("keeper", {"tags": ["official"], "facts": {}}, ["/tags"]),
        ("agent", {"district": "西城区"}, ["/district"]),
        ("order_clerk", {"daily_volume_m3": "3"}, ["/daily_volume_m3"]),
    ],
)
async def test_a_change_is_refused_whole_when_one_field_is_foreign(
    desk: Desk, role: str, changes: dict[str, Any], foreign: list[str]
) -> None:
    made = await desk.customer()
    before = await desk.state(made["id"])
    answer = await desk.patch(f"/customers/{made['id']}", changes, 1, role=role, status=403 if foreign else 200)
    if not foreign:
        assert answer.json()["version"] == 2
        return
    assert answer.json()["code"] == CODE
    assert [one["pointer"] for one in answer.json()["errors"]] == foreign
    assert await desk.state(made["id"]) == before
    assert await desk.facts(made["id"], since=1) == []


async def test_belongings_exchanges_tags_contracts_and_accounts_have_their_posts(desk: Desk) -> None:
    made = await desk.customer()
    at, before = f"/customers/{made['id']}", await desk.state(made["id"])
    premises, meter = made["premises"][0]["id"], made["meters"][0]["id"]
    on = desk.today.isoformat()
    exchange = {
        "removed_reading": "1",
        "number": "N1",
        "kind": "iot",
        "reason": "fault",
        "exchanged_on": on,
    }
    person = {"premises_id": premises, "name": "王奶奶", "kind": "old"}
    contact = {"name": "王五", "relation": "family"}
    contract = {"number": "HT1", "kind": "supply", "signed_on": on}
    stove = {"premises_id": premises, "kind": "stove"}
    for path, body, version, foreign in (
        ("/premises", {"address": "人民路1号"}, None, ("agent", "keeper", "meter_reader")),
        ("/meters", {"number": "N2"}, None, ("agent", "keeper", "meter_reader")),
        ("/phones", {"phone": "10099999999"}, None, ("agent", "keeper", "order_clerk")),
        ("/contact-persons", contact, None, ("agent", "keeper", "order_clerk")),
        ("/equipment", stove, None, ("agent", "keeper", "meter_reader")),
        (f"/meters/{meter}/exchange", exchange, 1, ("agent", "keeper", "meter_reader", "order_clerk")),
        ("/vulnerable-persons", person, None, ("agent", "keeper", "meter_reader")),
        ("/tags", {"tag": "official", "reason": "x"}, None, ("agent", "keeper", "meter_reader")),
        ("/contracts", contract, None, ("agent", "clerk", "meter_reader")),
        ("/account/open", {"effective_on": on}, 1, ("agent", "keeper", "meter_reader")),
    ):
        for role in foreign:
            refused = await desk.post(f"{at}{path}", body, role=role, version=version, status=403)
            assert (refused["code"], len(refused["errors"])) == (CODE, 1), (path, role)
    withdrawn = await desk.post(f"{at}/phones/{made['phones'][0]['id']}/withdraw", role="keeper", version=1, status=403)
    assert withdrawn["code"] == CODE
    moved = await desk.patch(f"{at}/premises/{premises}", {"room": "302"}, 1, role="agent", status=403)
    assert moved.json()["code"] == CODE
    assert await desk.state(made["id"]) == before


async def test_a_file_with_columns_that_are_not_the_importers_is_refused_as_a_whole(desk: Desk) -> None:
    data = "客户编号,客户名称,客户类别,用气地址\n1,王小明,民用,人民路1号\n".encode()
    for role, created, refused in (("committee", 0, 1), ("keeper", 1, 0)):
        sent = {**desk.headers(role), "Content-Type": "text/csv"}
        answer = await desk.client.post("/v1/customers/imports", headers=sent, content=data)
        assert answer.status_code == 202, answer.text
        await desk.rig.run_jobs(desk.company, FileReader())
        done = await desk.get(f"/customers/imports/{answer.json()['id']}", role="keeper")
        assert (done["state"], done["created"], done["refused"]) == ("done", created, refused), role
        titles = [one["column"] for one in done["errors"] if one["rule"] == CODE]
        assert titles == (["客户编号", "客户名称", "客户类别", "用气地址"] if refused else []), role
        stored = await desk.rig.rows("select 1 from customers where company = :c", c=desk.company)
        assert len(stored) == created
