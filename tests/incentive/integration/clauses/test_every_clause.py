"""Each clause of the packs, from what leads to it to the lines of the ledger, and back."""

from typing import Any

import pytest

from services.incentive.policy import IncentiveChapter
from services.incentive.policy_catalogue import IncentiveClause, IncentiveKind, Subject
from tests.incentive.integration.cases.board import CASES, again, do, sums
from tests.incentive.integration.clauses.ways import WAYS
from tests.incentive.integration.proposals.board import file, heard, raised, rows, step
from tests.support.packs import PACKS, shipped
from tests.support.stage import Json, Stage
from tests.support.world import Company, World


def catalogue(pack: str) -> dict[str, IncentiveClause]:
    """The clauses of a pack."""
    chapter = shipped(pack).chapters["incentive"]
    assert isinstance(chapter, IncentiveChapter)
    return chapter.catalogue.provisions


def every() -> list[tuple[str, str]]:
    """Each clause once in each wording: what all packs share goes round them."""
    seen: dict[str, list[IncentiveClause]] = {}
    chosen = []
    for place, pack in enumerate(PACKS):
        for number, (code, clause) in enumerate(catalogue(pack).items()):
            if clause in seen.setdefault(code, []):
                continue
            shared = [one for one in PACKS if catalogue(one).get(code) == clause]
            seen[code].append(clause)
            chosen.append((shared[(number + place) % len(shared)], code))
    return chosen


@pytest.mark.parametrize(("pack", "code"), every())
async def test_from_the_cause_to_the_ledger_and_back(
    world: World, stage: Stage, company: str, pack: str, code: str
) -> None:
    house = await world.company(f"{company}-{pack}", pack)
    clause = catalogue(pack)[code]
    row = await _proposed(stage, house, code, clause)
    if clause.is_outside:
        path = f"/v1/incentive-proposals/{row['id']}/confirm"
        answer = await stage.post(house, path, {"opinion": "属实"}, login="office", version=row["version"])
        assert (answer.status_code, answer.json()["code"]) == (409, "incentive_outside_regulation")
        return
    await step(stage, house, row, "confirm", "officestaff", opinion="属实")
    (case,) = (await stage.get(house, CASES, proposal_id=str(row["id"])))["items"]
    case = await _decided(stage, house, case)
    assert case["state"] == "effective"
    moved = await sums(stage, house)
    assert moved == _expected(clause, row, case)
    if clause.kind is IncentiveKind.PENALTY:
        speaker = "head" if clause.subject is Subject.DEPARTMENT else _login(house, case["subject"])
        case = await do(stage, house, case, "appeal", speaker, grounds="不服")
        assert await sums(stage, house) == {}
        decider = _login(house, case["signer_ids"][0])
        case = await do(stage, house, case, "decide-appeal", decider, outcome="overturned", reason="不成立")
        assert (case["state"], await sums(stage, house)) == ("reversed", {})


async def _proposed(stage: Stage, house: Company, code: str, clause: IncentiveClause) -> Json:
    way = WAYS.get(code)
    if way is not None:
        found = await heard(stage, house, way(stage, house))
        return next(one for one in found if one["provision"] == code and one["state"] == "drafted")
    body: dict[str, Any] = {"file_ids": [await file(stage, house, "office")]}
    if clause.subject is Subject.DEPARTMENT:
        body["department"] = "customer_service"
    else:
        body["employee_id"] = str(house.person("crew"))
    if clause.loss is not None:
        body["loss_fen"] = clause.loss.from_fen
    answer = await raised(stage, house, code, **body)
    assert answer.status_code == 201, answer.text
    return (await rows(stage, house))[-1]


async def _decided(stage: Stage, house: Company, case: Json) -> Json:
    while case["state"] == "signing":
        case = await do(stage, house, case, "sign", _login(house, case["signer_ids"][0]), opinion="同意")
    if case["state"] == "approved":
        case = await do(stage, house, case, "tell", "officestaff")
        speaker = "head" if case["subject_type"] == "department" else _login(house, case["subject"])
        case = await do(stage, house, case, "statement", speaker)
    return await again(stage, house, case)


def _expected(clause: IncentiveClause, row: Json, case: Json) -> dict[tuple[str, str, str], int]:
    """From the numbers of the clause: what was not amended is its least, or what the fact says."""
    sign = 1 if clause.kind is IncentiveKind.REWARD else -1
    fact = row["suggested"]
    lines: dict[tuple[str, str, str], int] = {}
    if clause.amount is not None and fact["gift"] is None:
        lines[case["subject_type"], case["subject"], "fen"] = sign * clause.amount.least_fen
    if clause.head_amount is not None:
        lines["employee", case["head_id"], "fen"] = sign * clause.head_amount.least_fen
    if clause.points is not None:
        lines["employee", case["subject"], "points"] = sign * max(clause.points.least, fact["points"])
    if clause.department_points is not None:
        unit = "year_points" if clause.department_points.is_annual else "points"
        lines["department", case["department"], unit] = sign * max(
            clause.department_points.least, fact["department_points"]
        )
    return {key: amount for key, amount in lines.items() if amount}


def _login(house: Company, staff_id: str) -> str:
    return next(login for login in house.pack.common.demo_staff if str(house.person(login)) == staff_id)
