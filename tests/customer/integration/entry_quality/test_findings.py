"""An error from its finding to another's decision; the month's report; training and withdrawn rights."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from services.customer.entry_quality import jobs
from services.customer.entry_quality.rules.periods import Span
from services.customer.entry_quality.service.findings import Found, record_finding
from shared.ids import new_id
from tests.customer.integration.entry_quality.house import ZONE, House, refusal


async def test_an_error_is_answered_by_its_author_and_decided_by_another(house: House) -> None:
    one = await house.finding("clerk")
    assert (one["state"], one["kind"], one["operator_id"]) == ("open", "wrong", str(house.id_of("clerk")))
    assert refusal(await house.step("entry-findings", one, "correct", "agent"))[0] == 404
    assert refusal(await house.step("entry-findings", one, "correct", "head")) == (404, "entry_finding_not_found")
    corrected = (await house.step("entry-findings", one, "correct", "clerk")).json()
    assert (corrected["state"], corrected["version"]) == ("corrected", 2)
    contested = (await house.step("entry-findings", corrected, "contest", "clerk", reason="来电人口述")).json()
    assert contested["state"] == "contested"
    assert refusal(await house.step("entry-findings", contested, "confirm", "clerk"))[0] == 403
    assert refusal(await house.step("entry-findings", contested, "confirm", "networkhead"))[0] == 404
    first, second = await asyncio.gather(
        house.step("entry-findings", contested, "confirm", "office"),
        house.step("entry-findings", contested, "dismiss", "head", reason="来电人口述属实"),
    )
    assert sorted((first.status_code, second.status_code)) == [200, 412]
    shown = (await house.get(f"/v1/entry-findings/{one['id']}", "clerk")).json()
    assert shown["state"] in ("confirmed", "dismissed")
    assert [act["act"] for act in shown["acts"]][:3] == ["find", "correct", "contest"]
    late = await house.step("entry-findings", shown, "contest", "clerk", reason="仍有异议")
    assert refusal(late) == (409, "entry_step_not_allowed")


async def test_nobody_decides_on_the_own_error(house: House) -> None:
    one = await house.finding("head")
    own = await house.step("entry-findings", one, "confirm", "head")
    assert refusal(own) == (403, "own_entry")
    (row,) = await house.rows("select state, version from entry_findings where id = $1::uuid", one["id"])
    assert (row["state"], row["version"]) == ("open", 1)


async def test_confirmed_errors_are_published_with_their_count(house: House) -> None:
    await house.confirmed("clerk")
    await house.confirmed("clerk", kind="missing")
    facts = await house.facts("customer.entry_errors_confirmed")
    assert [(fact["kind"], fact["count"], fact["operator_id"]) for fact in facts] == [
        ("wrong", 1, str(house.id_of("clerk"))),
        ("missing", 2, str(house.id_of("clerk"))),
    ]
    assert facts[0]["is_after_training"] is False


async def test_a_consumer_records_an_error_once(house: House) -> None:
    customer_id = await house.customer("clerk")
    found = Found(
        rule="wrong_number",
        check="in_business",
        kind="wrong",
        concern="base_data",
        subject_type="customer",
        subject_id=customer_id,
        entered_at=house.now - timedelta(days=1),
        operator_id=house.id_of("clerk"),
        customer_id=customer_id,
    )
    ids = set()
    for _ in range(2):
        async with house.app.state.runtime.sessions.begin() as session:
            staff = await house.app.state.runtime.staff.current()
            quality = house.qualities.in_force(house.gas.code, house.now)
            row = await record_finding(session, house.gas.code, found, quality=quality, staff=staff, now=house.now)
            ids.add(row.id)
    assert len(ids) == 1


async def test_the_months_report_is_frozen_and_signed_by_the_leader(house: House) -> None:
    month = Span.month(house.now.astimezone(ZONE).date(), ZONE)
    await house.confirmed("clerk")
    await house.finding("keeper")
    await house.run(jobs.MONTH[1:], month)
    await house.confirmed("clerk")
    await house.run(jobs.MONTH[1:], month)
    path = f"/v1/entry-reports/{month.name}"
    report = (await house.get(path, "deputy")).json()
    assert report["figures"]["total"] == {"found": 2, "confirmed": 1, "dismissed": 0, "entries": 2}
    assert len(report["lines"]) == 2
    mine = (await house.get(path, "clerk")).json()
    assert {line["operator_id"] for line in mine["lines"]} == {str(house.id_of("clerk"))}
    assert refusal(await house.post(f"{path}/sign", {}, "office", version=1)) == (403, "entry_post_required")
    (clock,) = await house.clocks("entry-reports", report["id"], "deputy")
    assert (clock["metric"], clock["state"]) == ("signature", "running")
    signed = await house.post(f"{path}/sign", {"note": "已阅"}, "deputy", version=1)
    assert (signed.status_code, signed.json()["state"], signed.json()["digest"]) == (200, "signed", report["digest"])
    assert refusal(await house.post(f"{path}/sign", {}, "deputy", version=2)) == (409, "entry_step_not_allowed")
    (fact,) = await house.facts("customer.entry_report_signed")
    assert (fact["month"], fact["confirmed"]) == (month.name, 1)
    assert refusal(await house.get("/v1/entry-reports/2020-01", "office")) == (404, "entry_report_not_found")


async def test_training_names_the_persons_own_errors(house: House) -> None:
    one = await house.finding("clerk")
    body = {"operator_id": str(house.id_of("keeper")), "topic": "录入标准", "trained_at": house.now.isoformat()}
    for change, pointer in (
        ({"operator_id": str(uuid4())}, "/operator_id"),
        ({"trained_at": (house.now + timedelta(hours=1)).isoformat()}, "/trained_at"),
        ({"concerns": ["nothing"]}, "/concerns"),
        ({"finding_ids": [one["id"]]}, "/finding_ids"),
    ):
        refused = await house.post("/v1/entry-trainings", body | change, "head")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    own = await house.post("/v1/entry-trainings", body | {"operator_id": str(house.id_of("head"))}, "head")
    assert refusal(own) == (403, "own_entry")
    assert (await house.get("/v1/entry-trainings", "office")).json()["items"] == []


async def test_errors_that_remain_after_training_take_the_right_away_and_it_can_be_given_back(house: House) -> None:
    for _ in range(3):
        await house.confirmed("clerk")
    assert (await house.get("/v1/rights-withdrawals", "auditor")).json()["items"] == []
    await house.trained("clerk")
    for _ in range(3):
        await house.confirmed("clerk")
    (due,) = (await house.get("/v1/rights-withdrawals", "auditor")).json()["items"]
    assert (due["state"], due["ground"], due["concerns"]) == ("due", "repeated_errors", ["base_data"])
    assert len(due["finding_ids"]) == 3
    assert due["training_id"]
    deed, foreign = await house.deed("clerk"), await house.deed("keeper")
    said = {"verification": "对照录入标准与日志核实", "audit_ids": [deed]}
    for ids in ([foreign], [deed, str(new_id())]):
        refused = await house.step("rights-withdrawals", due, "propose", "auditor", **{**said, "audit_ids": ids})
        assert refusal(refused) == (422, "entry_evidence_required")
    proposed = (await house.step("rights-withdrawals", due, "propose", "auditor", **said)).json()
    assert (proposed["state"], proposed["audit_ids"], proposed["posts"]) == (
        "proposed",
        [deed],
        ["service_office_director"],
    )
    for login, code in (("gm", "entry_post_required"), ("officestaff", "entry_post_required")):
        assert refusal(await house.step("rights-withdrawals", proposed, "approve", login))[1] == code
    assert refusal(await house.step("rights-withdrawals", proposed, "approve", "auditor"))[0] == 403
    entry = {"name": "张三", "kind": "residential"}
    assert (await house.post("/v1/customers", entry, "clerk")).status_code == 201
    taken = (await house.step("rights-withdrawals", proposed, "approve", "office", reason="属实")).json()
    assert taken["state"] == "withdrawn"
    refused = await house.post("/v1/customers", entry, "clerk")
    assert refusal(refused) == (403, "concern_not_writable")
    assert "收回" in refused.json()["detail"]
    back = await house.step("rights-withdrawals", taken, "restore", "office", reason="复训合格")
    assert back.json()["state"] == "restored"
    assert (await house.post("/v1/customers", entry, "clerk")).status_code == 201
    metrics = {
        clock["metric"]: clock["state"] for clock in await house.clocks("rights-withdrawals", due["id"], "auditor")
    }
    assert metrics == {"verification": "met", "approval": "met"}
    kinds = await house.facts(
        "customer.rights_withdrawal_prompted", "customer.rights_withdrawal_proposed", "customer.rights_withdrawn",
        "customer.rights_restored",
    )  # fmt: skip
    assert [fact["type"].rpartition("_")[2] for fact in kinds] == ["prompted", "proposed", "withdrawn", "restored"]


async def test_one_error_that_caused_a_complaint_is_ground_enough(house: House) -> None:
    one = await house.finding("clerk")
    complaint_id = str(new_id())
    linked = (await house.step("entry-findings", one, "complaint", "office", complaint_id=complaint_id)).json()
    assert (linked["complaint_id"], linked["version"]) == (complaint_id, 2)
    assert (await house.get("/v1/rights-withdrawals", "auditor")).json()["items"] == []
    await house.step("entry-findings", linked, "confirm", "office")
    (due,) = (await house.get("/v1/rights-withdrawals", "auditor")).json()["items"]
    assert (due["ground"], due["complaint_id"]) == ("complaint", complaint_id)
    dropped = await house.step("rights-withdrawals", due, "drop", "auditor", reason="日志不支持")
    assert dropped.json()["state"] == "rejected", dropped.text
    (fact,) = await house.facts("customer.rights_withdrawal_rejected")
    assert fact["complaint_id"] == complaint_id
    body = {
        "staff_id": str(house.id_of("clerk")),
        "ground": "repeated_errors",
        "finding_ids": [one["id"]],
        "verification": "核实",
        "audit_ids": [await house.deed("clerk")],
    }
    refused = await house.post("/v1/rights-withdrawals", body, "auditor")
    assert refusal(refused) == (422, "withdrawal_ground_missing")
    made = await house.post("/v1/rights-withdrawals", body | {"ground": "complaint"}, "auditor")
    assert (made.status_code, made.json()["state"]) == (201, "proposed"), made.text
