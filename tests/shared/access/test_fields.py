"""Encryption, blind index, key files and grants."""

import base64
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access.blind_index import BlindIndex
from shared.access.encryption import FieldCipher
from shared.access.errors import DecryptionError, GrantInvalidError, KeyMissingError
from shared.access.grants import GrantSigner, GrantVerifier
from shared.access.keys import KeyFolder

ROW = UUID("0193a000-0000-7000-8000-000000000001")
OLD, NEW = b"o" * 32, b"n" * 32
CIPHER = FieldCipher({"k1": OLD}, active="k1")


def encrypt(value: str, cipher: FieldCipher = CIPHER) -> str:
    return cipher.encrypt(value, table="phones", column="number", row_id=ROW)


def decrypt(stored: str, cipher: FieldCipher = CIPHER) -> str:
    return cipher.decrypt(stored, table="phones", column="number", row_id=ROW)


@given(st.text(max_size=200))
def test_any_text_survives_the_round_trip(value: str) -> None:
    value = value.encode("utf-8", "ignore").decode()
    assert decrypt(encrypt(value)) == value


def test_same_value_never_encrypts_to_the_same_text() -> None:
    assert encrypt("+8613800138000") != encrypt("+8613800138000")
    assert "13800138000" not in encrypt("+8613800138000")


@pytest.mark.parametrize(
    ("table", "column", "row_id"), [("other", "number", ROW), ("phones", "other", ROW), ("phones", "number", uuid4())]
)
def test_value_moved_elsewhere_is_refused(table: str, column: str, row_id: UUID) -> None:
    with pytest.raises(DecryptionError):
        CIPHER.decrypt(encrypt("secret"), table=table, column=column, row_id=row_id)


def test_every_flipped_bit_is_noticed() -> None:
    key_id, _, body = encrypt("+8613800138000").partition(".")
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    for bit in range(len(raw) * 8):
        bent = bytearray(raw)
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DecryptionError):
            decrypt(f"{key_id}.{base64.urlsafe_b64encode(bent).decode().rstrip('=')}")


@pytest.mark.parametrize("stored", ["", "k1", "k1.", "k1.!!", "k9.AAAA", "k1.AAAA", ".AAAA"])
def test_rubbish_is_refused_by_name(stored: str) -> None:
    with pytest.raises(DecryptionError):
        decrypt(stored)


def test_both_keys_are_readable_while_they_rotate() -> None:
    before = encrypt("secret")
    both = FieldCipher({"k1": OLD, "k2": NEW}, active="k2")
    assert decrypt(before, both) == "secret"
    assert both.needs_rotation(before)
    after = encrypt("secret", both)
    assert FieldCipher.key_id(after) == "k2"
    assert not both.needs_rotation(after)
    with pytest.raises(DecryptionError):
        decrypt(before, FieldCipher({"k2": NEW}, active="k2"))


