"""Reply and signatures, refusal, void; whom an unannounced inspection reaches; entry checks; the dossier."""

from datetime import timedelta
from uuid import UUID

from services.inspection.inspections.service import reading
from tests.inspection.integration.findings.book import step as finding_step
from tests.inspection.integration.findings.test_finding_standing import errors_of
from tests.inspection.integration.inspections.forms import HIDDEN, INSPECTIONS, Inspecting
from tests.inspection.integration.programme.office import Office
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def test_the_head_replies_and_the_inspector_signs_last(house: Inspecting, stage: Stage, gas: Company) -> None:
    row = await house.recorded()
    (work,) = (await stage.get(gas, "/v1/work", login="head"))["items"]
    assert (work["id"], work["metric"], work["posts"]) == (row["id"], "inspection_reply", ["customer_service_head"])
    assert (await house.refused(row, "sign", "inspector"))[:2] == (409, "inspection_step_not_allowed")
    assert (await house.refused(row, "reply", "office", words="x"))[0] == 404
    assert (await house.refused(row, "reply", "deputy", words="x"))[:2] == (403, "inspection_post_not_allowed")
    replied = await house.step(row, "reply", "head", words="已组织培训")
    assert (replied["state"], replied["reply"], replied["replied_by"]) == (
        "replied",
        "已组织培训",
        str(gas.person("head")),
    )
    clocks = await house.clocks(row)
    assert [clocks[name]["state"] for name in ("inspection_reply", "inspection_sign")] == ["met", "running"]
    assert (await house.refused(replied, "sign", "head"))[:2] == (403, "inspection_not_inspector")
    signed = await house.step(replied, "sign", "inspector")
    assert (signed["state"], signed["signed_by"], signed["posts"]) == ("signed", str(gas.person("inspector")), [])
    assert (await house.clocks(row))["inspection_sign"]["state"] == "met"
    assert [one["type"] for one in await stage.facts(gas, "inspection.replied", "inspection.signed")] == [
        "inspection.replied",
        "inspection.signed",
    ]
    stale = await stage.post(gas, f"{INSPECTIONS}/{row['id']}/sign", login="inspector", version=2)
    assert stale.status_code == 412


async def test_reply_is_breached_and_its_refusal_recorded(house: Inspecting, stage: Stage, gas: Company) -> None:
    row = await house.recorded()
    stage.clock.set(stage.clock.now() + timedelta(days=10))
    await stage.sweep()
    assert (await house.clocks(row))["inspection_reply"]["state"] == "breached"
    assert (await house.refused(row, "refuse-reply", "head", reason="x"))[:2] == (403, "inspection_not_inspector")
    refused = await house.step(row, "refuse-reply", "inspector", reason="拒不签字")
    assert (refused["state"], refused["is_reply_refused"], refused["refusal_reason"]) == ("replied", True, "拒不签字")
    signed = await house.step(refused, "sign", "inspector")
    assert (signed["state"], signed["is_reply_refused"], signed["reply"]) == ("signed", True, None)
    (told,) = await stage.facts(gas, "inspection.signed")
    assert told["is_reply_refused"] is True


async def test_who_inspected_does_not_answer_for_the_department(house: Inspecting, stage: Stage, gas: Company) -> None:
    """A head who went along and then became deputy of the inspected head still answers for nobody."""
    row = await house.prepared(companion_ids=[str(gas.person("networkhead"))])
    row = await house.held(row)
    head, stand_in = gas.person("head"), gas.person("networkhead")
    deputies = [{"staff_id": str(stand_in), "from_on": "2026-11-01", "until_on": "2026-12-31"}]
    await stage.pool.execute("update staff set deputies = $1, version = version + 1 where id = $2", deputies, head)
    await stage.runtime.staff.refresh()
    assert (await house.refused(row, "reply", "networkhead", words="x"))[:2] == (403, "inspection_four_eyes")
    deputies[0]["staff_id"] = str(gas.person("markethead"))
    await stage.pool.execute("update staff set deputies = $1, version = version + 1 where id = $2", deputies, head)
    await stage.runtime.staff.refresh()
    assert (await house.step(row, "reply", "markethead", words="代答复"))["state"] == "replied"


