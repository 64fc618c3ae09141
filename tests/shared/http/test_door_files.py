"""`/v1/files` through the door: once, cleaned, and only for whom it is meant."""

import io
from pathlib import Path
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.principal import Principal
from shared.files.register import StoredFile
from shared.files.store import open_file_store
from shared.http.files import file_router
from tests.shared.http.door import open_door
from tests.support.servers import TestPostgres

DISOWN = text("update stored_files set created_by = 'another' where id = :id")
shared_with_all: set[UUID] = set()


async def may_read(_: AsyncSession, __: Principal, stored: StoredFile) -> bool:
    return stored.id in shared_with_all


ROUTER = file_router(write="complaint.open", read="complaint.read", may_read=may_read)


def photo(size: tuple[int, int] = (30, 20)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (1, 2, 3)).save(target, format="JPEG", comment=b"canary-13800138000")
    return target.getvalue()


async def test_attachment_is_stored_once_and_served_safely(
    postgres: TestPostgres, company: str, tmp_path: Path
) -> None:
    async with open_door(postgres, company, ROUTER) as door:
        door.runtime.files = open_file_store(str(tmp_path))
        answers = [
            await door.client.post(
                "/v1/files", files={"file": ("现场 1.jpg", photo(), "text/html")}, headers={"Idempotency-Key": "f"}
            )
            for _ in range(2)
        ]
        first, again = (one.json() for one in answers)
        assert [one.status_code for one in answers] == [201, 201]
        assert answers[1].headers["idempotency-replayed"] == "true"
        assert first == again
        assert (first["media_type"], first["name"]) == ("image/jpeg", "现场 1.jpg")
        other = await door.client.post(
            "/v1/files", files={"file": ("a.jpg", photo((9, 9)), "image/jpeg")}, headers={"Idempotency-Key": "f"}
        )
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")

        served = await door.client.get(answers[0].headers["location"])
        assert served.status_code == 200
        assert served.headers["content-type"] == "image/jpeg"
        assert served.headers["x-content-type-options"] == "nosniff"
        assert served.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert b"canary" not in served.content
        assert len(served.content) == first["size"] == int(served.headers["content-length"])


async def test_attachment_of_another_is_absent_until_a_visible_row_names_it(
    postgres: TestPostgres, company: str, tmp_path: Path
) -> None:
    async with open_door(postgres, company, ROUTER) as door, open_door(postgres, f"{company}b", ROUTER) as foreign:
        door.runtime.files = foreign.runtime.files = open_file_store(str(tmp_path))
        stored = await door.client.post(
            "/v1/files", files={"file": ("a.txt", b"text", "text/plain")}, headers={"Idempotency-Key": "f"}
        )
        path = stored.headers["location"]
        async with door.runtime.sessions.begin() as session:
            await session.execute(DISOWN, {"id": stored.json()["id"]})
        assert (await door.client.get(path)).status_code == 404
        shared_with_all.add(UUID(stored.json()["id"]))
        assert (await door.client.get(path)).status_code == 200
        assert (await foreign.client.get(path)).json()["code"] == "file_not_found"
        assert (await door.client.get(f"/v1/files/{uuid4()}")).status_code == 404


async def test_refused_uploads_are_problems(postgres: TestPostgres, company: str, tmp_path: Path) -> None:
    async with open_door(postgres, company, ROUTER) as door:
        door.runtime.files = open_file_store(str(tmp_path))
        cases = {
            "file_type_refused": b"<svg onload=alert(1)>",
            "file_damaged": b"\xff\xd8\xff",
        }
        for code, content in cases.items():
            answer = await door.client.post(
                "/v1/files", files={"file": ("a.jpg", content, "image/jpeg")}, headers={"Idempotency-Key": code}
            )
            assert (answer.status_code, answer.json()["code"]) == (422, code)
        large = await door.client.post(
            "/v1/files", files={"file": ("a.txt", b"a" * (21 * 1024 * 1024))}, headers={"Idempotency-Key": "l"}
        )
        assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
        named = await door.client.post("/v1/files", data={"file": "x"}, headers={"Idempotency-Key": "n"})
        assert named.status_code in {415, 422}
        broken = await door.client.post(
            "/v1/files",
            content=b"--x\r\nnonsense",
            headers={"Idempotency-Key": "b", "Content-Type": "multipart/form-data; boundary=x"},
        )
        assert 400 <= broken.status_code < 500
