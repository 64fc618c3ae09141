"""Who the gateway takes a caller for, and for how long while incentive is away."""

import asyncio
from datetime import date

import pytest

from gateway.callers import FRESH, STALE, Callers
from gateway.upstream import UpstreamError
from shared.access.errors import AccountInactiveError, UnauthenticatedError
from tests.gateway.conftest import House
from tests.gateway.standin import Reply, refusal

TODAY = date(2026, 11, 23)
ME = "/v1/staff/me"


class Time:
    """Seconds that only move when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def callers_of(house: House, time: Time) -> Callers:
    runtime = house.app.state.runtime
    return Callers(runtime.principals._verifier, runtime.clients.incentive, first_seconds=0.8, now=time)


async def test_rights_are_read_once_in_thirty_seconds_however_many_ask(house: House) -> None:
    time, person = Time(), house.person("agent", posts=("csr",), team="t1")
    callers = callers_of(house, time)
    found = await asyncio.gather(*(callers.principal(person.token, on=TODAY) for _ in range(20)))
    assert {(one.staff_id, one.company, one.posts, one.team) for one in found} == {
        (person.staff_id, house.company, ("csr",), "t1")
    }
    assert [one for one in found if not one.allows("desk.read")] == []
    assert len(house.services["incentive"].seen) == 1
    person.roles = ["crew"]
    time.now += FRESH + 1
    assert not (await callers.principal(person.token, on=TODAY)).allows("desk.read")


async def test_rights_of_the_last_ten_minutes_hold_while_incentive_is_away_and_no_longer(house: House) -> None:
    time, person = Time(), house.person("agent")
    callers = callers_of(house, time)
    await callers.principal(person.token, on=TODAY)
    house.services["incentive"].answers[ME] = refusal("unavailable")
    time.now += STALE - 1
    assert (await callers.principal(person.token, on=TODAY)).allows("desk.read")
    time.now += 5
    with pytest.raises(UpstreamError):
        await callers.principal(person.token, on=TODAY)


async def test_somebody_who_left_is_out_at_once_when_incentive_says_so(house: House) -> None:
    time, person = Time(), house.person("agent")
    callers = callers_of(house, time)
    await callers.principal(person.token, on=TODAY)
    house.services["incentive"].answers[ME] = refusal("account_inactive")
    time.now += FRESH + 1
    with pytest.raises(AccountInactiveError):
        await callers.principal(person.token, on=TODAY)
    house.services["incentive"].answers[ME] = refusal("unavailable")
    with pytest.raises(UpstreamError):
        await callers.principal(person.token, on=TODAY)


async def test_deputy_has_the_standing_of_the_person_deputised_for(house: House) -> None:
    person, head = house.person("crew"), house.person("head", department="repair")
    me = person.me() | {"acting_for": [{"staff_id": str(head.staff_id), "roles": ["head", "unheard-of"]}]}
    house.services["incentive"].answers[ME] = Reply(me)
    found = await callers_of(house, Time()).principal(person.token, on=TODAY)
    assert found.acting_for == (head.staff_id,)
    assert found.allows("desk.read")


@pytest.mark.parametrize("change", [{"id": "0199c0de-0000-7000-8000-00000000000f"}, {"company": "another"}])
async def test_answer_about_somebody_else_lets_nobody_in(house: House, change: dict[str, str]) -> None:
    person = house.person("agent")
    house.services["incentive"].answers[ME] = Reply(person.me() | change)
    with pytest.raises(AccountInactiveError):
        await callers_of(house, Time()).principal(person.token, on=TODAY)


async def test_forged_token_is_refused_without_asking_anybody(house: House) -> None:
    person = house.person("agent")
    head, body, _ = person.token.split(".")
    with pytest.raises(UnauthenticatedError):
        await callers_of(house, Time()).principal(f"{head}.{body}.{'A' * 86}", on=TODAY)
    assert house.services["incentive"].seen == []