async def test_prepared_one_is_void_and_its_plan_owed_again(house: Inspecting, office: Office) -> None:
    from tests.inspection.integration.inspections.test_preparing import planned

    plan = await planned(office)
    login = office.login_of(plan["inspector_id"])
    row = await house.prepared(login, kind=None, department=None, method=None, checks=None, planned_id=plan["id"])
    void = await house.step(row, "void", login, reason="改期")
    assert (void["state"], void["void_reason"]) == ("void", "改期")
    after = await office.again(plan)
    assert (after["state"], after["inspection_id"]) == ("planned", None)
    assert {one["state"] for one in (await house.clocks(row)).values()} == {"cancelled"}
    assert (await house.refused(void, "record", login, **house.form()))[:2] == (409, "inspection_step_not_allowed")


async def test_recorded_one_is_void_by_another_person_while_nothing_stands(
    house: Inspecting, stage: Stage, gas: Company
) -> None:
    photo = await house.stored_file()
    mine = await house.held(
        await house.prepared("office", inspector_id=str(gas.person("inspector"))),
        "office",
        points=house.failing("attitude", evidence_ids=[await house.stored_file("office")]),
    )
    assert (await house.refused(mine, "void", "inspector", reason="x"))[:2] == (403, "inspection_post_not_allowed")
    assert (await house.refused(mine, "void", "office", reason="x"))[:2] == (403, "inspection_four_eyes")
    assert (await house.step(mine, "void", "committee", reason="对象有误"))["state"] == "void"
    finding = await stage.get(gas, f"/v1/findings/{mine['finding_ids'][0]}", login="office")
    assert (finding["state"], finding["void_reason"]) == ("void", "检查已作废")
    (told,) = await stage.facts(gas, "inspection.voided")
    assert told["was_recorded"] is True
    row = await house.recorded(points=house.failing("dress", evidence_ids=[photo]))
    standing = await stage.get(gas, f"/v1/findings/{row['finding_ids'][0]}", login="office")
    await finding_step(stage, gas, standing, "confirm", "office")
    refusal = await house.refused(row, "void", "committee", reason="x")
    assert refusal[:2] == (409, "inspection_findings_in_force")


async def test_unannounced_one_reaches_nobody_of_the_inspected_before_it_was_held(
    house: Inspecting, stage: Stage, gas: Company
) -> None:
    row = await house.prepared(**HIDDEN)
    path, inspected = f"{INSPECTIONS}/{row['id']}", ("head", "leader", "crew", "deputy")
    assert row["is_announced"] is False
    for login in inspected:
        assert await house.status(path, login) == 404, login
        assert await house.status(f"{path}/clocks", login) == 404, login
        assert await house.listed(login) == [], login
        work = await stage.get(gas, "/v1/work", login=login)
        assert row["id"] not in [one["id"] for one in work["items"]], login
    for kind in ("inspection.prepared", "sla.started"):
        told = (await stage.facts(gas, kind))[0]["routing"]
        assert (told.get("owner_id"), told.get("department"), told.get("team"), told.get("posts")) == (
            str(gas.person("inspector")),
            None,
            None,
            [],
        )
    assert (await house.refused(row, "record", "head", **house.form()))[0] == 404
    assert [await house.status(path, login) for login in ("office", "inspector", "gm")] == [200, 200, 200]
    await house.held(row)
    assert [await house.status(path, login) for login in ("head", "deputy", "callhead")] == [200, 200, 404]
    assert await house.listed("head") == [row["id"]]


async def test_unannounced_one_of_the_office_is_hidden_from_the_office_too(house: Inspecting, gas: Company) -> None:
    row = await house.prepared("networkhead", **{**HIDDEN, "department": "service_office"})
    path = f"{INSPECTIONS}/{row['id']}"
    assert [await house.status(path, login) for login in ("office", "officestaff", "inspector")] == [404, 404, 404]
    assert [await house.status(path, login) for login in ("gm", "networkhead")] == [200, 200]
    assert await house.listed("office") == []


