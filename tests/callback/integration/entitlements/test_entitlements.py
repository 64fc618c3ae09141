"""What a customer is entitled to, for the front desk; the yearly evaluation of key accounts."""

import asyncio
from datetime import UTC, datetime

from shared.ids import new_id
from tests.callback.integration.line import TUESDAY, Json, Line
from tests.callback.integration.visits.tour import Tour
from tests.support.world import Company

DECEMBER = datetime(2026, 12, 1, 1, tzinfo=UTC)
SCORES = {"visit": 5, "information": 4, "care": 4, "safety": 5, "operation": 4, "complaint": 4, "value": 3}


async def test_the_front_desk_sees_what_was_had_and_what_is_next(line: Line, tour: Tour, gas: Company) -> None:
    unit = await tour.group(gas, "vip", party="unit")
    person = await line.know(gas, "vip")
    await tour.plan(gas, "2026-11")

    async def seen(customer_id: object, login: str = "agent") -> Json:
        answer = await line.client.get(
            "/v1/entitlements", params={"customer_id": str(customer_id)}, headers=gas.headers(login)
        )
        return {"status": answer.status_code, **answer.json()}

    shown = await seen(unit)
    assert (shown["tier"], shown["party"], shown["year"]) == ("vip", "unit", 2026)
    by_code = {one["service"]: one for one in shown["items"]}
    visit = by_code["gm_visit"]
    assert (visit["done"], visit["open"], visit["terms"]["pace"], visit["terms"]["months"]) == (0, 1, "periodic", 12)
    assert (visit["next_on"], visit["posts"], visit["proofs"]) == ("2026-11-24", ["gm"], ["photo"])
    assert (by_code["sms_tip"]["carried_by"], by_code["inspection_led"]["clause"]) == ("messages", "vip-services")
    assert by_code["safety_teaching"]["terms"]["pace"] == "as_needed"
    one = await tour.visit(gas, unit, "gm_visit")
    said = await tour.report(gas, "gm", "gm", TUESDAY)
    assert (await tour.act(gas, one, "record", login="gm", **said)).status_code == 200
    had = {one["service"]: one for one in (await seen(unit))["items"]}["gm_visit"]
    assert (had["done"], had["open"], had["next_on"]) == (1, 0, None)
    assert datetime.fromisoformat(had["last_at"]) == TUESDAY
    alone = {one["service"] for one in (await seen(person))["items"]}
    assert "gm_visit" not in alone
    assert {"relocation", "inspection_person"} <= alone
    stranger = await seen(new_id())
    assert (stranger["status"], stranger["code"]) == (404, "entitlement_customer_unknown")
    assert (await seen(unit, "crew"))["status"] == 403
    catalogue = await line.client.get("/v1/entitlements/services", headers=gas.headers("clerk"))
    listed = {one["code"]: one for one in catalogue.json()["items"]}
    assert listed["gm_visit"]["tiers"]["vip"]["months"] == 12
    assert listed["gm_visit"]["category_name"] == "走访与关系维护"


async def evaluation_of(line: Line, company: Company, login: str = "office") -> list[Json]:
    answer = await line.client.get("/v1/account-evaluations", headers=company.headers(login))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_key_account_is_evaluated_yearly_and_reviewed_by_another_person(
    line: Line, tour: Tour, liaoning: Company
) -> None:
    top = await tour.group(liaoning, "a_plus", account_manager_id=liaoning.person("account"))
    await tour.group(liaoning, "b", account_manager_id=liaoning.person("account"))
    await tour.job(liaoning, "account_evaluations")
    assert await evaluation_of(line, liaoning) == [], "not before the pack's month"
    line.clock.set(DECEMBER)
    for _ in range(2):
        await tour.job(liaoning, "account_evaluations")
    (one,) = await evaluation_of(line, liaoning, "account")
    assert (one["customer_id"], one["year"], one["state"], one["owner_id"]) == (
        *(str(top), 2026, "open", str(liaoning.person("account"))),
    )

    async def act(verb: str, login: str, **body: object) -> Json:
        nonlocal one
        path = f"/v1/account-evaluations/{one['id']}/{verb}"
        answer = await line.post(liaoning, path, body, login=login, version=one["version"])
        if answer.status_code == 200:
            one = answer.json()
        return {"status": answer.status_code, **answer.json()}

    good = {"scores": SCORES, "summary": "用气稳定", "needs": "扩建", "improvements": ["每季度联合演练"]}
    early = await act("review", "markethead", is_agreed=True)
    assert (early["status"], early["code"]) == (409, "evaluation_step_not_allowed")
    partly = await act("submit", "account", **{**good, "scores": {"visit": 5}})
    assert (partly["status"], partly["code"], partly["errors"][0]["pointer"]) == (422, "evaluation_category", "/scores")
    low = await act("submit", "account", **{**good, "scores": {**SCORES, "visit": 1}, "improvements": []})
    assert (low["status"], low["code"]) == (422, "evaluation_improvement_missing")
    too_high = await act("submit", "account", **{**good, "scores": {**SCORES, "visit": 6}})
    assert too_high["status"] == 422
    assert (await act("submit", "account", **good))["state"] == "submitted"
    assert (await act("review", "account", is_agreed=True))["status"] == 403
    assert (await act("review", "officestaff", is_agreed=True))["code"] == "evaluation_not_yours"
    assert (await act("review", "markethead", is_agreed=False, reason="请补充满意度"))["state"] == "returned"
    assert (await act("submit", "markethead", **good))["state"] == "submitted"
    own = await act("review", "markethead", is_agreed=True)
    assert (own["status"], own["code"]) == (403, "evaluation_own")
    path, body = f"/v1/account-evaluations/{one['id']}/review", {"is_agreed": True}
    logins = ("office", "deputy")
    both = await asyncio.gather(
        *(line.post(liaoning, path, body, login=login, version=one["version"]) for login in logins)
    )
    assert sorted(answer.status_code for answer in both) == [200, 412]
    (fact,) = await line.facts(liaoning, "callback.account_evaluated")
    assert (fact["scores"]["visit"], fact["improvement_count"]) == (5, 1)
    clocks = await line.clocks(liaoning, "account-evaluations", one)
    assert sorted((clock["metric"], clock["sequence"], clock["state"]) for clock in clocks) == [
        ("reviewed", 1, "met"),
        ("reviewed", 2, "met"),
        ("written", 1, "met"),
        ("written", 2, "met"),
    ]
    hidden = await line.client.get(f"/v1/account-evaluations/{one['id']}", headers=liaoning.headers("networkhead"))
    assert (hidden.status_code, hidden.json()["code"]) == (404, "evaluation_not_found")
