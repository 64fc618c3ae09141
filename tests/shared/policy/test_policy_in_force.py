"""Stored revisions and which of them governs: immutable, approved, in effect, recorded, swapped whole."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from shared.policy.book import PolicyBook, PolicyNotFoundError, RevisionUnreadableError
from shared.policy.codes import chapters_in_force, codes_in_force
from shared.policy.loader import Pack, load_pack
from shared.policy.model import ChapterHeader, CommonChapter
from shared.policy.store import RevisionConflictError, canonical, digest, store_packs
from tests.shared.policy.pack_folders import CHAPTERS, FILED, NOW, ToyChapter, common, head, toy, write_pack
from tests.support.servers import TestPostgres

IN_2026 = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
async def connection(postgres: TestPostgres) -> AsyncIterator[Any]:
    opened = await asyncpg.connect(postgres.admin_dsn, server_settings={"search_path": "inspection"})
    yield opened
    await opened.close()


@pytest.fixture
def code() -> str:
    """A pack of this test's own: its company is `<code>-company`, its calendar `<code>-office`."""
    return f"p-{secrets.token_hex(4)}"


def of_pack(code: str, **said: Any) -> dict[str, Any]:
    calendars = {f"{code}-office": common()["calendars"]["toy-office"]}
    return common(calendars=calendars, default_calendar=f"{code}-office", **said)


def make(root: Path, code: str, **chapters: dict[str, Any]) -> Pack:
    return load_pack(write_pack(root, code, None, **({"common": of_pack(code), "toy": toy()} | chapters)), CHAPTERS)


async def read_book(connection: Any) -> PolicyBook:
    book = PolicyBook(CHAPTERS)
    await book.refresh(connection)
    return book


def hours_of(book: PolicyBook, code: str, at: datetime) -> int:
    return book.policy(f"{code}-company", at).chapter_as("toy", ToyChapter).rules["first"].hours


def with_hours(hours: int, **said: Any) -> dict[str, Any]:
    return toy(rules={"first": toy()["rules"]["first"] | {"hours": hours}}, **said)


async def test_storing_twice_stores_once_and_what_is_stored_reads_back_equal(
    connection: Any, tmp_path: Path, code: str
) -> None:
    pack = make(tmp_path, code)
    assert await store_packs(connection, [pack], now=NOW) == 2
    assert await store_packs(connection, [pack], now=NOW) == 0
    book = await read_book(connection)
    policy = book.policy(f"{code}-company", IN_2026)
    assert (policy.pack, policy.common, policy.chapter("toy")) == (code, pack.common, pack.chapters["toy"])
    assert policy.revision("toy") == ("2010.1", digest(canonical(pack.chapters["toy"])), False)
    assert book.name_of(f"{code}-company") == "公司"
    assert await book.refresh(connection) is False


async def test_the_same_version_with_other_content_is_refused_by_name(
    connection: Any, tmp_path: Path, code: str
) -> None:
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    with pytest.raises(RevisionConflictError, match=rf"{code}/toy\.yaml：版本 2010\.1"):
        await store_packs(connection, [make(tmp_path, code, toy=with_hours(2))], now=NOW)


def test_a_default_that_a_release_adds_does_not_change_the_hash(tmp_path: Path) -> None:
    class Grown(ToyChapter):
        added: int = 7

    folder = write_pack(tmp_path, "one", None, common=common(), toy=toy())
    grown = load_pack(folder, {"toy": Grown}).chapters["toy"]
    assert canonical(grown) == canonical(load_pack(folder, CHAPTERS).chapters["toy"])


