"""Sheets from the ledger, their release, the year's list, and what is published."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from services.incentive.assessments.rules.sheets import SubjectType, Whose
from services.incentive.assessments.service.assembling import assemble
from services.incentive.cases.models import IncentiveCaseRow
from services.incentive.ledger.rules import LedgerSubject, Movement, Posting, Unit
from shared.access.masking import mask_name
from shared.contracts.incentive_cases import IncentiveReversed, IncentiveSuspended, IncentiveTookEffect
from shared.contracts.incentive_ledger import IncentiveMonthClosed
from shared.ids import new_id
from tests.incentive.integration.ledger.books import Books, open_books
from tests.support.stage import Json, Stage
from tests.support.world import Company, World

SHEETS = "/v1/assessments"
MONTHS = "/v1/assessment-months"


@pytest.fixture
async def books(stage: Stage, gas: Company) -> Books:
    return await open_books(stage, gas)


async def case(
    books: Books, login: str = "crew", *, source: str = "finding_mishandled", shares: Sequence[Json] = (), **more: Any
) -> UUID:
    """A case in effect, as the cases feature leaves it, with its lines in the ledger."""
    person, who = books.company.pack.common.demo_staff[login], books.company.person(login)
    governing = books.stage.app.state.desk.governances.in_force(books.code, books.stage.clock.now())
    now, case_id = books.stage.clock.now(), new_id()
    provision = more.pop("provision", "penalty-3-mishandled")
    row = IncentiveCaseRow(
        id=case_id, company=books.code, number=f"JC-{case_id}", proposal_id=new_id(), source=source,
        provision=provision, kind="penalty", level=3, chain="four", subject_type="employee", subject=str(who),
        department=person.department, team=person.team, named_ids=[who], evidence_digest="0" * 64, amounts={},
        matter_id=new_id(), cause_type="finding", cause_id=new_id(), happened_at=now, state="effective", round=1,
        step=4, opened_at=now, opened_by=new_id(), month="2026-11", effective_at=now, effect=1,
        policy_version=governing.version, version=1, shares=list(shares),
    )  # fmt: skip
    department = Movement(LedgerSubject.department(person.department or ""), Unit.POINTS, -8, person.department)
    moved = (books.of(login, Unit.FEN, -20_000), books.of(login, Unit.POINTS, -6), department)
    async with books.stage.runtime.sessions.begin() as session:
        session.add(row)
    await books.post(Posting(case_id, "effect:1", row.matter_id, provision, "2026-11", moved))
    return case_id


async def drafted(books: Books) -> Json:
    """November closed in the ledger and heard; its id and the sheets."""
    await books.give()
    month = await books.closed()
    said = IncentiveMonthClosed(
        month_id=UUID(month["id"]), month="2026-11", state="closed", lines=0, digest="", rewards_fen=0,
        penalties_fen=0, corrections_fen=0, net_fen=0, occurred_at=books.stage.clock.now(),
    )  # fmt: skip
    for _ in range(2):  # told twice: drafted once
        await books.stage.hear(books.stage.event(books.company, said))
    return month


async def sheet(books: Books, subject: str, login: str = "office", **more: Any) -> Json:
    found = await books.stage.get(books.company, SHEETS, login=login, month="2026-11", subject=subject, **more)
    (one,) = found["items"]
    return dict(one)


async def step(books: Books, one: Json, act: str, login: str, **body: Any) -> Any:
    return await books.stage.post(
        books.company, f"{SHEETS}/{one['id']}/{act}", body, login=login, version=one["version"]
    )


async def test_a_sheet_equals_the_ledger(books: Books, gas: Company) -> None:
    first, other = await case(books), await case(books, source="person")
    crew = str(gas.person("crew"))
    live = await books.stage.get(gas, f"{SHEETS}/live", login="crew", month="2026-11")
    assert (live["subject"], live["opening_points"], live["points"], live["fen"]) == (crew, 100, 88, -40_000)
    assert (live["band_grade"], live["grade"]) == ("b", "b")
    assert [(one["line"], one["case_id"]) for one in live["lines"]] == [
        ("complaints", str(first)),
        ("other", str(other)),
    ]
    assert live["lines"][0]["proposal_id"]
    assert live["lines"][0]["cause_id"]
    balance = await books.balance("crew")
    assert live["points"] == balance.standing(Unit.POINTS)
    assert live["fen"] == balance.of(Unit.FEN).net
    department = gas.pack.common.demo_staff["crew"].department
    whole = await books.stage.get(gas, f"{SHEETS}/live", month="2026-11", subject_type="department", subject=department)
    assert whole["points"] == 84


async def test_released_is_frozen_and_never_by_oneself(books: Books, gas: Company, stage: Stage) -> None:
    await case(books)
    month = await drafted(books)
    mine = await sheet(books, str(gas.person("office")))
    refused = await step(books, mine, "release", "office")
    assert (refused.status_code, refused.json()["code"]) == (403, "assessment_four_eyes")
    crew = await sheet(books, str(gas.person("crew")))
    assert (crew["state"], crew["points"], crew["digest"]) == ("draft", 94, None)
    other_post = await step(books, crew, "release", "officestaff")
    assert (other_post.status_code, other_post.json()["code"]) == (403, "assessment_post_not_allowed")
    running = (await stage.clocks(gas, f"{MONTHS}/{month['id']}"))["released"]
    assert running["state"] == "running"
    made = await step(books, crew, "release", "office")
    assert made.status_code == 200, made.text
    frozen = made.json()
    assert (frozen["state"], frozen["points"], len(frozen["digest"])) == ("released", 94, 64)
    assert (await step(books, crew, "release", "office")).status_code == 412
    assert (await step(books, frozen, "release", "office")).json()["code"] == "assessment_released"
    with pytest.raises(asyncpg.PostgresError, match="never changes"):
        await stage.pool.execute("update assessment_sheets set points = 1 where id = $1", UUID(crew["id"]))
    (fact,) = await stage.facts(gas, "incentive.assessment_released")
    assert (fact["points"], fact["digest"]) == (94, frozen["digest"])
    for login, left in (("office", 1), ("gm", 0)):
        done = await stage.post(gas, f"{MONTHS}/{month['id']}/release", {}, login=login)
        assert (done.status_code, done.json()["drafts"]) == (200, left), done.text
    assert (await stage.clocks(gas, f"{MONTHS}/{month['id']}"))["released"]["state"] == "met"


async def test_a_correction_is_a_new_edition(books: Books, gas: Company, stage: Stage) -> None:
    await drafted(books)
    crew = await sheet(books, str(gas.person("crew")))
    early = await step(books, crew, "correct", "office", reason="申诉成立")
    assert (early.status_code, early.json()["code"]) == (409, "assessment_not_released")
    old = (await step(books, crew, "release", "office")).json()
    new = await step(books, old, "correct", "office", reason="申诉成立")
    assert new.status_code == 201, new.text
    assert (new.json()["edition"], new.json()["corrects_id"], new.json()["state"]) == (2, old["id"], "draft")
    assert await stage.get(gas, f"{SHEETS}/{old['id']}") == old


async def test_unreleased_in_time_is_breached(books: Books, gas: Company, stage: Stage) -> None:
    month = await drafted(books)
    stage.clock.advance(timedelta(days=20))
    await stage.sweep()
    assert (await stage.clocks(gas, f"{MONTHS}/{month['id']}"))["released"]["state"] == "breached"


async def test_a_reversal_is_a_line_of_the_month_it_is_booked_in(books: Books, gas: Company) -> None:
    case_id = await case(books)
    await books.closed()
    await books.reverse(case_id)
    live = await books.stage.get(gas, f"{SHEETS}/live", login="crew", month="2026-12")
    (line,) = live["lines"]
    assert (line["of_month"], line["is_reversal"], line["points"], line["fen"]) == ("2026-11", True, 6, 20_000)
    assert live["points"] == 106


async def test_other_people_and_departments_are_not_seen(books: Books, gas: Company, stage: Stage) -> None:
    await drafted(books)
    staff = gas.pack.common.demo_staff
    crew = await sheet(books, str(gas.person("crew")))
    assert staff["agent"].department != staff["crew"].department
    hidden = await stage.client.get(f"{SHEETS}/{crew['id']}", headers=gas.headers("agent"))
    assert (hidden.status_code, hidden.json()["code"]) == (404, "assessment_not_found")
    own = await stage.get(gas, SHEETS, login="agent")
    assert [one["subject"] for one in own["items"]] == [str(gas.person("agent"))]
    headed = await stage.get(gas, SHEETS, login="head", limit=200)
    assert {one["department"] for one in headed["items"]} == {staff["head"].department}
    foreign = {"month": "2026-11", "subject": str(gas.person("crew"))}
    answer = await stage.client.get(f"{SHEETS}/live", params=foreign, headers=gas.headers("agent"))
    assert answer.status_code == 404


async def test_the_year_as_json_and_typed_cells(books: Books, gas: Company, stage: Stage) -> None:
    await case(books)
    await drafted(books)
    crew = str(gas.person("crew"))
    await step(books, await sheet(books, crew), "release", "office")
    await stage.pool.execute("update staff_members set name = '=1+1' where id = $1", gas.person("crew"))
    found = await stage.get(gas, "/v1/assessment-years/2026")
    (one,) = [each for each in found["items"] if each["subject"] == crew]
    assert one["months"] == [{"month": "2026-11", "points": 94, "grade": "b"}]
    assert (one["penalties"], one["penalties_fen"], one["is_eligible_for_awards"]) == (1, 20_000, True)
    answer = await stage.client.get("/v1/assessment-years/2026/workbook", headers=gas.headers("office"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    (row,) = [each for each in rows if each[1] == "=1+1"]
    assert row[rows[0].index("2026-11 分")] == 94.0
    assert row[rows[0].index("处罚（元）")] == 200.0


async def told(stage: Stage, gas: Company, kind: Any, about: UUID, **more: Any) -> None:
    """A fact about a case, as the service tells itself."""
    now = stage.clock.now()
    said = kind(
        case_id=about, number="JC", proposal_id=new_id(), source="person", provision="p", kind="penalty",
        subject_type="employee", state="effective", matter_id=new_id(), cause_type="finding", cause_id=new_id(),
        happened_at=now, occurred_at=now, effect=1, **more,
    )  # fmt: skip
    await stage.hear(stage.event(gas, said))


async def test_published_while_in_effect_in_any_order(books: Books, gas: Company, stage: Stage) -> None:
    case_id = await case(books)
    silent = await case(books, provision="penalty-2-commitment")

    async def names(login: str) -> list[str]:
        found = await stage.get(gas, "/v1/incentive-publications", login=login)
        return [one["name"] for one in found["items"]]

    for about in (case_id, silent, case_id):
        await told(stage, gas, IncentiveTookEffect, about)
    name = await stage.pool.fetchval("select name from staff_members where id = $1", gas.person("crew"))
    assert await names("agent") == [name]
    await stage.pool.execute("update incentive_cases set state = 'contested' where id = $1", case_id)
    await told(stage, gas, IncentiveSuspended, case_id)
    await told(stage, gas, IncentiveTookEffect, case_id)  # late: the case is what counts
    assert await names("agent") == []
    await stage.pool.execute("update incentive_cases set state = 'effective', effect = 2 where id = $1", case_id)
    await told(stage, gas, IncentiveTookEffect, case_id)
    assert await names("agent") == [name]
    await stage.pool.execute("update incentive_cases set state='reversed', ended_for='appeal' where id = $1", case_id)
    await told(stage, gas, IncentiveReversed, case_id, reason="appeal")
    assert await names("agent") == []


async def test_all_who_share_are_published_and_masked_outside(
    books: Books, gas: Company, stage: Stage, world: World, company: str
) -> None:
    crew, leader = gas.person("crew"), gas.person("leader")
    shares = [
        {"staff_id": str(leader), "percent": 33, "is_main": False},
        {"staff_id": str(crew), "percent": 67, "is_main": True},
    ]
    case_id = await case(books, shares=shares)
    await told(stage, gas, IncentiveTookEffect, case_id)
    full = [await stage.pool.fetchval("select name from staff_members where id = $1", one) for one in (crew, leader)]
    expected = [(full[0], 67, True), (full[1], 33, False)]

    async def seen(reader: Company, login: str) -> list[Json]:
        found: list[Json] = (await stage.get(reader, "/v1/incentive-publications", login=login))["items"]
        return found

    (within,) = await seen(gas, "clerk")
    assert within["name"] == full[0]
    assert [(one["name"], one["percent"], one["is_main"]) for one in within["shares"]] == expected
    (outside,) = await seen(gas, "auditor")
    masked = [mask_name(one) for one in full]
    assert set(masked).isdisjoint(full)
    assert [outside["name"], *(one["name"] for one in outside["shares"])] == [masked[0], *masked]
    assert await seen(await world.company(f"{company}-2", "xxx-gas"), "clerk") == []


async def test_many_sheets_ask_no_more_than_one(books: Books, gas: Company, stage: Stage) -> None:
    await case(books)
    governing = stage.app.state.desk.governances.in_force(gas.code, stage.clock.now())
    asked: list[str] = []

    async def statements(*logins: str) -> int:
        wanted = [Whose(SubjectType.EMPLOYEE, str(gas.person(one)), "customer_service") for one in logins]
        async with stage.runtime.sessions.begin() as session:
            bind = (await session.connection()).sync_connection
            event.listen(bind, "before_cursor_execute", lambda *call: asked.append(call[2]))
            asked.clear()
            made = await assemble(session, stage.app.state.desk, governing, gas.code, "2026-11", wanted)
        assert {one.points for whose, one in made.items() if whose.subject == str(gas.person("crew"))} == {94}
        return len(asked)

    assert 0 < await statements("crew") == await statements("crew", "leader", "clerk", "agent", "head")
