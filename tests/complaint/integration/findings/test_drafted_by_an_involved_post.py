"""Who is asked for a case's finding by post reads what he drafted, whoever holds the case."""

import httpx

from tests.complaint.integration import judging
from tests.complaint.integration.desk import step
from tests.support.world import Company


async def test_a_head_drafts_the_finding_of_another_departments_case(
    complaints: httpx.AsyncClient, gas: Company
) -> None:
    case = await judging.worked_case(complaints, gas)
    case = await step(complaints, gas, case, "assess", investigation="已核实")
    finding = await judging.drafted(complaints, gas, case, login="head")
    read = await complaints.get(f"/v1/complaints/{case['id']}/finding", headers=gas.headers("head"))
    assert (read.status_code, read.json()["id"]) == (200, finding["id"])
    dossier = await complaints.get(f"/v1/complaints/{case['id']}/conversations", headers=gas.headers("head"))
    assert dossier.status_code == 200
