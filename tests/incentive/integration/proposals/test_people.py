"""People raise, confirm, dismiss and read proposals; each refusal has its own code and changes nothing."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.incentive.proposals.service.figures import figures
from tests.incentive.integration.proposals.board import (
    PROPOSALS,
    breach,
    file,
    finding,
    heard,
    one,
    raised,
    refused,
    rows,
    step,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def work(stage: Stage, company: Company, login: str) -> list[str]:
    found = await stage.get(company, "/v1/work", login=login)
    return [entry["id"] for entry in found["items"] if entry["metric"] == "proposal_confirm"]


REFUSALS: list[tuple[str, Json, int, str, str | None]] = [
    ("office", {"provision": "nothing"}, 422, "incentive_provision_unknown", "/provision"),
    ("office", {"provision": "penalty-1-dress"}, 422, "incentive_subject_invalid", "/employee_id"),
    (
        "office",
        {"provision": "department-projects", "department": "nowhere"},
        422,
        "incentive_subject_invalid",
        "/department",
    ),
    (
        "office",
        {"provision": "department-projects", "department": "market"},
        422,
        "incentive_evidence_required",
        "/file_ids",
    ),
    (
        "head",
        {"provision": "department-projects", "department": "market"},
        403,
        "incentive_proposal_post_not_allowed",
        None,
    ),
    ("agent", {"provision": "reward-other"}, 403, "permission_denied", None),
    ("leader", {"provision": "reward-other", "employee_id": "leader"}, 403, "incentive_own_case", None),
    (
        "office",
        {"provision": "penalty-4-loss", "employee_id": "crew"},
        422,
        "incentive_loss_outside_clause",
        "/loss_fen",
    ),
    (
        "office",
        {"provision": "penalty-4-loss", "employee_id": "crew", "loss_fen": 500000},
        422,
        "incentive_loss_outside_clause",
        "/loss_fen",
    ),
    (
        "office",
        {"provision": "reward-composure", "employee_id": "agent"},
        422,
        "incentive_evidence_required",
        "/file_ids",
    ),
    (
        "office",
        {"provision": "reward-other", "employee_id": "crew", "file_ids": ["new"]},
        422,
        "incentive_evidence_unknown",
        "/file_ids/0",
    ),
    (
        "office",
        {"provision": "reward-other", "employee_id": "crew", "happened_at": "2027-01-01T00:00:00Z"},
        422,
        "incentive_happened_in_future",
        "/happened_at",
    ),
    (
        "office",
        {"provision": "reward-other", "employee_id": "crew", "shares": [("crew", 60, False), ("clerk", 40, False)]},
        422,
        "incentive_shares_invalid",
        "/shares",
    ),
]
"""Who raises what, and what it is answered: status, code, field."""


async def test_raising_by_hand_is_refused_by_rule_and_field(stage: Stage, gas: Company) -> None:
    for login, body, status, code, pointer in REFUSALS:
        said: Json = {**body}
        if "employee_id" in said:
            said["employee_id"] = str(gas.person(said["employee_id"]))
        if "file_ids" in said:
            said["file_ids"] = [str(uuid4())]
        if "shares" in said:
            said["shares"] = [_share(gas, *share) for share in said["shares"]]
        answer = await raised(stage, gas, login=login, **said)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == ([pointer] if pointer else [])
    assert await rows(stage, gas) == []


def _share(company: Company, login: str, percent: int, is_main: bool) -> Json:
    return {"staff_id": str(company.person(login)), "percent": percent, "is_main": is_main}


async def test_not_cooperating_is_raised_by_the_office_with_its_own_evidence(stage: Stage, gas: Company) -> None:
    foreign = await file(stage, gas, "head")
    body: Json = {"department": "market", "file_ids": [foreign]}
    answer = await raised(stage, gas, "department-investigation", **body)
    assert answer.json()["code"] == "incentive_evidence_unknown", "somebody else's file"
    plain = await stage.client.post("/v1/files", files={"file": ("a.txt", b"text")}, headers=gas.headers("office"))
    answer = await raised(stage, gas, "department-investigation", **{**body, "file_ids": [plain.json()["id"]]})
    assert answer.json()["code"] == "incentive_evidence_type"
    kept = await file(stage, gas, "office")
    answer = await raised(stage, gas, "department-investigation", **{**body, "file_ids": [kept]})
    assert answer.status_code == 201, answer.text
    row = await one(stage, gas, answer.json()["id"], "officestaff")
    assert (row["subject_type"], row["subject"], row["source"]) == ("department", "market", "person")
    assert [one["id"] for one in row["evidence"]["files"]] == [kept]
    assert (await stage.client.get(f"/v1/files/{kept}", headers=gas.headers("officestaff"))).status_code == 200
    assert (await stage.client.get(f"/v1/files/{kept}", headers=gas.headers("crew"))).status_code == 404
    assert await refused(stage, gas, row, "dismiss", "office", reason="无") == (403, "incentive_raiser_decides")
    after = await step(stage, gas, row, "dismiss", "officestaff", reason="已配合")
    assert (after["state"], after["decided_by"]) == ("dismissed", str(gas.person("officestaff")))
    clocks = await stage.clocks(gas, f"{PROPOSALS}/{row['id']}")
    assert clocks["proposal_confirm"]["state"] == "met"


async def test_a_collective_names_its_main_contributor(stage: Stage, gas: Company) -> None:
    shares = [_share(gas, "crew", 60, True), _share(gas, "leader", 40, False)]
    body: Json = {"employee_id": str(gas.person("crew")), "shares": shares}
    answer = await raised(stage, gas, "reward-efficiency", login="head", **body)
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert row["shares"] == shares
    for named in ("leader", "head"):
        seen = await stage.client.get(f"{PROPOSALS}/{row['id']}", headers=gas.headers(named))
        assert seen.status_code == (404 if named == "leader" else 200), "not shown to whom it names"
    assert await refused(stage, gas, row, "withdraw", "office", reason="误") == (403, "incentive_not_the_raiser")
    after = await step(stage, gas, row, "withdraw", "head", reason="误报")
    assert (after["state"], after["withdrawn_for"]) == ("withdrawn", "raiser")


async def test_what_lies_outside_the_regulation_is_shown_and_never_decided(stage: Stage, gas: Company) -> None:
    answer = await raised(stage, gas, "beyond-loss", employee_id=str(gas.person("crew")), loss_fen=500000)
    row = answer.json()
    assert row["state"] == "outside"
    assert await stage.clocks(gas, f"{PROPOSALS}/{row['id']}") == {}
    for act, body in (("confirm", {"opinion": "同意"}), ("dismiss", {"reason": "无"})):
        assert await refused(stage, gas, row, act, "officestaff", **body) == (409, "incentive_outside_regulation")


async def test_the_same_matter_is_not_raised_twice(stage: Stage, gas: Company) -> None:
    crew, matter = gas.person("crew"), uuid4()
    (first,) = await heard(stage, gas, breach(stage, crew), matter_id=matter)
    body: Json = {"employee_id": str(crew), "matter_id": str(matter)}
    for provision in ("penalty-2-commitment", "penalty-1-dress", "penalty-2-conduct"):
        answer = await raised(stage, gas, provision, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "incentive_duplicate_matter")
        assert first["number"] in answer.json()["detail"]
    assert len(await rows(stage, gas)) == 1
    graver = (await raised(stage, gas, "penalty-3-preventable", **body)).json()
    states = {row["provision"]: (row["state"], row["same_as_id"]) for row in await rows(stage, gas)}
    assert states["penalty-2-commitment"][0] == "withdrawn"
    assert str(states["penalty-2-commitment"][1]) == graver["id"]
    await step(stage, gas, graver, "dismiss", "officestaff", reason="证据不足")
    answer = await raised(stage, gas, "penalty-3-preventable", **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "incentive_duplicate_matter")
    reward = await raised(stage, gas, "reward-other", **body)
    assert reward.status_code == 201, "a reward on the same matter is another thing"


async def test_whoever_is_named_neither_sees_nor_decides_it(stage: Stage, gas: Company) -> None:
    await heard(stage, gas, finding(stage, gas.person("officestaff")))
    (row,) = await rows(stage, gas)
    assert row["posts"] == ["service_office_director", "service_management_committee"]
    seen = {
        login: (await stage.client.get(f"{PROPOSALS}/{row['id']}", headers=gas.headers(login))).status_code
        for login in ("office", "committee", "gm", "inspector", "officestaff", "head", "markethead", "crew")
    }
    assert seen == {
        "office": 200,
        "committee": 200,
        "gm": 200,
        "inspector": 200,
        "officestaff": 404,
        "head": 404,
        "markethead": 404,
        "crew": 403,
    }
    answer = await stage.post(gas, f"{PROPOSALS}/{row['id']}/dismiss", {"reason": "无"}, login="officestaff", version=1)
    assert answer.status_code == 404, "denied looks absent"
    listed = await stage.get(gas, PROPOSALS, login="officestaff")
    assert listed["items"] == []
    assert await refused(stage, gas, row, "dismiss", "gm", reason="无") == (403, "incentive_proposal_post_not_allowed")
    assert await work(stage, gas, "office") == [str(row["id"])]
    assert await work(stage, gas, "head") == []


async def test_nobody_decides_about_the_own_department(stage: Stage, gas: Company) -> None:
    answer = await raised(
        stage, gas, "department-projects", department="service_office", file_ids=[await file(stage, gas, "office")]
    )
    row = answer.json()
    assert await refused(stage, gas, row, "dismiss", "officestaff", reason="无") == (403, "incentive_own_case")


async def test_two_decide_at_once_and_one_is_stale(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, breach(stage, gas.person("crew")))
    path = f"{PROPOSALS}/{row['id']}/dismiss"
    answers = await asyncio.gather(
        *(stage.post(gas, path, {"reason": "无"}, login=login, version=1) for login in ("office", "officestaff"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(await stage.facts(gas, "incentive.dismissed")) == 1


async def test_an_undecided_draft_breaches_and_proposes_nothing_more(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, breach(stage, gas.person("crew")))
    stage.clock.set(stage.clock.now() + timedelta(days=10))
    await stage.sweep()
    clocks = await stage.clocks(gas, f"{PROPOSALS}/{row['id']}")
    assert clocks["proposal_confirm"]["state"] == "breached"
    (fact,) = await stage.facts(gas, "sla.breached")
    assert (fact["is_consequence"], fact["subject_type"]) == (True, "incentive_proposal")


async def test_the_list_is_filtered_and_the_catalogue_says_what_is_in_force(stage: Stage, gas: Company) -> None:
    crew, clerk = gas.person("crew"), gas.person("clerk")
    await heard(stage, gas, breach(stage, crew))
    await heard(stage, gas, finding(stage, clerk))
    await raised(stage, gas, "reward-other", employee_id=str(crew))

    async def found(**query: Any) -> int:
        return len((await stage.get(gas, PROPOSALS, **query))["items"])

    assert await found() == 3
    assert await found(source="breach") == 1
    assert await found(source="person", kind="reward") == 1
    assert await found(provision="penalty-3-mishandled") == 1
    assert await found(subject_type="employee", subject=str(crew)) == 2
    assert await found(department="customer_service", state="drafted") == 3
    assert await found(period="2026-11") == 3
    assert await found(period="2026-10") == 0
    assert await stage.get(gas, PROPOSALS, login="markethead") == {
        **(await stage.get(gas, PROPOSALS, state="confirmed"))
    }
    assert len((await stage.get(gas, PROPOSALS, login="head"))["items"]) == 3
    catalogue = await stage.get(gas, "/v1/incentive-catalogue", login="crew")
    level_2 = next(entry for entry in catalogue["provisions"] if entry["code"] == "penalty-2-commitment")
    assert level_2["amount"] == {"least_fen": 10000, "most_fen": 50000, "is_open_setting": False}
    assert (level_2["name"], len(level_2["steps"]), level_2["clause"]["code"]) == ("未履行服务承诺", 4, "penalty-2")
    assert [entry["code"] for entry in catalogue["sources"]][:2] == ["breach", "finding_mishandled"]
    assert {entry["at"] for entry in catalogue["counters"]} == {2, 3}


async def test_figures_count_by_clause_and_source(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, breach(stage, gas.person("crew")))
    await heard(stage, gas, breach(stage, gas.person("clerk")))
    stage.clock.set(stage.clock.now() + timedelta(hours=2))
    await step(stage, gas, row, "dismiss", "office", reason="不成立")
    since = stage.clock.now() - timedelta(days=1)
    async with stage.runtime.sessions.begin() as session:
        (figure,) = await figures(session, [gas.code], since, stage.clock.now())
    assert (figure.source, figure.provision, figure.proposed) == ("breach", "penalty-2-commitment", 2)
    assert (figure.drafted, figure.dismissed, figure.decided, figure.seconds) == (1, 1, 1, 7200)
