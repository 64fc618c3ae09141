"""Regulations, codes and figures of all services as one answer."""

from typing import Any

from tests.gateway.conftest import House, Opening
from tests.gateway.standin import Reply, refusal


def chapter(name: str) -> dict[str, Any]:
    return {"chapter": name, "version": "1"}


def furnish(house: House) -> None:
    for name, service in house.services.items():
        head = {"company": house.company, "pack": "xxx-gas"}
        service.answers["/v1/policy"] = Reply(head | {"chapters": [chapter("common"), chapter(name)]})
        lists = [{"chapter": "common", "kind": "tiers", "codes": []}, {"chapter": name, "kind": "a", "codes": []}]
        service.answers["/v1/policy/codes"] = Reply(head | {"lists": lists})
        service.answers["/v1/indicators"] = Reply({"service": name, "items": []})


async def test_each_chapter_and_list_stands_once(house: House) -> None:
    furnish(house)
    person = house.person("reporter")
    policy = (await house.get(person, "/v1/policy")).json()
    assert [one["chapter"] for one in policy["chapters"]] == sorted(["common", *house.services])
    assert (policy["company"], policy["unavailable"]) == (house.company, [])
    codes = (await house.get(person, "/v1/policy/codes")).json()
    assert len(codes["lists"]) == 6


async def test_figures_say_which_service_is_missing(house: House) -> None:
    furnish(house)
    house.services["callback"].answers["/v1/indicators"] = refusal("unavailable")
    answer = await house.get(house.person("office"), "/v1/indicators", period="2026-11")
    body = answer.json()
    assert (body["period"], body["is_complete"]) == ("2026-11", False)
    assert {name: part["status"] for name, part in body["parts"].items()} == {
        **dict.fromkeys(house.services, "ok"),
        "callback": "unavailable",
    }
    assert house.services["customer"].seen[-1].target == "/v1/indicators?period=2026-11"


async def test_policy_of_nobody_is_a_problem_and_of_some_names_the_rest(house: House) -> None:
    furnish(house)
    person = house.person("reporter")
    house.services["callback"].answers["/v1/policy"] = refusal("unavailable")
    assert (await house.get(person, "/v1/policy")).json()["unavailable"] == ["callback"]
    for service in house.services.values():
        service.answers["/v1/policy"] = refusal("unavailable")
    stranger = house.person("reporter")
    assert (await house.get(stranger, "/v1/policy")).status_code == 503


async def test_demo_staff_sign_in_at_the_gateway_and_not_in_production(open_house: Opening, house: House) -> None:
    form = {"username": "agent", "password": "gasdesk"}
    async with open_house(environment="test") as demo:
        answer = await demo.client.post("/v1/auth/token", data=form)
        assert answer.status_code == 200, answer.text
        named = await demo.client.post("/v1/auth/token", data=form | {"username": "agent@chaohu"})
        assert named.status_code == 200
    assert (await house.client.post("/v1/auth/token", data=form)).status_code == 404
