"""An import through the door and the worker against COPY of the same columns into the same indexed tables."""

import asyncio
import io
import json
import os
import time
import urllib.request
from typing import Any
from uuid import uuid4

from deploy.gasdesk.sample.base import generate
from deploy.gasdesk.sample.workbook import write_base
from services.customer.registry.repository import bulk
from tests.bench.report import Report
from tests.bench.stage import Stage

_COUNT = 100_000 if os.environ.get("BENCH_FULL") else 30_000
_TABLES = {
    "customers": bulk.CUSTOMER_COLUMNS,
    "premises": bulk.PREMISES_COLUMNS,
    "meters": bulk.METER_COLUMNS,
    "phones": bulk.PHONE_COLUMNS,
}


async def run(stage: Stage, report: Report) -> None:
    """One import, three COPYs of what it stored."""
    path = stage.folder / "base.xlsx"
    await asyncio.to_thread(lambda: write_base(path, generate(residential=_COUNT)))
    with stage.service("customer") as port, stage.worker("customer"):
        await asyncio.sleep(3)
        began = time.perf_counter()
        job = await asyncio.to_thread(_upload, stage, port, path.read_bytes())
        async with stage.admin("customer") as admin:
            while (state := await admin.fetchval("select state from jobs where id = $1", job)) != "done":
                if state == "failed":
                    raise RuntimeError(await admin.fetchval("select error from jobs where id = $1", job))
                await asyncio.sleep(0.1)
    took = time.perf_counter() - began
    async with stage.admin("customer") as admin:
        copied = sorted([await _copy(admin, stage.company.code) for _ in range(3)])[1]
    report.at_least(
        f"import of {_COUNT:,} customers, of COPY",
        floor=f"{copied:.1f} s",
        ours=f"{took:.1f} s",
        ratio=copied / took,
        goal=0.15,
    )


async def _copy(admin: Any, company: str) -> float:
    await admin.execute("drop schema if exists copied cascade; create schema copied")
    took = 0.0
    for table, columns in _TABLES.items():
        await admin.execute(f"create table copied.{table} (like customer.{table} including all)")
        names = ", ".join(columns)
        sink = io.BytesIO()
        query = f"select {names} from customer.{table} where company = '{company}'"
        await admin.copy_from_query(query, output=sink, format="binary")
        sink.seek(0)
        began = time.perf_counter()
        await admin.copy_to_table(table, schema_name="copied", columns=columns, source=sink, format="binary")
        took += time.perf_counter() - began
    return took


def _upload(stage: Stage, port: int, content: bytes) -> str:
    edge = uuid4().hex
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="base.xlsx"\r\n'
        "Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\r\n\r\n"
    )
    headers = stage.company.headers("keeper") | {"Content-Type": f"multipart/form-data; boundary={edge}"}
    body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/customers/imports", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return str(json.load(answer)["id"])
