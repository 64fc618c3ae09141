"""The ledger of a day and its export; the dry run that shows who would move, why, and what it changes."""

import io
from datetime import timedelta

from python_calamine import CalamineWorkbook

from services.customer.tiering.service import basis
from shared.ids import new_id
from tests.customer.integration.tiering.conftest import Desk


async def test_the_ledger_of_a_day_and_its_workbook(chaohu: Desk) -> None:
    vip = await chaohu.customer("V1", daily_volume_m3=1000, name="=云湖食品", facts={"leave_risk": "高"})
    key = await chaohu.customer("K1", tags=["news_media"], name="云湖日报社")
    await chaohu.customer("G1", daily_volume_m3=10, capacity_m3_day=10)
    await chaohu.run_confirmed()
    book = await chaohu.get("/tier-ledger")
    assert (book["counts"], book["on"]) == ({"vip": 1, "key": 1}, chaohu.today.isoformat())
    lines = {line["customer_id"]: line for line in book["items"]}
    assert set(lines) == {vip, key}
    assert (lines[vip]["rule"], lines[vip]["decided_by"]) == ("vip_volume", str(chaohu.gas.person("deputy")))
    assert (lines[vip]["facts"]["daily_volume"], lines[key]["source"]) == (1000, "rule")
    assert lines[key]["name"] != "云湖日报社", "lists are masked"
    first = await chaohu.get("/tier-ledger", limit="1")
    rest = await chaohu.get("/tier-ledger", limit="1", cursor=first["next_cursor"])
    assert {one["customer_id"] for one in (*first["items"], *rest["items"])} == {vip, key}
    assert rest["next_cursor"] is None
    assert [line["customer_id"] for line in (await chaohu.get("/tier-ledger", tier="key"))["items"]] == [key]
    yesterday = await chaohu.get("/tier-ledger", on=(chaohu.today - timedelta(days=1)).isoformat())
    assert (yesterday["items"], yesterday["counts"]) == ([], {})

    for login, is_named in (("head", False), ("office", True)):
        answer = await chaohu.client.get("/v1/tier-ledger/export", headers=chaohu.gas.headers(login))
        assert answer.status_code == 200, answer.text
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert sheet[1][:4] == ["客户编号", "客户名称", "客户级别", "自何日起"]
        rows = {row[0]: row for row in sheet[2:]}
        assert (rows["K1"][1] == "云湖日报社", rows["V1"][1] == "=云湖食品") == (is_named, is_named)
        assert (rows["V1"][2], rows["V1"][3]) == ("VIP 客户", chaohu.today)
        assert "日用气量：1000" in str(rows["V1"][7])
    denied = await chaohu.client.get("/v1/tier-ledger/export", headers=chaohu.gas.headers("agent"))
    assert denied.status_code == 403
    audits = await chaohu.runtime.hot.fetchval(
        "select count(*) from audit where company = $1 and action = 'tier_ledger.exported'", chaohu.gas.code
    )
    assert audits == 2


async def test_since_when_goes_over_confirmations_of_the_same_tier(chaohu: Desk) -> None:
    vip = await chaohu.customer("V1", daily_volume_m3=1000)
    await chaohu.run_confirmed()
    since = (await chaohu.get("/tier-ledger"))["items"][0]["since"]
    made = {"customer_id": vip, "tier": "key", "reason": "政府机构"}
    await chaohu.review(await chaohu.done("/tier-proposals", made, by="head"))
    assert (await chaohu.get("/tier-ledger"))["items"][0]["since"] > since
    back = {"customer_id": vip, "tier": "vip", "reason": "用气量大"}
    await chaohu.review(await chaohu.done("/tier-proposals", back, by="head"))
    book = await chaohu.get("/tier-ledger")
    assert (book["counts"], [line["tier"] for line in book["items"]]) == ({"vip": 1}, ["vip"])


async def test_dry_run_shows_who_moves_why_and_what_changes_and_writes_nothing(chaohu: Desk) -> None:
    firms = [await chaohu.customer(str(n), daily_volume_m3=1000) for n in range(3)]
    stays = await chaohu.customer("9", daily_volume_m3=10, capacity_m3_day=10)
    before = await chaohu.runtime.hot.fetchval("select count(*) from tier_proposals")
    first = await chaohu.get("/tier-runs/dry-run", by="keeper", limit="2")
    rest = await chaohu.get("/tier-runs/dry-run", by="keeper", limit="2", cursor=first["next_cursor"])
    moves = [*first["items"], *rest["items"]]
    assert ([move["customer_id"] for move in moves], rest["next_cursor"]) == (firms, None)
    assert stays not in [move["customer_id"] for move in moves]
    one = moves[0]
    assert (one["from_tier"], one["tier"], one["rule"], one["facts"]["daily_volume"]) == (
        *("general", "vip", "vip_volume", 1000),
    )
    changes = {(change["work"], change["metric"], change["place"]): change for change in one["commitments"]}
    (repair,) = changes["repair", "arrival", "indoor"]["after"]
    assert (repair["commitment"], repair["budget"], repair["unit"]) == ("vip_repair", 30, "natural")
    (gas_on,) = changes["conversion", "completion", None]["after"]
    assert (gas_on["start"], gas_on["budget"]) == ("department_order", 1440)
    assert [limit["budget"] for limit in changes["conversion", "completion", None]["before"]] == [3]

    told = await chaohu.get("/tier-runs/dry-run/summary", by="keeper")
    assert (told["judged"], told["moving"]) == (4, 3)
    (count,) = told["moves"]
    assert (count["from_tier"], count["tier"], count["customers"], count["rules"]) == (
        *("general", "vip", 3, {"vip_volume": 3}),
    )
    assert count["commitments"] == one["commitments"]
    assert (await chaohu.get("/tier-runs/dry-run", by="keeper", tier="key"))["items"] == []
    assert await chaohu.runtime.hot.fetchval("select count(*) from tier_proposals") == before
    assert [(await chaohu.row(firm))["version"] for firm in firms] == [1, 1, 1]
    other = await chaohu.client.get(
        "/v1/tier-runs/dry-run", params={"version": "1999.1"}, headers=chaohu.gas.headers("keeper")
    )
    assert (other.status_code, other.json()["code"]) == (404, "policy_not_found")
    await chaohu.run_confirmed()
    assert (await chaohu.get("/tier-runs/dry-run/summary", by="keeper"))["moving"] == 0


async def test_what_a_customer_is_promised_is_what_the_pack_gives_the_tier(chaohu: Desk) -> None:
    vip = await chaohu.customer("V1", daily_volume_m3=1000)
    await chaohu.run_confirmed()
    told = await chaohu.get(f"/customers/{vip}/promises", by="agent")
    chapter = basis.chapter_of(chaohu.policy)
    assert (told["tier"], told["policy_version"]) == ("vip", chapter.version)
    limits = {limit["commitment"] for item in told["items"] for limit in item["limits"]}
    own = {code for code, one in chapter.commitments.items() if "vip" in one.tiers and not one.parties}
    assert own
    assert own <= limits
    others = {code for code, one in chapter.commitments.items() if one.tiers and "vip" not in one.tiers}
    assert others
    assert not others & limits
    shown = {
        limit["commitment"]: (limit["budget"], limit["unit"]) for item in told["items"] for limit in item["limits"]
    }
    for code in own:
        assert shown[code] == (chapter.commitments[code].limit.budget, chapter.commitments[code].limit.unit)
    nobody = await chaohu.client.get(f"/v1/customers/{new_id()}/promises", headers=chaohu.gas.headers("agent"))
    assert nobody.status_code == 404
