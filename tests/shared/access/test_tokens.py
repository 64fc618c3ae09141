"""Forged, stale and foreign tokens are refused; genuine ones pass."""

import base64
import hmac
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from shared.access.errors import UnauthenticatedError
from shared.access.issuer import LocalIssuer
from shared.access.key_source import CachedKeys, KeysUnavailableError, file_keys, key_source
from shared.access.keys import KeyFolder
from shared.access.tokens import AUDIENCE, TokenVerifier

ISSUER = "urn:gasdesk:test"
STAFF = UUID("0193a000-0000-7000-8000-000000000001")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    keys = KeyFolder(tmp_path_factory.mktemp("token-keys"))
    keys.ensure([])
    return keys


@pytest.fixture
def verifier(folder: KeyFolder) -> TokenVerifier:
    return TokenVerifier(keys=file_keys(folder.jwks_path), issuer=ISSUER)


def claims(**changes: object) -> dict[str, Any]:
    now = int(time.time())
    base: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(STAFF),
        "companies": ["chaohu"],
        "login": "agent@chaohu",
        "jti": "one",
        "iat": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (base | changes).items() if value is not None}


def sign(folder: KeyFolder, payload: dict[str, Any], **header: object) -> str:
    key = folder.signing_key()
    head: dict[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid, **header}
    head = {name: value for name, value in head.items() if value is not None}
    return es256(key, head, orjson.dumps(payload))


def es256(key: ECKey, header: dict[str, Any], payload: bytes) -> str:
    """Signed by hand, because the library refuses to make most of what a forger makes."""
    signed = f"{encode(header)}.{base64.urlsafe_b64encode(payload).decode().rstrip('=')}"
    r, s = decode_dss_signature(key.private_key.sign(signed.encode(), ECDSA(SHA256())))  # type: ignore[union-attr]
    raw = r.to_bytes(32) + s.to_bytes(32)
    return f"{signed}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"


