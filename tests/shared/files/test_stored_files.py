"""Attachments: told by content, cleaned, kept once, in a folder and in a real local S3 server."""

import io
import random
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3  # type: ignore[import-untyped]
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from shared.database import create_engine, create_sessions
from shared.errors import DomainError
from shared.files import images, register
from shared.files.errors import FileDamagedError, FileNotStoredError, FileTooLargeError, FileTypeRefusedError
from shared.files.store import FileStore, open_file_store
from shared.files.types import CSV, JPEG, MP4, PDF, PNG, TEXT, WEBP, XLSX
from tests.support.servers import TestPostgres

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GPS_CANARY = "GPS-31.8206-117.2272"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20)) -> bytes:
    image = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[0x010E] = GPS_CANARY
    exif[0x0112] = 6
    target = io.BytesIO()
    image.save(target, format=kind, exif=exif)
    return target.getvalue()


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return target.getvalue()


WORKBOOK = archive("[Content_Types].xml", "xl/workbook.xml")


async def chunks(content: bytes, size: int = 4096) -> AsyncIterator[bytes]:
    for at in range(0, len(content), size):
        yield content[at : at + size]


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (picture(), "a.txt", JPEG),
        (picture("PNG"), "a.jpg", PNG),
        (picture("WEBP"), "a", WEBP),
        (b"%PDF-1.7\n...", "a.html", PDF),
        (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40, "a", MP4),
        (WORKBOOK, "a.zip", XLSX),
        ("户号,姓名\n1,张三\n".encode(), "a.CSV", CSV),
        ("户号,姓名\n1,张三\n".encode("gb18030"), "a.csv", CSV),
        ("说明".encode(), "a.svg", TEXT),
    ],
)
async def test_type_is_told_by_content(content: bytes, name: str, expected: str) -> None:
    assert (await register.prepare(chunks(content), name=name)).media_type == expected


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", FileTypeRefusedError),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", FileTypeRefusedError),
        (b"  \xef\xbb\xbf<!DOCTYPE html><html>", FileTypeRefusedError),
        (b"<?xml version='1.0'?><a/>", FileTypeRefusedError),
        (b"#!/bin/sh\nrm -rf x", FileTypeRefusedError),
        (b"MZ\x90\x00\x03" + b"\x00" * 100, FileTypeRefusedError),
        (b"\x7fELF\x02\x01" + b"\x00" * 100, FileTypeRefusedError),
        (b"GIF89a" + b"\x00" * 100, FileTypeRefusedError),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, FileTypeRefusedError),
        (archive("a.txt"), FileTypeRefusedError),
        (archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), FileTypeRefusedError),
        (archive("[Content_Types].xml", "word/document.xml"), FileTypeRefusedError),
        (b"PK\x03\x04 and no more", FileDamagedError),
        (b"\xff\xd8\xff\xe0 no picture", FileDamagedError),
        (picture()[:-200] if len(picture()) > 400 else b"\xff\xd8\xff", FileDamagedError),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", FileDamagedError),
    ],
)
async def test_other_content_is_refused(content: bytes, error: type[DomainError]) -> None:
    with pytest.raises(error):
        await register.prepare(chunks(content), name="a.jpg")


async def test_random_bytes_never_break_the_door() -> None:
    source = random.Random(7)
    heads = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"RIFF\x10\x00\x00\x00WEBP", b"%PDF-")
    for number in range(120):
        content = heads[number % len(heads)] + source.randbytes(source.randrange(1, 2000))
        try:
            await register.prepare(chunks(content), name="a")
        except DomainError:
            continue


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_pictures_lose_exif_and_appended_bytes_and_stand_upright(kind: str) -> None:
    dirty = picture(kind) + b"<script>alert('polyglot')</script>"
    assert GPS_CANARY.encode() in dirty
    prepared = await register.prepare(chunks(dirty), name="../../evil\u202egpj.exe\\现场.jpg")
    clean = prepared.content.read()
    assert GPS_CANARY.encode() not in clean
    assert b"polyglot" not in clean
    with Image.open(io.BytesIO(clean)) as opened:
        assert opened.size == (20, 40), "the orientation is applied before it is dropped"
        assert not dict(opened.getexif())
    assert prepared.name == "现场.jpg"
    assert prepared.size == len(clean)
    assert prepared.sha256 != prepared.upload_sha256


async def test_size_and_pixels_are_capped() -> None:
    with pytest.raises(FileTooLargeError):
        await register.prepare(chunks(b"a" * 5000), name="a", max_bytes=4999)
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, format="PNG")
    with pytest.raises(FileTooLargeError):
        await register.prepare(chunks(bomb.getvalue()), name="a")
    assert images.MAX_PIXELS == 50_000_000


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    if request.param == "folder":
        return open_file_store(str(tmp_path / "files"))
    endpoint = request.getfixturevalue("s3_endpoint")
    options = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **options).create_bucket(Bucket="gasdesk")
    return open_file_store("s3://gasdesk/files", endpoint=endpoint, region="us-east-1", **options)


async def test_content_is_kept_once_and_read_back(store: FileStore, postgres: TestPostgres, company: str) -> None:
    engine = create_engine(postgres.url("complaint"), application_name="t-files", schema="complaint")
    sessions = create_sessions(engine)
    content = random.Random(1).randbytes(1_500_000).hex().encode()
    async with sessions.begin() as session:
        first, second = [
            await register.store_file(
                store, session, chunks(content, 65536), company=company, name=name, now=NOW, created_by="x"
            )
            for name in ("a.txt", "b.txt")
        ]
    assert (first.sha256, first.size, first.media_type) == (second.sha256, len(content), TEXT)
    assert first.id != second.id
    async with sessions.begin() as session:
        found = await register.read_file(session, second.id, [company])
        assert found == second
        with pytest.raises(FileNotStoredError):
            await register.read_file(session, second.id, ["another"])
    assert b"".join([chunk async for chunk in await store.stream(company, found.sha256)]) == content
    with pytest.raises(FileNotStoredError):
        await store.stream("another", found.sha256)
    assert not await store.has(company, "0" * 64)
    await store.delete(company, found.sha256)
    assert not await store.has(company, found.sha256)
    await engine.dispose()


def test_unknown_places_are_refused() -> None:
    with pytest.raises(ValueError, match="ftp"):
        open_file_store("ftp://x/y")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("", "file"), ("..", "file"), ("a/b/c.pdf", "c.pdf"), ("x\r\ny.txt", "xy.txt"), ("长" * 300 + ".jpg", None)],
)
def test_names_are_made_safe(name: str, expected: str | None) -> None:
    safe = register.safe_name(name)
    assert len(safe) <= register.MAX_NAME
    assert safe == expected or (expected is None and safe.endswith("长.jpg"))