async def test_list_is_narrowed_by_each_of_its_filters_and_the_company(
    house: Inspecting, stage: Stage, gas: Company, chaohu: Company
) -> None:
    first = await house.recorded()
    other = await house.prepared(
        "networkhead", department="market", kind="themed", theme="conduct", method="documents", sample_size=0
    )
    at = first["held_at"]
    cases: list[tuple[Json, list[str]]] = [
        ({"department": "market"}, [other["id"]]),
        ({"kind": "routine"}, [first["id"]]),
        ({"theme": "conduct"}, [other["id"]]),
        ({"method": "documents"}, [other["id"]]),
        ({"state": "recorded"}, [first["id"]]),
        ({"inspector_id": str(gas.person("networkhead"))}, [other["id"]]),
        ({"since": at}, [first["id"]]),
        ({"until": at}, []),
        ({}, [other["id"], first["id"]]),
    ]
    for query, wanted in cases:
        assert await house.listed("office", **query) == wanted, query
    assert await house.listed("head") == [first["id"]]
    foreign = await stage.client.get(f"{INSPECTIONS}/{first['id']}", headers=chaohu.headers("office"))
    assert foreign.status_code == 404


async def test_entry_errors_are_a_recorded_data_entry_inspection(house: Inspecting, stage: Stage, gas: Company) -> None:
    event = stage.event(gas, errors_of(stage, gas))
    await stage.hear(event)
    await stage.pool.execute("delete from inbox where event_id = $1", event.id)
    await stage.hear(event)
    (inspection_id,) = await house.listed("office", method="data_entry")
    row = await stage.get(gas, f"{INSPECTIONS}/{inspection_id}")
    assert (row["kind"], row["theme"], row["department"], row["state"]) == (
        "routine",
        "data_entry",
        "customer_service",
        "recorded",
    )
    assert (row["source_id"], row["inspector_id"], row["score"]) == (str(event.id), None, None)
    (finding_id,) = row["finding_ids"]
    finding = await stage.get(gas, f"/v1/findings/{finding_id}")
    assert (finding["inspection_id"], finding["person_id"]) == (row["id"], str(gas.person("clerk")))
    ((point, person),) = [(one["point"], one["person_id"]) for one in row["points"]]
    assert (point, person) == ("truth", str(gas.person("clerk")))
    assert len(await stage.facts(gas, "inspection.recorded")) == 1
    await stage.hear(stage.event(gas, errors_of(stage, gas, operator_id=None)))
    assert await house.listed("office") == [inspection_id], "nobody known: a fact only"


async def test_the_dossier_holds_the_whole_form(house: Inspecting, stage: Stage, gas: Company) -> None:
    await house.orders(2, stage.clock.now() - timedelta(days=3))
    row, photo = await house.prepared(method="on_site"), await house.stored_file()
    outcomes = [{"subject_id": one["subject_id"], "outcome": "ok"} for one in row["sample"]["members"]]
    points = house.failing("dress", evidence_ids=[photo])
    row = await house.held(row, points=points, subjects=outcomes)
    row = await house.step(await house.step(row, "reply", "head", words="已整改"), "sign", "inspector")
    async with stage.runtime.sessions.begin() as session:
        found = await reading.dossier(session, UUID(row["id"]))
    assert (found.state, found.checklist_name, found.reply) == ("signed", "日常检查表", "已整改")
    assert [one.point for one in found.points] == [one["point"] for one in row["points"]]
    assert (found.evidence_ids, found.finding_ids) == ((UUID(photo),), (UUID(row["finding_ids"][0]),))
    assert found.sample is not None
    assert [one.subject_id for one in found.subjects] == list(found.sample.subject_ids)
    assert (found.signed_by, found.replied_by) == (gas.person("inspector"), gas.person("head"))
