"""The local issuer: demo logins, lockout, bounded evaluation, even timing."""

import asyncio
import time
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import ECKey

from shared.access.errors import CredentialsInvalidError, TooManyAttemptsError
from shared.access.issuer import DemoLogin, LocalIssuer, Lockout

AGENT, CHAOHU_AGENT = uuid4(), uuid4()
KEY = ECKey.generate_key("P-256", auto_kid=True)


class Time:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def moment() -> Time:
    return Time()


@pytest.fixture
def issuer(moment: Time) -> LocalIssuer:
    return LocalIssuer(
        logins=[DemoLogin("agent", "xxx-gas", AGENT), DemoLogin("agent", "chaohu", CHAOHU_AGENT)],
        default_company="xxx-gas",
        password="gasdesk",
        key=KEY,
        issuer="urn:test",
        environment="test",
        lockout=Lockout(now=moment),
    )


def subject_of(token: str) -> tuple[UUID, list[str]]:
    from joserfc import jwt

    claims = jwt.decode(token, KEY, algorithms=["ES256"]).claims
    return UUID(claims["sub"]), claims["companies"]


async def attempt(issuer: LocalIssuer, login: str, password: str, address: str = "10.0.0.1") -> str:
    try:
        return (await issuer.authenticate(login, password, address=address)).access_token
    except CredentialsInvalidError:
        return "refused"
    except TooManyAttemptsError:
        return "locked"


async def test_plain_login_is_the_default_companys(issuer: LocalIssuer) -> None:
    assert subject_of(await attempt(issuer, "agent", "gasdesk")) == (AGENT, ["xxx-gas"])
    assert subject_of(await attempt(issuer, "agent@xxx-gas", "gasdesk")) == (AGENT, ["xxx-gas"])
    assert subject_of(await attempt(issuer, "agent@chaohu", "gasdesk")) == (CHAOHU_AGENT, ["chaohu"])


@pytest.mark.parametrize(("login", "password"), [("agent", "wrong"), ("nobody", "gasdesk"), ("agent@x", "gasdesk")])
async def test_wrong_login_and_wrong_password_look_alike(issuer: LocalIssuer, login: str, password: str) -> None:
    assert await attempt(issuer, login, password) == "refused"


async def test_thousand_guesses_are_evaluated_ten_times_at_most(issuer: LocalIssuer) -> None:
    guesses = (attempt(issuer, "agent", f"guess-{number}") for number in range(1000))
    outcomes = await asyncio.gather(*guesses)
    assert issuer.evaluated <= 10
    assert outcomes.count("locked") >= 990


async def test_guesses_over_many_accounts_from_one_address_are_bounded(issuer: LocalIssuer) -> None:
    outcomes = [await attempt(issuer, f"user-{number}", "gasdesk") for number in range(200)]
    assert issuer.evaluated <= 10
    assert outcomes[-1] == "locked"


async def test_guesses_on_one_account_from_many_addresses_are_bounded(issuer: LocalIssuer) -> None:
    for number in range(200):
        await attempt(issuer, "agent", "wrong", address=f"10.0.{number}.1")
    assert issuer.evaluated <= 10
    assert await attempt(issuer, "agent", "gasdesk", address="10.9.9.9") == "locked"
    assert await attempt(issuer, "agent@chaohu", "gasdesk", address="10.9.9.9") != "locked"


async def test_own_sign_ins_do_not_buy_further_guesses(issuer: LocalIssuer) -> None:
    for _ in range(20):
        await attempt(issuer, "agent@chaohu", "gasdesk")
        await attempt(issuer, "agent", "wrong")
    wrong_evaluated = issuer.evaluated - 20
    assert wrong_evaluated <= 10


async def test_lock_ends_and_doubles_with_each_further_failure(issuer: LocalIssuer, moment: Time) -> None:
    for _ in range(5):
        await attempt(issuer, "agent", "wrong")
    waits = []
    for _ in range(3):
        with pytest.raises(TooManyAttemptsError) as locked:
            await issuer.authenticate("agent", "gasdesk", address="10.0.0.1")
        waits.append(locked.value.retry_after)
        moment.at += locked.value.retry_after
        assert await attempt(issuer, "agent", "wrong") == "refused"
    assert waits == [30, 60, 120]
    moment.at += 240
    assert await attempt(issuer, "agent", "gasdesk") not in ("refused", "locked")


async def test_unknown_account_takes_as_long_as_a_known_one(issuer: LocalIssuer, moment: Time) -> None:
    # the work, not the wall's time: others share the machine; in turns, and the least of each
    async def worked(login: str) -> float:
        moment.at += 3600 * 2
        began = time.process_time()
        await attempt(issuer, login, "wrong")
        return time.process_time() - began

    pairs = [(await worked("agent"), await worked("nobody-of-that-name")) for _ in range(6)]
    known, unknown = (min(side) for side in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


async def test_endless_password_costs_no_more_than_a_short_one(issuer: LocalIssuer) -> None:
    began = time.process_time()
    assert await attempt(issuer, "agent", "x" * 1_000_000) == "refused"
    assert time.process_time() - began < 1


def test_production_refuses_the_local_issuer() -> None:
    with pytest.raises(ValueError, match="ENVIRONMENT=production"):
        LocalIssuer(logins=[], default_company="", password="x", key=KEY, issuer="urn:x", environment="production")