def encode(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def unsigned(header: dict[str, Any], payload: dict[str, Any], signature: str = "") -> str:
    return f"{encode(header)}.{encode(payload)}.{signature}"


def hs256(header: dict[str, Any], secret: bytes) -> str:
    signed = unsigned(header, claims()).rstrip(".")
    mac = hmac.new(secret, signed.encode(), "sha256").digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def forged(folder: KeyFolder) -> dict[str, str]:
    """The corpus: each would be accepted by some careless verifier."""
    key = folder.signing_key()
    kid = key.kid
    public = key.as_dict(private=False)
    stranger = ECKey.generate_key("P-256")
    good = sign(folder, claims())
    head, body, signature = good.split(".")
    now = int(time.time())
    hs = {"alg": "HS256", "typ": "at+jwt", "kid": kid}
    rsa = RSAKey.generate_key(2048)
    okp = OKPKey.generate_key("Ed25519")
    return {
        "alg none": unsigned({"alg": "none", "typ": "at+jwt", "kid": kid}, claims(), "x"),
        "alg none, empty signature": unsigned({"alg": "none", "typ": "at+jwt", "kid": kid}, claims()),
        "alg NONE": unsigned({"alg": "NoNe", "typ": "at+jwt", "kid": kid}, claims(), signature),
        "no alg": unsigned({"typ": "at+jwt", "kid": kid}, claims(), signature),
        "HS256 with the public PEM": hs256(hs, key.as_pem(private=False)),
        "HS256 with the public JWK": hs256(hs, orjson.dumps(public)),
        "HS256 with five bytes": hs256(hs, b"weak!"),
        "RS256": jwt.encode({**hs, "alg": "RS256"}, claims(), rsa, algorithms=["RS256"]),
        "Ed25519 under an EC key's id": jwt.encode({**hs, "alg": "Ed25519"}, claims(), okp, algorithms=["Ed25519"]),
        "stranger's key, our kid": es256(stranger, {**hs, "alg": "ES256"}, orjson.dumps(claims())),
        "stranger's key in jwk": es256(
            stranger,
            {"alg": "ES256", "typ": "at+jwt", "kid": kid, "jwk": stranger.as_dict(private=False)},
            orjson.dumps(claims()),
        ),
        "jku": sign(folder, claims(), jku="https://evil.example/jwks.json"),
        "x5u": sign(folder, claims(), x5u="https://evil.example/cert"),
        "crit": sign(folder, claims(), crit=["b64"], b64=True),
        "unknown kid": sign(folder, claims(), kid="nobody"),
        "kid is a path": sign(folder, claims(), kid="../../../../dev/null"),
        "kid is SQL": sign(folder, claims(), kid="' or 1=1 --"),
        "kid is a number": sign(folder, claims(), kid=7),
        "no kid": sign(folder, claims(), kid=None),
        "typ JWT": sign(folder, claims(), typ="JWT"),
        "no typ": sign(folder, claims(), typ=None),
        "expired": sign(folder, claims(exp=now - 1)),
        "no exp": sign(folder, claims(exp=None)),
        "exp is text": sign(folder, claims(exp=str(now + 600))),
        "exp is true": sign(folder, claims(exp=True)),
        "no iat": sign(folder, claims(iat=None)),
        "issued tomorrow": sign(folder, claims(iat=now + 86_400, exp=now + 90_000)),
        "not before tomorrow": sign(folder, claims(nbf=now + 86_400)),
        "other issuer": sign(folder, claims(iss="urn:evil")),
        "no issuer": sign(folder, claims(iss=None)),
        "other audience": sign(folder, claims(aud="other")),
        "audience list": sign(folder, claims(aud=[AUDIENCE, "other"])),
        "no audience": sign(folder, claims(aud=None)),
        "no subject": sign(folder, claims(sub=None)),
        "subject is no uuid": sign(folder, claims(sub="admin")),
        "no companies": sign(folder, claims(companies=None)),
        "companies is text": sign(folder, claims(companies="chaohu")),
        "companies empty": sign(folder, claims(companies=[])),
        "no jti": sign(folder, claims(jti=None)),
        "payload swapped": f"{head}.{encode(claims(companies=['generic']))}.{signature}",
        "signature cut": f"{head}.{body}.{signature[:-4]}",
        "signature empty": f"{head}.{body}.",
        "two parts": f"{head}.{body}",
        "five parts": f"{good}.x.y",
        "not base64": f"{head[:-1]}!.{body}.{signature}",
        "header is a list": f"{encode([1])}.{body}.{signature}",
        "payload is a list": es256(key, {"alg": "ES256", "typ": "at+jwt", "kid": kid}, b"[1]"),
        "huge": good + "A" * 5000,
        "not ASCII": good + "\u00e9",
        "words": "let me in",
    }


async def test_every_forged_token_is_refused_when_presented(folder: KeyFolder, verifier: TokenVerifier) -> None:
    corpus = forged(folder)
    assert len(corpus) >= 40
    outcomes = {name: await outcome(verifier, token) for name, token in corpus.items()}
    assert outcomes == dict.fromkeys(corpus, "token_invalid") | {"expired": "token_expired"}


async def outcome(verifier: TokenVerifier, token: str) -> str:
    try:
        await verifier.verify(token)
    except UnauthenticatedError as error:
        return error.code
    return "accepted"


async def test_genuine_token_passes_and_says_who(folder: KeyFolder, verifier: TokenVerifier) -> None:
    found = await verifier.verify(sign(folder, claims()))
    assert (found.subject, found.companies, found.login) == (STAFF, ("chaohu",), "agent@chaohu")


async def test_issuer_and_verifier_agree(folder: KeyFolder) -> None:
    issuer = LocalIssuer(
        logins=[], default_company="x", password="p", key=folder.signing_key(), issuer=ISSUER, environment="test"
    )
    staff_id = uuid4()
    token = issuer.mint(staff_id=staff_id, companies=["a", "b"], login="gm")
    found = await TokenVerifier(keys=file_keys(folder.jwks_path), issuer=ISSUER).verify(token)
    assert (found.subject, found.companies) == (staff_id, ("a", "b"))


async def test_missing_token_has_its_own_code(verifier: TokenVerifier) -> None:
    with pytest.raises(UnauthenticatedError) as refused:
        await verifier.verify("")
    assert refused.value.code == "token_missing"


async def test_cached_token_is_refused_once_it_expires(
    folder: KeyFolder, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign(folder, claims(exp=int(time.time()) + 20))
    first = await verifier.verify(token)
    assert await verifier.verify(token) is first  # from the cache
    later = time.time() + 21
    monkeypatch.setattr("shared.access.tokens.time.time", lambda: later)
    with pytest.raises(UnauthenticatedError) as refused:
        await verifier.verify(token)
    assert refused.value.code == "token_expired"


async def test_cached_token_is_checked_again_after_a_minute(
    folder: KeyFolder, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign(folder, claims())
    first = await verifier.verify(token)
    later = time.time() + 61
    monkeypatch.setattr("shared.access.tokens.time.time", lambda: later)
    again = await verifier.verify(token)
    assert again == first
    assert again is not first


async def test_unknown_key_ids_cause_one_fetch_when_many_come(folder: KeyFolder) -> None:
    fetches = 0

    async def load() -> bytes:
        nonlocal fetches
        fetches += 1
        return folder.jwks_path.read_bytes()

    source = CachedKeys(load)
    assert await source.find(str(folder.signing_key().kid)) is not None
    for number in range(50):
        assert await source.find(f"forged-{number}") is None
    assert fetches == 1


async def test_new_key_is_found_after_the_cool_down() -> None:
    first, second = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))
    served = [first]

    async def load() -> bytes:
        return orjson.dumps({"keys": [key.as_dict(private=False) for key in served]})

    source = CachedKeys(load, cool_down=0)
    assert await source.find(str(first.kid)) is not None
    served[:] = [second]
    assert await source.find(str(second.kid)) is not None
    assert await source.find(str(first.kid)) is None  # withdrawn


async def test_absent_key_set_is_told_apart_from_a_bad_token(tmp_path: Path) -> None:
    with pytest.raises(KeysUnavailableError):
        await key_source(str(tmp_path / "none.json")).find("any")


async def test_symmetric_and_encryption_keys_of_a_set_never_count() -> None:
    signing = ECKey.generate_key("P-256", auto_kid=True)
    oct_key = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ", "kid": "oct"}
    enc = {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "enc", "use": "enc"}
    other = {**ECKey.generate_key("P-384").as_dict(private=False), "kid": "p384"}

    async def load() -> bytes:
        return orjson.dumps({"keys": [signing.as_dict(private=False), oct_key, enc, other]})

    source = CachedKeys(load)
    assert await source.find(str(signing.kid)) is not None
    assert [await source.find(kid) for kid in ("oct", "enc", "p384")] == [None, None, None]
