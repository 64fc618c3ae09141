"""Files of a case: uploaded first, named by the case, read by whoever may read the case."""

import httpx

from tests.complaint.integration.desk import INTAKE, open_case
from tests.support.world import Company

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


async def upload(client: httpx.AsyncClient, gas: Company, login: str = "agent") -> httpx.Response:
    return await client.post(
        "/v1/files", files={"file": ("现场记录.pdf", PDF, "application/pdf")}, headers=gas.headers(login)
    )


async def test_file_is_read_with_the_access_of_its_case(complaints: httpx.AsyncClient, gas: Company) -> None:
    stored = await upload(complaints, gas)
    assert stored.status_code == 201, stored.text
    path = f"/v1/files/{stored.json()['id']}"
    assert (await complaints.get(path, headers=gas.headers("office"))).status_code == 404
    case = await open_case(complaints, gas, attachment_ids=[stored.json()["id"]])
    assert case["attachment_ids"] == [stored.json()["id"]]
    read = await complaints.get(path, headers=gas.headers("office"))
    assert read.content == PDF
    assert (await complaints.get(path, headers=gas.headers("crew"))).status_code == 404


async def test_foreign_and_unsafe_files_are_refused(complaints: httpx.AsyncClient, gas: Company) -> None:
    foreign = (await upload(complaints, gas, "clerk")).json()["id"]
    answer = await complaints.post(
        "/v1/complaints", json={**INTAKE, "attachment_ids": [foreign]}, headers=gas.headers("agent")
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_attachment")
    page = {"file": ("x.pdf", b"<html><script>alert(1)</script></html>", "application/pdf")}
    assert (await complaints.post("/v1/files", files=page, headers=gas.headers("agent"))).status_code == 422
