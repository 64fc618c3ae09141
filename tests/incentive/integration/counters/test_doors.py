"""The doors: what adds up, what stands, who is eligible; a suspension is lifted by those whom the pack names."""

from shared.contracts.incentive_cases import IncentiveReversed
from shared.ids import new_id
from tests.incentive.integration.counters.board import hear, took, turned
from tests.support.stage import Json, Stage
from tests.support.world import Company

STANDINGS = "/v1/incentive-standings"


async def test_a_counter_says_how_far_it_is_and_why(stage: Stage, chaohu: Company) -> None:
    crew = chaohu.person("crew")
    said = [took(stage, "tier-failure", crew) for _ in range(2)]
    await hear(stage, chaohu, *said)
    own = (await stage.get(chaohu, "/v1/incentive-counters", login="crew"))["items"]
    (person,) = [one for one in own if one["counter"] == "tier_person"]
    assert (person["name"], person["count"], person["limit"], person["left"]) == ("个人累计三次未按级别服务", 2, 3, 1)
    assert person["year"] is None
    assert [one["cause_id"] for one in person["causes"]] == [str(one.case_id) for one in said]
    for login, seen in (("head", 2), ("office", 2), ("networkhead", 0), ("clerk", 0)):
        found = await stage.get(chaohu, "/v1/incentive-counters", login=login, year=2026)
        assert len(found["items"]) == seen, login
    reached = await stage.get(chaohu, "/v1/incentive-counters", is_reached=True)
    assert reached["items"] == []


async def test_awards_are_lost_while_the_case_holds(stage: Stage, gas: Company) -> None:
    said = took(stage, "department-measures")
    await hear(stage, gas, said)

    async def eligible(year: int, login: str = "office") -> dict[str, Json]:
        found = await stage.get(gas, "/v1/award-eligibility", login=login, year=year)
        return {one["subject"]: one for one in found["items"]}

    lost = (await eligible(2026))["customer_service"]
    assert (lost["is_eligible"], lost["reasons"][0]["name"]) == (False, "措施不落实")
    assert (await eligible(2025))["customer_service"]["is_eligible"]
    mine = await eligible(2026, "crew")
    assert list(mine) == [str(gas.person("crew"))], "the own standing only"
    await hear(stage, gas, turned(said, IncentiveReversed, reason="cause_retracted"), version=2)
    assert (await eligible(2026))["customer_service"]["is_eligible"]


async def test_a_suspension_is_lifted_by_the_packs_posts_with_a_reason(stage: Stage, gas: Company) -> None:
    crew, deputy = gas.person("crew"), gas.person("deputy")
    await hear(stage, gas, took(stage, "penalty-4-image", crew), took(stage, "penalty-4-image", deputy))
    found = (await stage.get(gas, STANDINGS, kind="suspended"))["items"]
    of = {one["subject"]: one for one in found}
    mine, own = of[str(crew)], of[str(deputy)]

    async def lifted(one: Json, login: str, version: int = 1) -> tuple[int, str]:
        body = {"reason": "培训合格，恢复上岗"}
        answer = await stage.post(gas, f"{STANDINGS}/{one['id']}/lift", body, login=login, version=version)
        return answer.status_code, answer.json().get("code", "")

    assert await lifted(mine, "head") == (403, "permission_denied")
    assert await lifted(mine, "officestaff") == (403, "incentive_lift_post")
    assert await lifted(own, "deputy") == (403, "incentive_own_standing")
    assert await lifted(mine, "committee", version=7) == (412, "stale_version")
    assert await lifted(mine, "committee") == (200, "")
    assert await lifted(mine, "committee", version=2) == (409, "incentive_standing_step_not_allowed")
    after = await stage.get(gas, f"{STANDINGS}/{mine['id']}", login="crew")
    assert (after["is_holding"], after["ended_for"], after["until_period"]) == (False, "lifted", "2026-11")
    facts = await stage.facts(gas, "incentive.standing_changed")
    assert facts[-1]["changed_by"] == str(gas.person("committee"))
    grade = (await stage.get(gas, STANDINGS, kind="month_grade"))["items"]
    assert {(one["subject"], one["grade"]) for one in grade} == {("customer_service", "c")}
    other = await stage.client.get(f"{STANDINGS}/{mine['id']}", headers=gas.headers("clerk"))
    assert other.status_code == 404


async def test_standings_of_strangers_are_absent(stage: Stage, gas: Company) -> None:
    await hear(stage, gas, took(stage, "penalty-4-image", new_id()))
    assert (await stage.get(gas, STANDINGS, login="networkhead"))["items"] == []
