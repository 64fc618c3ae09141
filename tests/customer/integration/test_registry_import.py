"""Imports against a real Postgres: idempotent, dirty rows apart, nothing personal in the clear."""

import asyncio
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from deploy.gasdesk.sample.base import Base, generate
from deploy.gasdesk.sample.workbook import write_base
from services.customer.registry.errors import ImportNotFoundError
from services.customer.registry.service import importing
from services.customer.registry.service.reading import FileReader
from tests.customer.integration.conftest import Rig


def file_of(base: Base) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "base.xlsx"
        write_base(path, base)
        return path.read_bytes()


async def events_of(rig: Rig, company: str) -> list[dict[str, Any]]:
    return await rig.rows(
        "select type, aggregate_id, aggregate_version, payload from outbox where company = :company order by seq",
        company=company,
    )


async def test_clean_rows_are_stored_and_dirty_ones_reported(rig: Rig, company: str) -> None:
    base = generate(1, residential=400, commercial=30)
    job = await rig.import_file(company, file_of(base))
    assert (job.state, job.error) == ("done", None)
    members = len(base.members)
    assert job.result == {"created": 430 + members, "updated": 0, "unchanged": 0, "refused": base.dirty}
    assert job.progress_done == job.progress_total == 430 + base.dirty + members
    errors = await rig.rows("select * from import_errors where import_id = :id", id=job.id)
    assert len({(e["sheet"], e["line"]) for e in errors}) == base.dirty
    assert {"required", "phone_invalid", "duplicate_in_file", "implausible"} <= {e["rule"] for e in errors}
    facts = await events_of(rig, company)
    assert [f["type"] for f in facts].count("customer.registered") == 430
    assert not await rig.rows("select 1 from import_parts where import_id = :id", id=job.id)


async def test_importing_twice_changes_nothing(rig: Rig, company: str) -> None:
    data = file_of(generate(2, residential=150, commercial=20))
    await rig.import_file(company, data)
    before = await rig.rows("select id, version, row_hash from customers where company = :c order by id", c=company)
    facts = len(await events_of(rig, company))
    again = await rig.import_file(company, data)
    assert (again.result["created"], again.result["updated"]) == (0, 0)
    assert before == await rig.rows(
        "select id, version, row_hash from customers where company = :c order by id", c=company
    )
    assert len(await events_of(rig, company)) == facts


async def test_a_changed_row_is_updated_with_what_belongs_to_it(rig: Rig, company: str) -> None:
    base = generate(3, residential=60, commercial=20)
    await rig.import_file(company, file_of(base))
    facts = len(await events_of(rig, company))
    row = next(r for r in base.customers if r.get("客户类别") == "工业")
    row |= {"日用气量": 4321.5, "联系电话": "10099999999", "用气地址": "云湖市新区新路9号", "标签": "新闻媒体"}
    job = await rig.import_file(company, file_of(base))
    assert (job.result["created"], job.result["updated"]) == (0, 1)
    fresh = (await events_of(rig, company))[facts:]
    assert [(f["type"], f["aggregate_version"], f["payload"]["tags"]) for f in fresh] == [
        ("customer.updated", 2, ["news_media"])
    ]
    customer_id = fresh[0]["aggregate_id"]
    stored = await rig.rows("select daily_volume_m3, version from customers where id = :id", id=customer_id)
    assert (float(stored[0]["daily_volume_m3"]), stored[0]["version"]) == (4321.5, 2)
    phones = await rig.rows("select * from phones where customer_id = :id and state = 'active'", id=customer_id)
    clear = {rig.vault.read_phone(p["id"], p["cipher"]) for p in phones}
    assert clear == {"10099999999", str(row["备用电话"])}
    addresses = await rig.rows("select address from premises where customer_id = :id", id=customer_id)
    assert [a["address"] for a in addresses] == ["云湖市新区新路9号"]


async def test_an_empty_cell_keeps_what_is_stored(rig: Rig, company: str) -> None:
    header = "客户编号,客户名称,客户类别,用气地址,日用气量,标签\n"
    await rig.import_file(company, f"{header}20000001,云湖大酒店,商业,人民路1号,300,新闻媒体\n".encode())
    await rig.import_file(company, f"{header}20000001,云湖国际大酒店,商业,人民路1号,,\n".encode())
    rows = await rig.rows("select name, daily_volume_m3, tags, version from customers where company = :c", c=company)
    assert [(r["name"], float(r["daily_volume_m3"]), r["tags"], r["version"]) for r in rows] == [
        ("云湖国际大酒店", 300.0, ["news_media"], 2)
    ]


