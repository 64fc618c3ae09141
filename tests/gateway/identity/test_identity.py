"""The local issuer's door, through the real middlewares."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from gateway.identity.routes import identity_router
from shared.access.issuer import DemoLogin, LocalIssuer
from shared.access.key_source import CachedKeys
from shared.access.keys import KeyFolder
from shared.access.tokens import TokenVerifier
from shared.http.app import create_fastapi, install

STAFF = uuid4()
ISSUER = "urn:gasdesk:local"


@pytest.fixture
def issuer(tmp_path: Path) -> LocalIssuer:
    folder = KeyFolder(tmp_path / "keys")
    folder.ensure([])
    return LocalIssuer(
        logins=[DemoLogin("agent", "chaohu", STAFF)],
        default_company="chaohu",
        password="gasdesk",
        key=folder.signing_key(),
        issuer=ISSUER,
        environment="test",
    )


@pytest.fixture
async def client(issuer: LocalIssuer) -> AsyncIterator[httpx.AsyncClient]:
    app = create_fastapi(title="test", lifespan=None)
    install(app, service="gateway", has_database=False)
    app.include_router(identity_router(issuer, base_url="http://gasdesk.test"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gasdesk.test") as client:
        yield client


async def sign_in(client: httpx.AsyncClient, username: str = "agent", phrase: str = "gasdesk") -> httpx.Response:
    form = {"grant_type": "password", "username": username, "password": phrase, "scope": ""}
    return await client.post("/v1/auth/token", data=form)


async def test_token_verifies_against_the_published_keys(client: httpx.AsyncClient) -> None:
    answer = await sign_in(client, "agent@chaohu")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    discovery = (await client.get("/.well-known/openid-configuration")).json()

    async def load() -> bytes:
        return (await client.get(discovery["jwks_uri"])).content

    verifier = TokenVerifier(keys=CachedKeys(load), issuer=discovery["issuer"])
    claims = await verifier.verify(body["access_token"])
    assert (claims.subject, claims.companies, claims.login) == (STAFF, ("chaohu",), "agent@chaohu")


async def test_published_keys_hold_nothing_private(client: httpx.AsyncClient) -> None:
    (key,) = (await client.get("/.well-known/jwks.json")).json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


async def test_wrong_password_and_unknown_login_answer_alike(client: httpx.AsyncClient) -> None:
    answers = [await sign_in(client, phrase="wrong"), await sign_in(client, "nobody")]
    assert [answer.status_code for answer in answers] == [400, 400]
    first, second = (answer.json() for answer in answers)
    assert first["code"] == second["code"] == "invalid_grant"
    assert first["detail"] == second["detail"]


async def test_guessing_is_locked_out_with_a_time_to_wait(client: httpx.AsyncClient, issuer: LocalIssuer) -> None:
    answers = [await sign_in(client, phrase=f"guess-{number}") for number in range(30)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["code"] == "rate_limited"
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert issuer.evaluated <= 10


@pytest.mark.parametrize(
    "form",
    [
        {"username": "agent"},
        {"password": "gasdesk"},
        {"username": "agent", "password": "secret-in-echo", "grant_type": "client_credentials"},
        {"username": "agent" * 100, "password": "secret-in-echo"},
        {"username": "agent", "password": "secret-in-echo" * 100},
    ],
)
async def test_malformed_form_is_refused_without_an_echo(client: httpx.AsyncClient, form: dict[str, str]) -> None:
    answer = await client.post("/v1/auth/token", data=form)
    assert answer.status_code == 422
    assert "secret-in-echo" not in answer.text
    assert "agentagent" not in answer.text


async def test_json_is_not_taken_for_a_form(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/auth/token", json={"username": "agent", "password": "gasdesk"})
    assert answer.status_code in (415, 422)
