"""Templates: drafted, approved by another pair of eyes, filled for one case, retired."""

import asyncpg
import httpx

from tests.complaint.integration.desk import facts, open_case
from tests.complaint.integration.dossier.steps import (
    REPAIR,
    Json,
    done,
    everything_written,
    of_case,
    post,
    read,
    refused,
)
from tests.support.world import Company

TEMPLATES = "/v1/reply-templates"
DRAFT = {
    "code": "receipt",
    "name": "受理告知",
    "body": "您好，{number} 号{category}投诉已于{opened_on}受理，{department}将于 {deadline} 前响应。",
    "kind": "complaint",
    "metric": "response",
}


async def drafted(client: httpx.AsyncClient, gas: Company, login: str = "officestaff", **more: object) -> Json:
    return done(await post(client, gas, TEMPLATES, login, {**DRAFT, **more}), 201)


async def act(
    client: httpx.AsyncClient, gas: Company, template: Json, verb: str, login: str = "office", body: Json | None = None
) -> httpx.Response:
    path = f"{TEMPLATES}/{template['id']}/{verb}"
    return await post(client, gas, path, login, body, version=template["version"])


async def test_a_template_is_approved_by_another_and_filled_for_a_case(
    complaints: httpx.AsyncClient, gas: Company, hot: asyncpg.Pool
) -> None:
    template = await drafted(complaints, gas)
    case = await open_case(complaints, gas, **REPAIR, complainant={"name": "张三丰"})
    ask = {"template_id": template["id"]}
    refused(await of_case(complaints, gas, case, "reply-draft", "agent", ask), 422, "reply_template_unfit")
    refused(await act(complaints, gas, template, "approve", "officestaff"), 403, "reply_template_approver")
    approved = done(await act(complaints, gas, template, "approve"))
    assert (approved["state"], approved["approved_by"]) == ("approved", str(gas.person("office")))
    filled = done(await of_case(complaints, gas, case, "reply-draft", "agent", ask))
    assert case["number"] in filled["text"]
    assert "维修与抢修" in filled["text"]
    assert "{" not in filled["text"]
    assert filled["text"] not in await everything_written(hot, gas)
    types = [one["type"] for one in await facts(hot, gas, "complaint.template_drafted", "complaint.template_approved")]
    assert types == ["complaint.template_drafted", "complaint.template_approved"]


async def test_a_new_revision_retires_the_one_before(complaints: httpx.AsyncClient, gas: Company) -> None:
    first = done(await act(complaints, gas, await drafted(complaints, gas), "approve"))
    second = await drafted(complaints, gas, body="受理编号 {number}")
    assert second["revision"] == 2
    refused(await post(complaints, gas, TEMPLATES, "inspector", DRAFT), 409, "reply_template_draft_open")
    changed = {key: value for key, value in DRAFT.items() if key != "code"}
    second = done(await act(complaints, gas, second, "redraft", "inspector", changed))
    second = done(await act(complaints, gas, second, "approve"))
    listed = done(await read(complaints, gas, TEMPLATES, "agent", code="receipt"))["items"]
    assert [(one["id"], one["state"]) for one in listed] == [(second["id"], "approved"), (first["id"], "retired")]
    refused(await act(complaints, gas, second, "redraft", "inspector", changed), 409, "reply_template_step_not_allowed")
    refused(await act(complaints, gas, {**second, "version": 1}, "retire"), 412, "stale_version")
    assert done(await act(complaints, gas, second, "retire"))["state"] == "retired"


async def test_placeholders_come_from_a_closed_list_and_need_a_value(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    for body in ("您好，{name}", "您好 {number", "{}", "{number!r}"):
        answer = await post(complaints, gas, TEMPLATES, "officestaff", {**DRAFT, "body": body})
        assert refused(answer, 422, "placeholder_unknown")["errors"][0]["pointer"] == "/body"
    template = await drafted(complaints, gas, body="{number}：{resolution}（{resolved_on}）")
    template = done(await act(complaints, gas, template, "approve"))
    case = await open_case(complaints, gas, **REPAIR)
    answer = await of_case(complaints, gas, case, "reply-draft", "agent", {"template_id": template["id"]})
    said = refused(answer, 422, "placeholder_without_value")
    assert "resolution" in said["detail"]
    assert "resolved_on" in said["detail"]
    for wrong in ({"category": "nothing"}, {"tier": "nothing"}, {"kind": "nothing"}, {"metric": "nothing"}):
        answer = await post(complaints, gas, TEMPLATES, "officestaff", {**DRAFT, "code": "other", **wrong})
        assert refused(answer, 422, "record_code_unknown")["errors"][0]["pointer"] == f"/{next(iter(wrong))}"


async def test_a_template_of_other_cases_is_refused(complaints: httpx.AsyncClient, gas: Company) -> None:
    template = done(await act(complaints, gas, await drafted(complaints, gas, category="billing"), "approve"))
    case = await open_case(complaints, gas, **REPAIR)
    answer = await of_case(complaints, gas, case, "reply-draft", "agent", {"template_id": template["id"]})
    refused(answer, 422, "reply_template_unfit")
    assert (await post(complaints, gas, TEMPLATES, "agent", DRAFT)).status_code == 403
