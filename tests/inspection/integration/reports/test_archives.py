"""The archive of an inspection: complete or refused, the same bytes twice, every changed byte found."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from uuid import UUID

import obstore
import orjson

from services.inspection.inspections.models import InspectionRow
from services.inspection.reports.service import archiving
from shared.archive.verifying import verify
from tests.inspection.integration.findings.book import status
from tests.inspection.integration.findings.test_finding_standing import errors_of
from tests.inspection.integration.inspections.forms import HIDDEN, Inspecting
from tests.inspection.integration.programme.office import Office
from tests.inspection.integration.reports.reporting import ARCHIVES, Reporting
from tests.support.stage import Json, Stage
from tests.support.world import Company

TENTH = datetime(2026, 12, 10, 2, tzinfo=UTC)
PAPERS = [
    *("01-plan", "02-execution-plan", "03-form", "05-reply", "06-findings", "07-notices"),
    *("08-rectification-reports", "09-files"),
]


async def package(stage: Stage, gas: Company, made: Json, login: str = "office") -> bytes:
    answer = await stage.client.get(f"{ARCHIVES}/{made['id']}/package", headers=gas.headers(login))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    return answer.content


async def verification(stage: Stage, gas: Company, made: Json) -> Json:
    found: Json = await stage.get(gas, f"{ARCHIVES}/{made['id']}/verification")
    return found


async def test_an_incomplete_inspection_is_refused_with_the_list(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    async def missing(row: Json) -> list[str]:
        answer = await desk.archive(row)
        assert (answer.status_code, answer.json()["code"]) == (422, "inspection_archive_incomplete"), answer.text
        assert await stage.pool.fetchval("select count(*) from archives where company = $1", gas.code) == 0
        return [one["pointer"] for one in answer.json()["errors"]]

    assert await missing(await house.prepared()) == ["/form", "/reply", "/signature"]
    row = await desk.themed(house, failing="attitude")
    number = await stage.pool.fetchval("select number from findings where inspection_id = $1", row["id"])
    assert await missing(row) == ["/reply", "/signature", f"/findings/{number}"]
    row = await desk.sign_inspection(house, row)
    (finding,) = await desk.confirm(row)
    notice = await stage.pool.fetchval("select number from rectification_notices where company = $1", gas.code)
    assert await missing(row) == [f"/notices/{notice}"]
    await desk.mend(finding)
    assert (await desk.archive(row)).status_code == 201


async def test_a_complete_one_verifies_here_and_offline(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    row, made = await desk.archived(house)
    content = await package(stage, gas, made, "head")
    assert (made["number"], made["edition"], made["size"]) == (row["number"], 1, len(content))
    offline = verify(io.BytesIO(content), index_digest=made["index_digest"])
    assert (offline.is_whole, offline.sha256) == (True, made["sha256"])
    found = await verification(stage, gas, made)
    assert (found["is_whole"], found["is_current"], found["faults"]) == (True, True, [])
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        names = whole.namelist()
        papers = [f"documents/{one}.{kind}" for one in PAPERS for kind in ("html", "json")]
        assert [one for one in names if one.startswith("documents/")] == papers
        form = orjson.loads(whole.read("documents/03-form.json"))
        assert (form["number"], form["score"], len(form["checked_points"])) == (row["number"], row["score"], 5)
        reports = orjson.loads(whole.read("documents/08-rectification-reports.json"))["rounds"]
        assert [(one["report"], one["is_accepted"]) for one in reports] == [("已逐单回访", True)]
        files = orjson.loads(whole.read("documents/09-files.json"))["files"]
        assert len({one["file_id"] for one in files}) == 2, "evidence and proof"
        assert {one["path"] for one in files} <= set(names)
        page = whole.read("index.html").decode()
        assert all(word in page for word in (f"服务检查档案 {row['number']}", "整改通知书", "客户服务部"))
        assert "已逐单回访" in whole.read("documents/07-notices.html").decode()
    (fact,) = await stage.facts(gas, "inspection.archived")
    assert (fact["index_digest"], fact["inspection_id"]) == (made["index_digest"], row["id"])
    again = await desk.archive(row)
    assert (again.status_code, again.json()["code"]) == (409, "inspection_archive_unchanged")


async def test_made_twice_it_is_the_same_and_made_again_when_something_was_added(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    row, made = await desk.archived(house)
    async with stage.runtime.sessions.begin() as session:
        inspection = await session.get(InspectionRow, UUID(row["id"]))
        governing = archiving.governing_of(stage.app.state.desk, inspection)
        contents = await archiving.current(session, stage.runtime.files, governing, inspection)
        packed = await archiving.packed_of(contents)
        assert (packed.sha256, packed.index_digest) == (made["sha256"], made["index_digest"])
        assert packed.content.read() == await package(stage, gas, made)
    await desk.signed(await desk.drafted())
    assert (await verification(stage, gas, made))["is_current"] is False, "the month's summary came"
    second = (await desk.archive(row)).json()
    assert second["edition"] == 2
    with zipfile.ZipFile(io.BytesIO(await package(stage, gas, second))) as whole:
        assert orjson.loads(whole.read("documents/10-monthly-summary.json"))["month"] == "2026-11"
    listed = await stage.get(gas, ARCHIVES, inspection_id=row["id"])
    assert [one["edition"] for one in listed["items"]] == [2, 1]


async def test_changed_bytes_in_the_store_are_found(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    _, made = await desk.archived(house)
    content = bytearray(await package(stage, gas, made))
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        entry = whole.getinfo("documents/03-form.json")
    content[entry.header_offset + 30 + len(entry.filename) + 5] ^= 1
    store = stage.runtime.files
    where = f"{gas.code}/{made['sha256'][:2]}/{made['sha256']}"
    await obstore.put_async(store._store, where, bytes(content))
    found = await verification(stage, gas, made)
    assert (found["is_whole"], [one["path"] for one in found["faults"]]) == (False, ["documents/03-form.json"])
    await store.delete(gas.code, made["sha256"])
    assert (await verification(stage, gas, made))["faults"] == [{"path": "", "kind": "missing"}]
    answer = await stage.client.get(f"{ARCHIVES}/{made['id']}/package", headers=gas.headers("office"))
    assert answer.status_code == 404


async def test_evidence_that_is_gone_stops_the_archive(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    row = await desk.sign_inspection(house, await desk.themed(house, failing="attitude"))
    for finding in await desk.confirm(row):
        await desk.mend(finding)
    sha256 = await stage.pool.fetchval("select sha256 from stored_files where company = $1 limit 1", gas.code)
    await stage.runtime.files.delete(gas.code, sha256)
    refused = await desk.archive(row)
    assert (refused.status_code, refused.json()["code"]) == (409, "inspection_archive_file_missing")


async def test_who_makes_and_who_reads(desk: Reporting, house: Inspecting, stage: Stage, gas: Company) -> None:
    row = await house.held(await house.prepared(**{k: v for k, v in HIDDEN.items() if k != "checks"}, checks="暗访"))
    row = await desk.sign_inspection(house, row)
    for login, code in (("head", 403), ("crew", 403), ("committee", 403)):
        assert (await desk.archive(row, login)).status_code == code, login
    assert (await desk.archive(row, "committee")).json()["code"] == "inspection_archive_post_not_allowed"
    made = await desk.archive(row, "inspector", key="once")
    again = await desk.archive(row, "inspector", key="once")
    assert (again.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (201, made.json(), "true")
    assert made.headers["Location"] == f"{ARCHIVES}/{made.json()['id']}"
    path, file = f"{ARCHIVES}/{made.json()['id']}", f"/v1/files/{made.json()['file_id']}"
    for login, code in (("head", 200), ("gm", 200), ("auditor", 200), ("inspector", 200), ("markethead", 404)):
        assert await status(stage, gas, path, login) == code, login
        assert await status(stage, gas, f"{path}/package", login) == code, login
    assert (await status(stage, gas, file, "head"), await status(stage, gas, file, "markethead")) == (200, 404)
    assert await status(stage, gas, path, "crew") == 403
    assert (await stage.get(gas, ARCHIVES, login="markethead"))["items"] == []
    assert [one["number"] for one in (await stage.get(gas, ARCHIVES, kind="unannounced"))["items"]] == [row["number"]]


async def test_plan_execution_plan_and_sample_lie_in_the_package(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    office = Office(stage, gas)
    plan = await office.one(await office.approved())
    await house.orders(5, stage.clock.now() - timedelta(days=3), plan["department"])
    await office.at(TENTH)
    plan = await office.written(await office.again(plan), sample_size=3)
    login = office.login_of(plan["inspector_id"])
    prepared = (await stage.post(gas, "/v1/inspections", {"planned_id": plan["id"]}, login=login)).json()
    drawn = [one["subject_id"] for one in prepared["sample"]["members"]]
    row = await house.held(prepared, login, subjects=[{"subject_id": one, "outcome": "ok"} for one in drawn])
    heads = {"customer_service": "head", "call_centre": "callhead"}
    head = heads.get(row["department"], f"{row['department']}head")
    row = await house.step(await house.step(row, "reply", head, words="无异议"), "sign", login)
    made = (await desk.archive(row)).json()
    with zipfile.ZipFile(io.BytesIO(await package(stage, gas, made))) as whole:
        planned = orjson.loads(whole.read("documents/01-plan.json"))
        execution = orjson.loads(whole.read("documents/02-execution-plan.json"))
        sample = orjson.loads(whole.read("documents/04-sample.json"))
        page = whole.read("documents/01-plan.html").decode()
    assert (planned["planned"]["id"], planned["is_planned"]) == (plan["id"], True)
    assert planned["plan"]["approved_by"] == str(gas.person("deputy"))
    assert (execution["checks"], execution["held_on"], execution["sample_size"]) == (plan["checks"], "2026-12-10", 3)
    assert (sample["subject_ids"], sample["seed"], sample["population"]) == (drawn, prepared["sample"]["seed"], 5)
    assert [one["outcome"] for one in sample["outcomes"]] == ["ok"] * 3
    assert "批准人" in page
    await office.at(datetime(2027, 2, 20, tzinfo=UTC))
    assert (await office.again({"id": planned["plan"]["id"]}))["state"] == "ended"
    assert (await verification(stage, gas, made))["is_current"] is True, "the plan's end changes nothing of it"


async def test_what_the_entry_check_told_is_archived_when_its_finding_is_mended(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    await stage.hear(stage.event(gas, errors_of(stage, gas)))
    (inspection_id,) = await house.listed("office", method="data_entry")
    row = await stage.get(gas, f"/v1/inspections/{inspection_id}")
    assert (await desk.archive(row)).json()["code"] == "inspection_archive_incomplete"
    (finding_id,) = row["finding_ids"]
    for act, login, body in (("confirm", "office", {}), ("answer", "head", {"is_agreed": True, "words": "属实"})):
        one = await stage.get(gas, f"/v1/findings/{finding_id}")
        answer = await stage.post(gas, f"/v1/findings/{finding_id}/{act}", body, login=login, version=one["version"])
        assert answer.status_code == 200, answer.text
    one = await stage.get(gas, f"/v1/findings/{finding_id}")
    mended = await stage.post(gas, f"/v1/findings/{finding_id}/mend", login="head", version=one["version"])
    assert mended.status_code == 200, mended.text
    made = (await desk.archive(row)).json()
    assert verify(io.BytesIO(await package(stage, gas, made)), index_digest=made["index_digest"]).is_whole