@pytest.mark.parametrize("keys", [{"k1": b"short"}, {"K1": OLD}, {}])
def test_unfit_keys_are_refused(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        FieldCipher(keys, active="k1")


def test_index_is_equal_within_a_company_only() -> None:
    index = BlindIndex(b"m" * 32, service="customer")
    same = index.phone("a", "+8613800138000")
    assert (
        same
        == index.phone("a", "+8613800138000")
        == BlindIndex(b"m" * 32, service="customer").phone("a", "+8613800138000")
    )
    others = {
        index.phone("b", "+8613800138000"),
        index.phone("a", "+8613800138001"),
        index.value("a", "id_number", "+8613800138000"),
        index.last_four("a", "+8613800138000"),
        BlindIndex(b"x" * 32, service="customer").phone("a", "+8613800138000"),
        BlindIndex(b"m" * 32, service="complaint").phone("a", "+8613800138000"),
    }
    assert len(others) == 6
    assert same not in others
    assert len(same) == 22


def test_last_four_digits_find_the_number() -> None:
    index = BlindIndex(b"m" * 32, service="customer")
    assert index.last_four("a", "+8613800138000") == index.last_four_digits("a", "8000")
    for digits in ("800", "80000", "80a0", "８０００", ""):
        with pytest.raises(ValueError, match="four"):
            index.last_four_digits("a", digits)


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    folder = KeyFolder(tmp_path / "keys")
    folder.ensure(["customer", "callback"])
    return folder


def test_key_files_are_private_and_stay_when_made_again(folder: KeyFolder) -> None:
    files = {path: path.read_bytes() for path in folder.jwks_path.parent.iterdir()}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert folder.jwks_path.parent.stat().st_mode & 0o077 == 0
    folder.ensure(["customer", "callback"])
    assert {path: path.read_bytes() for path in folder.jwks_path.parent.iterdir()} == files
    assert b'"d"' not in folder.jwks_path.read_bytes()


def test_missing_key_names_its_file(folder: KeyFolder) -> None:
    with pytest.raises(KeyMissingError, match=r"field-inspection\.json"):
        folder.field_cipher("inspection")


def test_rotation_keeps_two_keys(folder: KeyFolder) -> None:
    first = encrypt("secret", folder.field_cipher("customer"))
    assert folder.rotate_field_key("customer") == "k2"
    second = encrypt("secret", folder.field_cipher("customer"))
    assert decrypt(first, folder.field_cipher("customer")) == "secret"
    assert folder.rotate_field_key("customer") == "k3"
    assert decrypt(second, folder.field_cipher("customer")) == "secret"
    with pytest.raises(DecryptionError):
        decrypt(first, folder.field_cipher("customer"))


CUSTOMER, STAFF = uuid4(), uuid4()


def issue(signer: GrantSigner) -> str:
    return signer.issue(company="a", customer_id=CUSTOMER, staff_id=STAFF, field="phone", purpose="callback")


def test_grant_opens_what_it_names(folder: KeyFolder) -> None:
    token = issue(folder.grant_signer("callback"))
    grant = folder.grant_verifier().verify(token, company="a", customer_id=CUSTOMER, staff_id=STAFF, field="phone")
    assert (grant.service, grant.purpose, grant.customer_id) == ("callback", "callback", CUSTOMER)
    assert time.time() < grant.expires_at <= time.time() + 60


def test_grant_ids_differ_so_that_a_replay_can_be_told(folder: KeyFolder) -> None:
    signer, verifier = folder.grant_signer("callback"), folder.grant_verifier()
    ids = {
        verifier.verify(issue(signer), company="a", customer_id=CUSTOMER, staff_id=STAFF, field="phone").id
        for _ in range(3)
    }
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("company", "customer_id", "staff_id", "field"),
    [
        ("b", CUSTOMER, STAFF, "phone"),
        ("a", uuid4(), STAFF, "phone"),
        ("a", CUSTOMER, uuid4(), "phone"),
        ("a", CUSTOMER, STAFF, "id_number"),
    ],
)
def test_grant_opens_nothing_else(
    folder: KeyFolder, company: str, customer_id: UUID, staff_id: UUID, field: str
) -> None:
    token = issue(folder.grant_signer("callback"))
    with pytest.raises(GrantInvalidError):
        folder.grant_verifier().verify(token, company=company, customer_id=customer_id, staff_id=staff_id, field=field)


def refuse(verifier: GrantVerifier, token: str) -> None:
    with pytest.raises(GrantInvalidError):
        verifier.verify(token, company="a", customer_id=CUSTOMER, staff_id=STAFF, field="phone")


def test_altered_grants_are_refused(folder: KeyFolder) -> None:
    verifier = folder.grant_verifier()
    head, body, signature = issue(folder.grant_signer("callback")).split(".")
    claims = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).replace(b'"callback"', b'"customer"')
    swapped = base64.urlsafe_b64encode(claims).decode().rstrip("=")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"grant+jwt"}').decode().rstrip("=")
    for token in (f"{head}.{swapped}.{signature}", f"{none}.{body}.", f"{head}.{body}.", "", "x", f"{head}.{body}"):
        refuse(verifier, token)


def test_service_cannot_speak_for_another(folder: KeyFolder) -> None:
    impostor = folder.grant_signer("callback")
    impostor._service = "customer"
    refuse(folder.grant_verifier(), issue(impostor))


def test_access_token_is_no_grant(folder: KeyFolder, tmp_path: Path) -> None:
    other = KeyFolder(tmp_path / "other")
    other.ensure(["callback"])
    refuse(folder.grant_verifier(), issue(other.grant_signer("callback")))


def test_grant_ends_after_a_minute(folder: KeyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    token = issue(folder.grant_signer("callback"))
    later = time.time() + 61
    monkeypatch.setattr("shared.access.grants.time.time", lambda: later)
    refuse(folder.grant_verifier(), token)
