"""Who asks: of every operation the demo person whose role reaches farthest."""

import time
from functools import cache
from typing import Any

import httpx

from gateway.settings import SERVICES
from shared.access.permissions import Role, level_of
from shared.policy.check import packs_in
from shared.policy.loader import SHIPPED, load_pack
from shared.policy.model import ChapterHeader

_KEPT_SECONDS = 240
_PACK = "xxx-gas"


class _Chapter(ChapterHeader, extra="ignore"):
    """A service's chapter, of which nothing is asked here."""


@cache
def _roles() -> dict[str, set[Role]]:
    path = next(one for one in packs_in(SHIPPED) if one.name == _PACK)
    common = load_pack(path, dict.fromkeys(SERVICES, _Chapter), SHIPPED).common
    return {
        login: {Role(common.posts[post].access_role) for post in person.posts}
        for login, person in common.demo_staff.items()
    }


def login_for(permission: str | None) -> str:
    """The login that may; anybody where no permission is asked.  Raises: LookupError if no demo person may."""
    if permission is None:
        return "gm"
    levels = {login: level_of(permission, roles) for login, roles in _roles().items()}
    able = {login: level for login, level in levels.items() if level is not None}
    if not able:
        raise LookupError(f"no demo person has {permission}")
    return max(able, key=lambda login: able[login])


class People:
    """Signed-in demo people; a token is renewed before it ends."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=30)
        self._tokens: dict[str, tuple[float, str]] = {}

    def headers(self, operation: dict[str, Any]) -> dict[str, str]:
        """The bearer of the person who asks `operation`; none at a public one."""
        if not operation.get("security"):
            return {}
        permissions = [code for one in operation["security"] for code in one["bearer"]]
        return {"Authorization": f"Bearer {self._token(login_for(permissions[0] if permissions else None))}"}

    def get(self, path: str, operation: dict[str, Any]) -> httpx.Response:
        """GET as that person."""
        return self._client.get(path, headers=self.headers(operation))

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def _token(self, login: str) -> str:
        until, token = self._tokens.get(login, (0.0, ""))
        if time.monotonic() > until:
            form = {"grant_type": "password", "username": login, "password": "gasdesk"}
            answer = self._client.post("/v1/auth/token", data=form).raise_for_status()
            token = answer.json()["access_token"]
            self._tokens[login] = (time.monotonic() + _KEPT_SECONDS, token)
        return token
