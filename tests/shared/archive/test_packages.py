"""Packages: the same bytes for the same entries, and every changed, missing or added byte is found."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.archive.canonical import canonical_json, digest_of
from shared.archive.packing import INDEX, SEAL, ContentChangedError, Entry, Packed, digest_of_index, info_of, pack
from shared.archive.pages import Words, page, shown
from shared.archive.verifying import Fault, FaultKind, verify

ABOUT = {"number": "JC261124-000001", "at": None}
CONTENTS = {
    "documents/01-plan.json": b'{"a":1}',
    "documents/02-form.json": "检查表".encode(),
    "files/aa.png": bytes(range(256)),
    "index.html": b"<!DOCTYPE html>",
    "empty.txt": b"",
}
CHANGED, ADDED, MISSING = FaultKind.CHANGED, FaultKind.ADDED, FaultKind.MISSING


def entries() -> list[Entry]:
    return [Entry.of(path, content) for path, content in CONTENTS.items()]


@pytest.fixture
async def packed() -> Packed:
    return await pack(ABOUT, entries())


def whole(packed: Packed) -> bytes:
    packed.content.seek(0)
    return packed.content.read()


def remade(packed: Packed, change: Callable[[dict[str, bytes]], None]) -> io.BytesIO:
    """The package as somebody forges it: entries changed, everything that the ZIP itself says put right."""
    with zipfile.ZipFile(io.BytesIO(whole(packed))) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    change(contents)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name in sorted(contents):
            package.writestr(info_of(name, len(contents[name])), contents[name])
    return made


async def test_made_twice_it_is_the_same_and_whole(packed: Packed) -> None:
    again = await pack(ABOUT, reversed(entries()))
    assert whole(packed) == whole(again)
    assert packed.index_digest == digest_of_index(ABOUT, entries())
    found = verify(io.BytesIO(whole(packed)), index_digest=packed.index_digest)
    assert (found.is_whole, found.faults, found.entries, found.sha256) == (True, (), 7, packed.sha256)
    with zipfile.ZipFile(io.BytesIO(whole(packed))) as package:
        assert package.namelist() == sorted([*CONTENTS, INDEX, SEAL])
        assert package.testzip() is None


async def test_a_flipped_byte_anywhere_is_found(packed: Packed) -> None:
    good = whole(packed)
    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 0x01
        assert not verify(io.BytesIO(bytes(bad))).is_whole, place


@pytest.mark.parametrize("path", [*CONTENTS, INDEX, SEAL])
async def test_a_flipped_byte_of_any_entry_is_found_where_it_is(packed: Packed, path: str) -> None:
    def flip(contents: dict[str, bytes]) -> None:
        old = contents[path]
        contents[path] = bytes([old[0] ^ 1, *old[1:]]) if old else b"x"

    found = verify(remade(packed, flip))
    assert (INDEX if path == SEAL else path) in {one.path for one in found.faults}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda said: said.pop("files/aa.png"), Fault("files/aa.png", MISSING)),
        (lambda said: said.update({"files/new.png": b"x"}), Fault("files/new.png", ADDED)),
        (lambda said: said.pop(INDEX), Fault(INDEX, MISSING)),
        (lambda said: said.pop(SEAL), Fault(SEAL, MISSING)),
        (lambda said: said.update({INDEX: b"{}"}), Fault(INDEX, FaultKind.UNREADABLE)),
        (lambda said: said.update({"empty.txt": b" "}), Fault("empty.txt", CHANGED)),
    ],
)
async def test_what_is_wrong_is_named(packed: Packed, change: Callable[[dict[str, bytes]], None], fault: Fault) -> None:
    assert fault in verify(remade(packed, change)).faults


async def test_bytes_beside_the_entries_are_found(packed: Packed) -> None:
    good = whole(packed)
    assert [one.kind for one in verify(io.BytesIO(good + b"x")).faults] in (
        [FaultKind.UNREADABLE],
        [FaultKind.CONTAINER],
    )
    assert [one.kind for one in verify(io.BytesIO(b"x" + good)).faults] == [FaultKind.CONTAINER]
    assert [one.kind for one in verify(io.BytesIO(good[:-1])).faults] == [FaultKind.UNREADABLE]
    assert [one.kind for one in verify(io.BytesIO(b"")).faults] == [FaultKind.UNREADABLE]


async def test_a_sound_package_may_be_another_one(packed: Packed) -> None:
    other = await pack({**ABOUT, "number": "JC261124-000002"}, entries())
    assert verify(io.BytesIO(whole(other))).is_whole
    found = verify(io.BytesIO(whole(other)), index_digest=packed.index_digest)
    assert found.faults == (Fault(INDEX, FaultKind.OTHER_PACKAGE),)


async def test_what_is_no_more_what_was_stored_is_not_packed() -> None:
    entry = Entry.of("a.txt", b"as it was")
    changed = Entry("a.txt", entry.sha256, entry.size, Entry.of("a.txt", b"as it is!").opens)
    with pytest.raises(ContentChangedError, match=r"a\.txt"):
        await pack(ABOUT, [changed])


@pytest.mark.parametrize("path", ["../a", "/a", "a//b", "a\\b", "档案", "a/./b", INDEX])
async def test_paths_are_plain(path: str) -> None:
    with pytest.raises(ValueError, match="paths"):
        await pack(ABOUT, [Entry.of(path, b"")])


async def test_the_command_needs_nothing_but_the_file(packed: Packed, tmp_path: Path) -> None:
    from deploy.gasdesk.main import app

    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(whole(packed))
    bad.write_bytes(whole(packed).replace("检查表".encode(), "检查单".encode()))
    run = CliRunner().invoke
    assert run(app, ["archive", "verify", str(good), "--digest", packed.index_digest]).exit_code == 0
    assert run(app, ["archive", "verify", str(good), "--digest", "0" * 64]).exit_code == 1
    found = run(app, ["archive", "verify", str(bad)])
    assert (found.exit_code, "documents/02-form.json" in found.output) == (1, True)
    assert run(app, ["archive", "verify", str(tmp_path / "none.zip")]).exit_code == 2


def test_canonical_json_is_one_text_for_one_content() -> None:
    assert canonical_json({"b": [1, None], "a": "检"}) == '{"a":"检","b":[1,null]}'.encode()
    assert digest_of({"b": 1, "a": 2}) == digest_of({"a": 2, "b": 1})
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
    with pytest.raises(TypeError):
        canonical_json({1, 2})


def test_pages_escape_what_people_wrote() -> None:
    words = Words({"words": "说明"}, lambda _, value: str(value))
    body = shown({"words": "<script>\n&", "rows": [{"words": "a"}, {"other": None}], "none": []}, words)
    assert "<script>" not in body
    assert "说明" in body
    assert "&lt;script&gt;<br>&amp;" in body
    wide = [{f"field_{place}": number for place in range(13)} for number in range(2)]
    assert shown(wide, words).count("<table>") == 2, "one below the other"
    assert shown([{"a": 1}, {"a": 2}], words).count("<table>") == 1
    assert page("标题", body).startswith(b"<!DOCTYPE html>")