async def test_tags_are_imported_by_the_names_and_codes_of_the_pack(rig: Rig, company: str) -> None:
    header = "客户编号,客户名称,客户类别,用气地址,标签\n"
    rows = (
        "1,王小明,民用,人民路1号,区市政府核心领导；key\n",
        "2,李小红,民用,人民路2号,知名人士\n",
        "3,张三丰,民用,人民路3号,government_leader\n",
    )
    job = await rig.import_file(company, (header + "".join(rows)).encode())
    assert (job.result["created"], job.result["refused"]) == (2, 1)
    stored = await rig.rows("select number, tags from customers where company = :c order by number", c=company)
    assert [row["tags"] for row in stored] == [["government_leader", "key"], ["government_leader"]]
    errors = await rig.rows("select line, rule from import_errors where import_id = :id", id=job.id)
    assert errors == [{"line": 3, "rule": "unknown_value"}]


async def test_a_meter_of_another_customer_is_refused(rig: Rig, company: str) -> None:
    header = "客户编号,客户名称,客户类别,用气地址,表号\n"
    await rig.import_file(company, f"{header}1,王小明,民用,人民路1号,M1\n".encode())
    job = await rig.import_file(company, f"{header}2,李小红,民用,人民路2号,M1\n3,张三丰,民用,人民路3号,M3\n".encode())
    assert (job.result["created"], job.result["refused"]) == (1, 1)
    errors = await rig.rows("select line, rule from import_errors where import_id = :id", id=job.id)
    assert errors == [{"line": 2, "rule": "meter_in_use"}]


async def test_nothing_personal_is_stored_in_the_clear_but_names_and_addresses(rig: Rig, company: str) -> None:
    header = "客户编号,客户名称,客户类别,用气地址,联系电话,证件号码\n"
    data = f"{header}1,王小明,民用,人民路1号,10087654321,护照E12345678\n".encode()
    await rig.import_file(company, data)
    for table in ("customers", "phones", "import_parts", "outbox", "audit", "jobs", "import_errors"):
        rows = await rig.rows(f"select to_jsonb(t)::text as whole from {table} t where company = :c", c=company)
        assert not any("87654321" in row["whole"] or "E12345678" in row["whole"] for row in rows), table
    shown = await rig.rows("select to_jsonb(t)::text as whole from outbox t where company = :c", c=company)
    assert not any("王小明" in row["whole"] or "人民路" in row["whole"] for row in shown)


async def test_a_file_without_its_columns_is_done_with_errors(rig: Rig, company: str) -> None:
    job = await rig.import_file(company, "名称\n王小明\n".encode("gb18030"))
    assert (job.state, job.result["refused"], job.result["created"]) == ("done", 1, 0)
    errors = await rig.rows("select rule from import_errors where import_id = :id", id=job.id)
    assert {e["rule"] for e in errors} == {"column_missing"}


async def test_an_unreadable_file_is_reported_and_dropped(rig: Rig, company: str) -> None:
    job = await rig.import_file(company, b"PK\x03\x04 not a workbook")
    assert (job.state, job.result["created"]) == ("done", 0)
    errors = await rig.rows("select rule from import_errors where import_id = :id", id=job.id)
    assert errors == [{"rule": "file_unreadable"}]
    assert not await rig.rows("select 1 from import_parts where import_id = :id", id=job.id)


async def test_a_file_in_pieces_resumes_after_its_worker_died(rig: Rig, company: str) -> None:
    base = generate(5, residential=250, commercial=20)
    data = file_of(base)
    buffer = io.BytesIO(data)
    pieces = list(iter(lambda: buffer.read(7000), b""))

    class Dying(FileReader):
        @override
        async def chunk(self, file: Any, place: int) -> Any:
            if place == 2:
                raise asyncio.CancelledError
            return await super().chunk(file, place)

    with pytest.raises(asyncio.CancelledError):
        await rig.import_file(company, *pieces, reader=Dying(chunk_rows=50))
    await rig.rows(
        "update jobs set lease_until = :past where company = :c returning 1", past=rig.clock.now(), c=company
    )
    await rig.run_jobs(company, FileReader(chunk_rows=50))
    jobs = await rig.rows("select id, state, result from jobs where company = :c", c=company)
    assert [(j["state"], j["result"]["created"]) for j in jobs] == [("done", 270 + len(base.members))]
    count = await rig.rows("select count(*) as n from customers where company = :c", c=company)
    assert count == [{"n": 270}]


async def test_progress_and_errors_are_read_back(rig: Rig, company: str) -> None:
    job = await rig.import_file(company, "客户编号,客户名称,客户类别,用气地址\n1,王,民用,人民路1号\n".encode())
    async with rig.sessions.begin() as session:
        progress = await importing.read(session, job.id, [company])
        cells = await importing.refused_cells(session, job.id, [company], None, 10)
        assert progress.errors_by_rule == {"too_short": 1}
        assert [(c.line, c.column_name, c.rule) for c in cells] == [(2, "客户名称", "too_short")]
        with pytest.raises(ImportNotFoundError):
            await importing.read(session, job.id, ["another"])
