"""Where the issuer's public keys come from: a file or an address, read again for an unknown key id with a cool-down."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey

Key = ECKey | OKPKey

ALGORITHM_OF_CURVE = {"P-256": "ES256", "Ed25519": "Ed25519"}
"""The only kinds of key that count; each allows exactly one algorithm."""

_COOL_DOWN = 30.0
"""Seconds between two reads for a key id nobody knows, so that forged ids cause no traffic."""
_RETRY = 2.0
"""Seconds after a read that failed."""
_MAX_AGE = 600.0
"""Seconds after which the set is read again even if every id is known: a withdrawn key must not live on."""


class KeysUnavailableError(ConnectionError):
    """The issuer's key set could not be read even once; nobody can be let in until it can."""


class KeySource(Protocol):
    """Answers public keys by id."""

    async def find(self, key_id: str) -> Key | None:
        """The key of that id; None if the issuer has none.  Raises: KeysUnavailableError."""
        ...


class CachedKeys:
    """Keys by id, kept in memory; `load` reads the key set as JSON."""

    def __init__(self, load: Callable[[], Awaitable[bytes]], *, cool_down: float = _COOL_DOWN) -> None:
        """`cool_down` in seconds."""
        self._load = load
        self._cool_down = cool_down
        self._keys: dict[str, Key] = {}
        self._next_read = self._stale_at = float("-inf")
        self._lock = asyncio.Lock()

    async def find(self, key_id: str) -> Key | None:
        """The key of that id.  Raises: KeysUnavailableError while no key set was ever read."""
        if self._wants_read(key_id):
            async with self._lock:
                if self._wants_read(key_id):
                    await self._read()
        if not self._keys:
            raise KeysUnavailableError("no key set of the issuer could be read")
        return self._keys.get(key_id)

    def _wants_read(self, key_id: str) -> bool:
        now = time.monotonic()
        return now >= self._next_read and (key_id not in self._keys or now >= self._stale_at)

    async def _read(self) -> None:
        try:
            self._keys = public_keys(await self._load())
        except (OSError, ValueError, httpx.HTTPError, JoseError):
            self._next_read = time.monotonic() + _RETRY  # what is known stays in use
        else:
            self._next_read = time.monotonic() + self._cool_down
            self._stale_at = time.monotonic() + _MAX_AGE


def file_keys(path: Path) -> CachedKeys:
    """A key set in a file: the local issuer's.  It may appear later than this process."""

    async def load() -> bytes:
        return await asyncio.to_thread(path.read_bytes)

    return CachedKeys(load)


def url_keys(url: str, *, timeout: float = 2.0) -> CachedKeys:
    """A key set at an identity provider's address; timeout in seconds."""

    async def load() -> bytes:
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=False) as client:
            response = await client.get(url)
            response.raise_for_status()
            return response.content

    return CachedKeys(load)


def key_source(location: str) -> CachedKeys:
    """The source for a configured place: an address or a file."""
    if location.startswith(("https://", "http://")):
        return url_keys(location)
    return file_keys(Path(location))


def public_keys(document: bytes) -> dict[str, Key]:
    """The signing keys of a key set that we can verify with, by id.  Raises: ValueError, JoseError."""
    data = orjson.loads(document)
    if not isinstance(data, dict) or not isinstance(data.get("keys"), list):
        raise ValueError("no key set")  # noqa: TRY004  # a malformed document, not a wrong argument
    usable = [one for one in data["keys"] if _is_usable(one)]
    keys: dict[str, Key] = {}
    for key in KeySet.import_key_set({"keys": usable}).keys:
        if isinstance(key, ECKey | OKPKey) and key.kid:
            keys[key.kid] = key
    return keys


def _is_usable(key: Any) -> bool:
    return (
        isinstance(key, dict)
        and isinstance(key.get("kid"), str)
        and key.get("crv") in ALGORITHM_OF_CURVE
        and key.get("use", "sig") == "sig"
    )
