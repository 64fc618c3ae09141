"""Conversations and the investigation file: append-only, corrected by new entries, sealed by the closing."""

from datetime import datetime, timedelta

import asyncpg
import httpx

from tests.complaint.integration.desk import facts, open_case, step
from tests.complaint.integration.dossier.steps import REPAIR, Json, case_now, done, of_case, part_of, read, refused
from tests.complaint.integration.test_attachments import PDF, upload
from tests.support.world import Company

TALK = {"channel": "hotline", "direction": "in", "party": "complainant", "summary": "客户来电催办"}


async def closed_case(client: httpx.AsyncClient, gas: Company, case: Json) -> Json:
    for action in ("acknowledge", "assess", "plan"):
        case = await step(client, gas, case, action, "clerk")
    case = await step(client, gas, case, "resolve", "clerk", resolution="已重新维修")
    return await step(client, gas, case, "close", login="office")


async def test_a_conversation_is_recorded_and_corrected_by_a_new_entry(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    stored = (await upload(complaints, gas)).json()["id"]
    first = done(await of_case(complaints, gas, case, "conversations", "agent", {**TALK, "file_ids": [stored]}), 201)
    body = {**TALK, "summary": "客户来电催办，并要求减免", "corrects_id": first["id"]}
    second = done(await of_case(complaints, gas, case, "conversations", "agent", body), 201)
    shown = await part_of(complaints, gas, case, "conversations")
    assert [one["id"] for one in shown["items"]] == [first["id"], second["id"]]
    assert shown["items"][1]["corrects_id"] == first["id"]
    said = await facts(hot, gas, "complaint.conversation_recorded")
    assert [one["corrects_id"] for one in said] == [None, first["id"]]
    assert "客户来电" not in str(said)
    read_file = await read(complaints, gas, f"/v1/files/{stored}", "office")
    assert read_file.content == PDF
    assert (await part_of(complaints, gas, case, "complainants"))["items"][0]["complaint_id"] == case["id"]


async def test_a_conversation_names_what_is_wrong_with_it(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    other = await open_case(complaints, gas, **REPAIR)
    foreign = done(await of_case(complaints, gas, other, "conversations", "agent", TALK), 201)["id"]
    theirs = (await upload(complaints, gas, "clerk")).json()["id"]
    late = (datetime.fromisoformat(case["opened_at"]) + timedelta(days=1)).isoformat()
    early = (datetime.fromisoformat(case["opened_at"]) - timedelta(days=1)).isoformat()
    for wrong, code in (
        ({"channel": "pigeon"}, "record_code_unknown"),
        ({"file_ids": [theirs]}, "record_file_unknown"),
        ({"corrects_id": foreign}, "corrected_record_unknown"),
        ({"occurred_at": late}, "occurred_in_future"),
        ({"occurred_at": early}, "occurred_before_case"),
    ):
        answer = await of_case(complaints, gas, case, "conversations", "agent", {**TALK, **wrong})
        pointer = f"/{next(iter(wrong))}"
        assert refused(answer, 422, code)["errors"][0]["pointer"] == pointer
    assert (await part_of(complaints, gas, case, "conversations"))["items"] == []


async def test_the_investigation_is_sealed_by_the_closing_and_a_reopened_case_begins_a_new_volume(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, login="clerk", **REPAIR)
    proof = (await upload(complaints, gas, "head")).json()["id"]
    first = {"kind": "interview", "text": "询问维修人员"}
    done(await of_case(complaints, gas, case, "investigation", "office", first), 201)
    second = {"kind": "document", "text": "工单与照片", "file_ids": [proof]}
    entry = done(await of_case(complaints, gas, case, "investigation", "head", second), 201)
    assert (entry["volume"], entry["position"]) == (1, 2)
    open_index = await part_of(complaints, gas, case, "investigation/index")
    assert (open_index["is_sealed"], open_index["is_intact"]) == (False, True)
    assert open_index["sha256"] == entry["chain_sha256"] == open_index["items"][-1]["chain_sha256"]
    case = await closed_case(complaints, gas, await case_now(complaints, gas, case))
    late = await of_case(complaints, gas, case, "investigation", "office", first)
    refused(late, 409, "investigation_sealed")
    sealed = await part_of(complaints, gas, case, "investigation/index")
    assert (sealed["is_sealed"], sealed["sha256"]) == (True, open_index["sha256"])
    assert sealed["sealed_by"] == str(gas.person("office"))
    case = await step(complaints, gas, case, "reopen", login="office", reason="客户不认可")
    third = done(await of_case(complaints, gas, case, "investigation", "office", first), 201)
    assert (third["volume"], third["position"]) == (2, 1)
    assert (await part_of(complaints, gas, case, "investigation/index?volume=1"))["is_sealed"] is True
    assert (await part_of(complaints, gas, case, "investigation/index"))["volume"] == 2
    refused(
        await read(complaints, gas, f"/v1/complaints/{case['id']}/investigation/index", "office", volume=3),
        404,
        "investigation_volume_unknown",
    )
    assert len((await part_of(complaints, gas, case, "investigation"))["items"]) == 3
    assert [one["position"] for one in await facts(hot, gas, "complaint.investigation_recorded")] == [1, 2, 1]


async def test_the_index_shows_that_an_entry_was_altered(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    for text in ("甲", "乙"):
        done(await of_case(complaints, gas, case, "investigation", "office", {"kind": "note", "text": text}), 201)
    await hot.execute("update investigation_entries set text = '丙' where company = $1 and position = 1", gas.code)
    assert (await part_of(complaints, gas, case, "investigation/index"))["is_intact"] is False


async def test_an_unknown_kind_is_refused(complaints: httpx.AsyncClient, gas: Company) -> None:
    case = await open_case(complaints, gas, **REPAIR)
    answer = await of_case(complaints, gas, case, "investigation", "office", {"kind": "rumour", "text": "听说"})
    assert refused(answer, 422, "record_code_unknown")["errors"][0]["pointer"] == "/kind"