async def test_the_application_role_cannot_change_a_stored_revision(
    connection: Any, postgres: TestPostgres, tmp_path: Path, code: str
) -> None:
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    app = await asyncpg.connect(postgres.dsn("inspection"))
    try:
        for statement in ("update policy_revisions set sha256 = '0'", "delete from policy_revisions"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(statement)
    finally:
        await app.close()


async def test_the_revision_in_effect_at_the_instant_governs_by_the_date_in_shanghai(
    connection: Any, tmp_path: Path, code: str
) -> None:
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    newer = with_hours(2, version="2012.1", effective_on=date(2012, 1, 1))
    corrected = with_hours(3, version="2012.2", effective_on=date(2012, 1, 1))
    await store_packs(connection, [make(tmp_path, code, toy=newer)], now=NOW)
    book = await read_book(connection)
    assert hours_of(book, code, datetime(2011, 12, 31, 15, 59, tzinfo=UTC)) == 1
    assert hours_of(book, code, datetime(2011, 12, 31, 16, 0, tzinfo=UTC)) == 2
    await store_packs(connection, [make(tmp_path, code, toy=corrected)], now=NOW)
    assert await book.refresh(connection) is True
    assert hours_of(book, code, IN_2026) == 3
    assert hours_of(book, code, datetime(2011, 6, 1, tzinfo=UTC)) == 1


async def test_before_the_first_effective_date_nothing_governs(connection: Any, tmp_path: Path, code: str) -> None:
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    book = await read_book(connection)
    early = book.policy(f"{code}-company", datetime(2010, 9, 30, 15, 59, tzinfo=UTC))
    with pytest.raises(PolicyNotFoundError):
        _ = early.common
    with pytest.raises(PolicyNotFoundError):
        book.policy("nobody", IN_2026)
    with pytest.raises(TypeError):
        book.policy(f"{code}-company", IN_2026).chapter_as("toy", CommonChapter)


@pytest.mark.parametrize(
    ("taken", "suffices", "governs"),
    [(0, "filed", False), (1, "filed", False), (2, "filed", False), (3, "filed", True),
     (1, "approved_by_director", False), (2, "approved_by_director", True)],
)  # fmt: skip
async def test_only_an_approved_chapter_takes_effect(
    connection: Any, tmp_path: Path, code: str, taken: int, suffices: str, governs: bool
) -> None:
    chapter = with_hours(9, version="2011.1", approval=FILED[:taken], takes_effect_at=suffices)
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    stored = await store_packs(connection, [make(tmp_path, code, toy=chapter)], now=NOW)
    assert stored == int(governs)
    assert hours_of(await read_book(connection), code, IN_2026) == (9 if governs else 1)


async def test_a_draft_may_still_change_under_its_version(connection: Any, tmp_path: Path, code: str) -> None:
    for hours in (2, 3):
        draft = with_hours(hours, version="2011.1", approval=FILED[:1])
        await store_packs(connection, [make(tmp_path, code, toy=draft)], now=NOW)
    await store_packs(connection, [make(tmp_path, code, toy=with_hours(4, version="2011.1"))], now=NOW)
    assert hours_of(await read_book(connection), code, IN_2026) == 4


async def test_a_recorded_revision_governs_its_case_for_ever(connection: Any, tmp_path: Path, code: str) -> None:
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    newer = with_hours(2, version="2012.1", effective_on=date(2012, 1, 1))
    tiers = {**common()["tiers"], "key": {"name": "关键", "rank": 3}}
    later = of_pack(code, version="2012.1", effective_on=date(2012, 1, 1), tiers=tiers)
    await store_packs(connection, [make(tmp_path, code, toy=newer, common=later)], now=NOW)
    book = await read_book(connection)
    company = f"{code}-company"
    now = book.at_revision(company, "toy", "2010.1")
    then = book.at_revision(company, "toy", "2010.1", datetime(2011, 5, 1, tzinfo=UTC))
    assert (now.chapter("toy").rules["first"].hours, then.chapter("toy").rules["first"].hours) == (1, 1)
    assert (now.common.ranked_tiers[-1], then.common.ranked_tiers[-1]) == ("key", "general")
    assert then.on == date(2011, 5, 1)
    with pytest.raises(PolicyNotFoundError):
        book.at_revision(company, "toy", "1999.1")


async def test_the_trial_mark_lasts_until_its_months_end(connection: Any, tmp_path: Path, code: str) -> None:
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    book = await read_book(connection)

    def is_trial(*day: int) -> bool:
        at = datetime(*day, 4, tzinfo=UTC)  # type: ignore[misc, arg-type]
        return book.policy(f"{code}-company", at).revision("toy").is_trial

    assert is_trial(2010, 10, 1)
    assert is_trial(2011, 3, 31)
    assert not is_trial(2011, 4, 1)


@pytest.mark.parametrize(
    ("effective_on", "months", "until"),
    [
        (date(2010, 10, 1), 6, date(2011, 3, 31)),
        (date(2010, 8, 31), 6, date(2011, 2, 27)),
        (date(2010, 12, 15), 12, date(2011, 12, 14)),
        (date(2010, 6, 1), 6, date(2010, 11, 30)),
        (date(2010, 6, 1), 0, None),
    ],
)
def test_the_last_day_of_a_trial(effective_on: date, months: int, until: date | None) -> None:
    chapter = ChapterHeader.model_validate(head(effective_on=effective_on, trial_months=months))
    assert chapter.trial_until == until


async def test_a_process_takes_up_a_new_revision_by_polling(connection: Any, tmp_path: Path, code: str) -> None:
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    book = PolicyBook(CHAPTERS)

    async def polled() -> int:
        stop = asyncio.Event()
        polling = asyncio.create_task(book.run(connection, stop, seconds=0.001))
        await asyncio.sleep(0.1)
        stop.set()
        await polling
        return hours_of(book, code, IN_2026)

    assert await polled() == 1
    newer = with_hours(5, version="2012.1", effective_on=date(2012, 1, 1))
    await store_packs(connection, [make(tmp_path, code, toy=newer)], now=NOW)
    assert hours_of(book, code, IN_2026) == 1
    assert await polled() == 5


async def test_a_revision_that_does_not_fit_is_named_and_the_last_ones_stay(
    connection: Any, tmp_path: Path, code: str
) -> None:
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    book = await read_book(connection)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(
            "insert into policy_revisions (pack, chapter, version, sha256, canonical, state, effective_on, stored_at)"
            " values ($1, 'toy', '2030.1', '', '{}', 'filed', '2030-01-01', $2)",
            code,
            NOW,
        )
        with pytest.raises(RevisionUnreadableError, match=f"{code}/toy 2030.1"):
            await book.refresh(connection)
    finally:
        await transaction.rollback()
    assert hours_of(book, code, IN_2026) == 1


async def test_calendars_get_a_revision_when_the_pack_changes_them_but_never_over_an_import(
    connection: Any, tmp_path: Path, code: str
) -> None:
    async def revisions() -> list[int]:
        rows = await connection.fetch("select revision from calendar_revisions where code = $1", f"{code}-office")
        return sorted(row["revision"] for row in rows)

    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    assert await revisions() == [1]
    calendars = {f"{code}-office": {"name": "行政班", "weekly": {"tue": ["09:00-17:00"]}, "holidays": "none"}}
    later = of_pack(code) | {"version": "2012.1", "effective_on": date(2010, 10, 1), "calendars": calendars}
    await store_packs(connection, [make(tmp_path, code, common=later)], now=NOW)
    assert await revisions() == [1, 2]
    await connection.execute("update calendar_revisions set imported_by = 'x' where code = $1", f"{code}-office")
    await store_packs(connection, [make(tmp_path, code)], now=NOW)
    assert await revisions() == [1, 2]


async def test_two_provisioners_at_once_store_once(
    postgres: TestPostgres, connection: Any, tmp_path: Path, code: str
) -> None:
    pack = make(tmp_path, code)
    other = await asyncpg.connect(postgres.admin_dsn, server_settings={"search_path": "inspection"})
    try:
        stored = await asyncio.gather(*(store_packs(one, [pack], now=NOW) for one in (connection, other)))
    finally:
        await other.close()
    assert sum(stored) == 2


async def test_codes_and_chapters_in_force_are_listed(connection: Any, tmp_path: Path, code: str) -> None:
    chapter = toy(settings={"ratio": 20, "is_open_setting": True})
    people = {"a": {"name": "王秘密", "posts": ["agent"]}}
    await store_packs(connection, [make(tmp_path, code, toy=chapter, common=of_pack(code, demo_staff=people))], now=NOW)
    policy = (await read_book(connection)).policy(f"{code}-company", IN_2026)
    codes = codes_in_force(policy)
    found = {(one.chapter, one.kind, one.code): one.name for one in codes.items}
    assert found["common", "tiers", "vip"] == "贵宾"
    assert found["common", "posts", "agent"] == "坐席员"
    assert found["toy", "rules", "first"] == "一则"
    assert found["toy", "clauses", "c1"] == "一条"
    assert len(found) == len(codes.items)
    shown = chapters_in_force(policy)
    assert [(one.chapter, one.version, one.is_trial) for one in shown.items] == [
        ("common", "2010.1", False),
        ("toy", "2010.1", False),
    ]
    assert [one.path for one in shown.items[1].open_settings] == ["/settings"]
    assert shown.items[1].trial_until == date(2011, 3, 31)
    assert "王秘密" not in codes.model_dump_json() + shown.model_dump_json()
