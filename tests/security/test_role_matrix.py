"""I16: every operation x every access role and every bad token answers as the permission table says."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from joserfc import jwt
from joserfc.jwk import ECKey

from shared.access.keys import KeyFolder
from shared.access.permissions import PERMISSIONS, Role, ScopeLevel
from shared.ids import new_id
from tests.architecture.test_operations import guards
from tests.security.house import House
from tests.security.operations import Operation, ask, code_of, operations
from tests.support.world import ISSUER, Company

TABLE = {code: frozenset(row) for code, row in PERMISSIONS.items()}
"""As it was when the tests began: the controls change the application's own."""
UNLISTED = {"/livez", "/readyz", "/metrics", "/openapi.json"}
AT_ONCE = 4
"""Everything shares one loop, and the gateway waits 0.8 s to learn who asks."""

PATIENCE = 5
"""Times to ask again where nobody decided, because the machine is busy: a 503 that stays is a failure."""


@dataclass(frozen=True)
class Violation:
    """A cell that decided otherwise than the table."""

    operation: str
    who: str
    meant: bool
    answered: str


async def decided(house: House, operation: Operation, who: str, token: str | None, *, meant: bool) -> Violation | None:
    """Ask one cell; a refusal of the rules (409, 412, 422, another 403) means that the role was let in."""
    answer = await ask(house, operation, token)
    for _ in range(PATIENCE):
        if answer.status_code != 503:
            break
        await asyncio.sleep(1)
        answer = await ask(house, operation, token)
    code = code_of(answer)
    assert answer.status_code < 500, (operation.name, who, answer.text)
    is_allowed = answer.status_code != 401 and code not in {"permission_denied", "account_inactive"}
    return None if is_allowed == meant else Violation(operation.name, who, meant, f"{answer.status_code} {code}")


async def violations(house: House, company: Company, chosen: Iterable[Operation]) -> list[Violation]:
    """Every operation x every role."""
    tokens = {role: company.token(role.value) for role in Role}
    asked = [
        decided(house, operation, role.value, tokens[role], meant=is_meant(operation, role))
        for operation in chosen
        for role in Role
        if not operation.is_public
    ]
    return await gathered(asked)


def is_meant(operation: Operation, role: Role) -> bool:
    """What the table says; who is signed in may ask about themselves.  Raises: KeyError without a row."""
    return operation.permission is None or role in TABLE[operation.permission]


async def gathered(cells: Sequence[Any]) -> list[Any]:
    """A few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(cell: Any) -> Any:
        async with gate:
            return await cell

    return [found for found in await asyncio.gather(*map(one, cells)) if found is not None]


def bad_tokens(house: House, company: Company) -> dict[str, str | None]:
    """Tokens of the general manager, each with one thing wrong."""
    key = KeyFolder(house.world.home / "keys").signing_key()
    stranger = ECKey.generate_key("P-256", parameters={"kid": str(key.kid)})
    gm = company.person("gm")
    return {
        "anonymous": None,
        "expired": company.issuer.mint(staff_id=gm, companies=(company.code,), login="gm", lifetime=-5),
        "wrong audience": forged(key, company, aud="another"),
        "two audiences": forged(key, company, aud=["gasdesk", "another"]),
        "wrong issuer": forged(key, company, iss="urn:another"),
        "foreign signature": forged(stranger, company),
    }


def forged(key: ECKey, company: Company, **claims: object) -> str:
    """A token as the issuer's, but for some claims or the key."""
    now = int(time.time())
    said: dict[str, object] = {
        "iss": ISSUER,
        "aud": "gasdesk",
        "sub": str(company.person("gm")),
        "companies": [company.code],
    }
    said |= {"login": "gm", "jti": str(new_id()), "iat": now, "exp": now + 600}
    return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, said | claims, key, algorithms=["ES256"])


def test_every_operation_has_a_row(house: House) -> None:
    found = list(operations(house))
    assert len(found) >= 80
    assert [one.name for one in found if one.permission is not None and one.permission not in PERMISSIONS] == []


@pytest.mark.parametrize("name", ["customer", "complaint", "callback", "inspection", "incentive", "gateway"])
def test_no_route_is_hidden_from_the_matrix(house: House, name: str) -> None:
    app = house.apps[name]
    listed = set(app.openapi()["paths"])
    reachable = {route.path for route in iter_route_contexts(app.routes) if getattr(route, "path", None)}
    assert {path for path in reachable if not str(path).startswith("/.well-known")} - listed <= UNLISTED


async def test_every_role_is_decided_by_the_table(house: House, gas: Company) -> None:
    assert {role: tuple(_roles(gas, role)) for role in Role} == {role: (role.value,) for role in Role}
    assert await violations(house, gas, operations(house)) == []


def _roles(company: Company, role: Role) -> set[str]:
    common = company.pack.common
    return {common.role_of_post[post] for post in common.demo_staff[role.value].posts}


async def test_no_bad_token_is_let_in(house: House, gas: Company) -> None:
    tokens = bad_tokens(house, gas)
    cells = [(one, who) for one in operations(house) if not one.is_public for who in tokens]
    asked = [decided(house, one, who, tokens[who], meant=False) for one, who in cells]
    assert await gathered(asked) == []
    genuine = forged(KeyFolder(house.world.home / "keys").signing_key(), gas)
    me = next(one for one in operations(house) if one.told["operationId"] == "get_me")
    assert (await ask(house, me, genuine)).status_code == 200


async def test_a_widened_row_is_reported(house: House, gas: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    widened = {**PERMISSIONS["complaint.close"], Role.REPORTER: ScopeLevel.COMPANY}
    monkeypatch.setitem(PERMISSIONS, "complaint.close", widened)
    touched = [one for one in operations(house) if one.permission == "complaint.close"]
    found = await violations(house, gas, touched)
    assert [(one.operation, one.who, one.meant) for one in found] == [("complaint close_complaint", "reporter", False)]


async def test_a_check_taken_away_is_reported(house: House, gas: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    (operation,) = [one for one in operations(house) if one.told["operationId"] == "create_customer_import"]
    route: Any = next(
        route
        for route in iter_route_contexts(house.apps["customer"].routes)
        if getattr(route, "name", "") == "create_customer_import"
    )
    for guard in guards(route.dependant):
        monkeypatch.setattr(guard, "permission", None)
    found = await violations(house, gas, [operation])
    assert {one.who for one in found} == set(Role) - TABLE["customer.import"]
