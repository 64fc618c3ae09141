"""Key files under GASDESK_HOME/keys: made once by `gasdesk provision`, mode 0600, never overwritten."""

import base64
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
from joserfc.jwk import ECKey, OKPKey

from shared.access.blind_index import BlindIndex
from shared.access.encryption import FieldCipher
from shared.access.errors import KeyMissingError
from shared.access.grants import GrantSigner, GrantVerifier

_SERVICE = re.compile(r"[a-z_]{1,40}")
_READABLE_KEYS = 2


class KeyFolder:
    """Makes and reads the key files.  Reading raises KeyMissingError naming the file that is absent."""

    def __init__(self, folder: Path) -> None:
        """The folder need not exist yet."""
        self._folder = folder

    @property
    def jwks_path(self) -> Path:
        """The local issuer's public key set."""
        return self._folder / "jwks.json"

    def ensure(self, services: Iterable[str]) -> None:
        """Make what is missing for the local issuer and for each of `services`; several processes may do so at once."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._path("token-signing").exists():
            self._create("token-signing", ECKey.generate_key("P-256", auto_kid=True).as_dict(private=True))
        public = {**self.signing_key().as_dict(private=False), "alg": "ES256", "use": "sig"}
        self._create("jwks", {"keys": [public]})
        for service in services:
            if not _SERVICE.fullmatch(service):
                raise ValueError("a service name is [a-z_]{1,40}")
            self._create(f"field-{service}", {"active": "k1", "keys": {"k1": _random()}})
            self._create(f"index-{service}", {"key": _random()})
            self._create(f"cursor-{service}", {"key": _random()})
            if not self._path(f"grant-{service}").exists():
                self._create(f"grant-{service}", OKPKey.generate_key("Ed25519").as_dict(private=True))
            public = OKPKey.import_key(self._read(f"grant-{service}")).as_dict(private=False)
            self._create(f"grant-{service}.public", {**public})

    def signing_key(self) -> ECKey:
        """The local issuer's private key."""
        return ECKey.import_key(self._read("token-signing"))

    def field_cipher(self, service: str) -> FieldCipher:
        """The cipher of a service's encrypted columns."""
        data = self._read(f"field-{service}")
        return FieldCipher({key_id: _key(text) for key_id, text in data["keys"].items()}, active=data["active"])

    def blind_index(self, service: str) -> BlindIndex:
        """The index of a service's encrypted columns."""
        return BlindIndex(_key(self._read(f"index-{service}")["key"]), service=service)

    def cursor_key(self, service: str) -> bytes:
        """The key that signs a service's page cursors."""
        return _key(self._read(f"cursor-{service}")["key"])

    def grant_signer(self, service: str) -> GrantSigner:
        """What signs a service's grants."""
        return GrantSigner(service, OKPKey.import_key(self._read(f"grant-{service}")))

    def grant_verifier(self) -> GrantVerifier:
        """What checks the grants of every service in the folder; needs only the public halves."""
        names = (path.name for path in sorted(self._folder.glob("grant-*.public.json")))
        services = [name.removeprefix("grant-").removesuffix(".public.json") for name in names]
        return GrantVerifier({one: OKPKey.import_key(self._read(f"grant-{one}.public")) for one in services})

    def rotate_field_key(self, service: str) -> str:
        """Add a key and make it the active one; the one before stays readable, older ones go.  Answers its id."""
        data = self._read(f"field-{service}")
        number = max(int(key_id[1:]) for key_id in data["keys"]) + 1
        kept = dict(sorted(data["keys"].items(), key=lambda item: int(item[0][1:]))[-(_READABLE_KEYS - 1) :])
        fresh = {"active": f"k{number}", "keys": {**kept, f"k{number}": _random()}}
        draft = self._draft(f"field-{service}", fresh)
        draft.replace(self._path(f"field-{service}"))
        return f"k{number}"

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _read(self, name: str) -> dict[str, Any]:
        try:
            data = orjson.loads(self._path(name).read_bytes())
        except FileNotFoundError:
            raise KeyMissingError(f"{self._path(name)} is missing; run gasdesk provision") from None
        if not isinstance(data, dict):
            raise KeyMissingError(f"{self._path(name)} holds no key")
        return data

    def _create(self, name: str, content: dict[str, Any]) -> None:
        """Write the file whole or leave the one that another process made first."""
        if self._path(name).exists():
            return
        draft = self._draft(name, content)
        try:
            os.link(draft, self._path(name))
        except FileExistsError:
            pass
        finally:
            draft.unlink()

    def _draft(self, name: str, content: dict[str, Any]) -> Path:
        draft = self._folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(content))
            file.flush()
            os.fsync(file.fileno())
        return draft


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _key(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
