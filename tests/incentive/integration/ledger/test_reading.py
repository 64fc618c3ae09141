"""Lines, statements, sums: what the filters give, and whose rows a person sees."""

from typing import Any

from services.incentive.ledger.rules import LedgerSubject, Movement, Unit
from shared.ids import new_id
from tests.incentive.integration.ledger.books import LEDGER, MONTHS, Books


async def some(books: Books) -> None:
    """Two people of different departments, and a department's own points."""
    await books.give(books.of("agent"), books.of("agent", Unit.POINTS, -5), case_id=new_id())
    await books.give(books.of("crew", amount=-10_000))
    department = books.company.pack.common.demo_staff["crew"].department or ""
    await books.give(Movement(LedgerSubject.department(department), Unit.POINTS, -3, department))


async def entries(books: Books, login: str = "office", **query: Any) -> list[dict[str, Any]]:
    found = await books.stage.get(books.company, f"{LEDGER}/entries", login=login, **query)
    items: list[dict[str, Any]] = found["items"]
    return items


async def test_lines_come_newest_first_by_cursor_and_filter(books: Books) -> None:
    await some(books)
    everything = await entries(books)
    assert [one["sequence"] for one in everything] == list(range(8, 0, -1))
    seen, cursor = list[int](), None
    while True:
        query: dict[str, Any] = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = await books.stage.get(books.company, f"{LEDGER}/entries", **query)
        seen += [one["sequence"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == list(range(8, 0, -1))
    agent = str(books.company.person("agent"))
    assert len(await entries(books, subject=agent, kind="employee")) == 2
    assert len(await entries(books, subject=agent, unit="points", month="2026-11", year="2026")) == 1
    assert len(await entries(books, case_id=everything[-1]["case_id"])) == 4
    assert await entries(books, month="2026-10") == []
    team = books.company.pack.common.demo_staff["crew"].team
    assert {one["subject"] for one in await entries(books, team=team)} == {str(books.company.person("crew"))}


async def test_everybody_sees_the_own_lines_a_head_those_of_the_department(books: Books) -> None:
    await some(books)
    agent, crew = (str(books.company.person(login)) for login in ("agent", "crew"))
    assert {one["subject"] for one in await entries(books, "agent")} == {agent}
    assert {one["subject"] for one in await entries(books, "crew")} == {crew}
    assert await entries(books, "clerk") == []
    people = books.company.pack.common.demo_staff
    assert {one["subject"] for one in await entries(books, "head")} == {crew, people["head"].department}
    assert len(await entries(books, "auditor")) == 8
    refused = await books.stage.client.get(f"{LEDGER}/entries", headers=books.company.headers("supervisor"))
    assert refused.status_code == 403


async def test_a_statement_is_the_own_unless_the_scope_reaches_further(books: Books) -> None:
    await some(books)

    async def asked(login: str, **query: Any) -> Any:
        path, headers = f"{LEDGER}/statement", books.company.headers(login)
        return await books.stage.client.get(path, params={"period": "2026-11", **query}, headers=headers)

    own = (await asked("agent")).json()
    assert (own["points"], own["year_points"]) == (95, None)
    assert {one["unit"]: one["net"] for one in own["figures"]} == {"fen": 20_000, "points": -5, "year_points": 0}
    assert (await asked("agent", period="2026")).json()["year_points"] == 100
    crew = str(books.company.person("crew"))
    hidden = await asked("agent", subject=crew)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "ledger_subject_not_found")
    assert (await asked("head", subject=crew)).status_code == 200
    assert (await asked("agent", subject="nobody")).status_code == 404
    department = books.company.pack.common.demo_staff["crew"].department
    assert (await asked("head", kind="department", subject=department)).json()["points"] == 97
    assert (await asked("head", kind="department", subject="network")).status_code == 404
    assert (await asked("agent", kind="department", subject=department)).status_code == 404
    assert (await asked("office", kind="team", subject="north")).status_code == 200
    assert (await asked("office", period="2026-13")).status_code == 422


async def test_sums_and_the_trial_balance_add_up(books: Books) -> None:
    await some(books)

    async def sums(by: str, login: str = "office", period: str = "2026-11") -> dict[tuple[str, str, str], int]:
        found = await books.stage.get(books.company, f"{LEDGER}/sums", login=login, by=by, period=period)
        return {(one["group"], one["kind"], one["figures"]["unit"]): one["figures"]["net"] for one in found["items"]}

    people = books.company.pack.common.demo_staff
    first, second = people["agent"].department or "", people["crew"].department or ""
    expected = {
        (first, "employee", "fen"): 20_000,
        (first, "employee", "points"): -5,
        (second, "employee", "fen"): -10_000,
        (second, "department", "points"): -3,
    }
    assert await sums("department") == expected == await sums("department", period="2026")
    assert await sums("department", "head") == {key: net for key, net in expected.items() if key[0] == second}
    assert await sums("department", "agent") == {}
    assert (await sums("company"))["", "employee", "fen"] == 10_000
    assert (await sums("team"))[people["crew"].team or "", "employee", "fen"] == -10_000
    trial = await books.stage.get(books.company, f"{LEDGER}/trial-balance", period="2026")
    assert trial["is_balanced"]
    nets = {(one["kind"], one["figures"]["unit"]): one["figures"]["net"] for one in trial["items"]}
    assert (nets["rewards_paid", "fen"], nets["penalties_kept", "fen"], nets["points_pool", "points"]) == (
        -20_000,
        10_000,
        8,
    )
    refused = await books.stage.client.get(
        f"{LEDGER}/trial-balance", params={"period": "2026"}, headers=books.company.headers("head")
    )
    assert refused.status_code == 403


async def test_months_of_another_company_look_absent(books: Books) -> None:
    await books.give()
    month = await books.month()
    path = f"{MONTHS}/{new_id()}"
    missing = await books.stage.client.get(path, headers=books.company.headers("office"))
    assert (missing.status_code, missing.json()["code"]) == (404, "ledger_month_not_found")
    own = await books.stage.client.get(f"{MONTHS}/{month['id']}", headers=books.company.headers("auditor"))
    assert (own.status_code, own.headers["ETag"]) == (200, f'"{month["version"]}"')
    assert (await books.stage.client.get(MONTHS, headers=books.company.headers("agent"))).status_code == 403
