"""Doors without login: passed on without a token, with the caller's address, which callers cannot name themselves."""

from tests.gateway.conftest import House
from tests.gateway.standin import Reply


async def test_a_public_door_is_passed_on_with_the_address_that_the_gateway_saw(house: House) -> None:
    service = house.services["callback"]
    service.fallback = Reply({})
    path = "/v1/public/surveys/abc"
    assert (await house.client.get(path, headers={"X-GasDesk-Client": "203.0.113.9"})).status_code == 200
    form = await house.client.post(f"{path}/form", data={"score.overall": "5"})
    assert form.status_code == 200
    opened, sent = service.seen
    assert (opened.target, opened.values("x-gasdesk-client")) == (path, ["127.0.0.1"])
    assert (sent.body, sent.values("content-type")) == (b"score.overall=5", ["application/x-www-form-urlencoded"])


async def test_a_public_door_that_nobody_owns_is_absent_and_others_take_no_form(house: House) -> None:
    assert (await house.client.get("/v1/public/nothing/abc")).status_code == 404
    headers = house.person("agent").headers
    refused = await house.client.post("/v1/surveys", data={"period": "2026-Q4"}, headers=headers)
    assert refused.status_code == 415
