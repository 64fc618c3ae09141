"""Import of yearly figures: a file to rows of a year, rows to the facts that shares of annual sales are judged by."""

import asyncio
import base64
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.registry.models import ImportErrorRow
from services.customer.registry.rules.sheets import CUSTOMERS, Layout, SheetError, split
from services.customer.tiering.errors import FiguresImportNotFoundError, FiguresUnreadableError
from services.customer.tiering.models import SalesYearRow
from services.customer.tiering.repository import figures
from services.customer.tiering.rules.figures import FigureError, Figures, missing_columns, read_row
from services.customer.tiering.service import basis
from shared.access.encryption import FieldCipher
from shared.audit.trail import record
from shared.ids import new_id
from shared.jobs.model import JobView, Step
from shared.jobs.queue import enqueue, read_job
from shared.policy.book import Policy

KIND = "tier_figures"
CHUNK = 2_000
"""Rows of the file, and customers whose facts are set, per transaction."""
MOST_OPEN = 2
"""Files that a worker keeps cut up in memory; another is read again when its turn comes."""


@dataclass(frozen=True, slots=True)
class Total:
    """What the company says it sold in a year; without it the sum of its customers counts."""

    year: int
    sales_fen: int


@dataclass(frozen=True, slots=True)
class FiguresProgress:
    """An import as its owner sees it."""

    job: JobView
    stored: int
    refused: int
    years: list[int]
    errors_by_rule: dict[str, int]


async def start(
    session: AsyncSession,
    pieces: AsyncIterator[bytes],
    *,
    import_id: UUID,
    company: str,
    cipher: FieldCipher,
    total: Total | None,
    actor: str,
    now: datetime,
) -> None:
    """Keep the file encrypted until its job has read it.  Raises: FiguresUnreadableError if it is empty."""
    part = size = 0
    async for piece in pieces:
        column = f"cipher{part}"
        sealed = cipher.encrypt(base64.b64encode(piece).decode(), table="import_parts", column=column, row_id=import_id)
        await figures.add_part(session, import_id, part, company, sealed)
        part, size = part + 1, size + len(piece)
    if not size:
        raise FiguresUnreadableError("文件是空的")
    args = {"size": size, "total": None if total is None else {"year": total.year, "sales_fen": total.sales_fen}}
    await enqueue(session, kind=KIND, company=company, args=args, now=now, created_by=actor, job_id=import_id)
    await record(
        session,
        company=company,
        action="tier_figures.import_started",
        at=now,
        resource_type="tier_figures",
        resource_id=import_id,
        detail={"size": size},
    )


async def read(session: AsyncSession, import_id: UUID, companies: Sequence[str]) -> FiguresProgress:
    """Progress, counts and what was refused.  Raises: FiguresImportNotFoundError."""
    job = await read_job(session, import_id, companies)
    if job is None or job.kind != KIND:
        raise FiguresImportNotFoundError("没有这个导入任务")
    said = job.result or job.cursor
    counts = await figures.error_counts(session, import_id)
    years = [int(year) for year in said.get("years", ())]
    return FiguresProgress(job, int(said.get("stored", 0)), int(said.get("refused", 0)), years, counts)


async def refused_cells(
    session: AsyncSession, import_id: UUID, companies: Sequence[str], after: tuple[int, int, int] | None, limit: int
) -> list[ImportErrorRow]:
    """Refused cells in the order of the file."""
    return await figures.errors(session, import_id, companies, after, limit)


async def years(session: AsyncSession, companies: Sequence[str]) -> Sequence[SalesYearRow]:
    """The years known, newest first; the newest counts."""
    return await figures.years(session, companies)


class FiguresRun:
    """The job body: rows of the file first, then the newest year to the facts of every customer."""

    def __init__(self) -> None:
        self._open: OrderedDict[UUID, Layout] = OrderedDict()

    async def step(
        self, session: AsyncSession, job: JobView, *, cipher: FieldCipher, policy: Policy, now: datetime
    ) -> Step:
        """The next stretch; a killed job goes on where its last stretch ended."""
        if "after" in job.cursor:
            return await _apply(session, job, policy, now=now)
        try:
            layout = self._open.get(job.id) or await self._read(session, job.id, cipher)
        except SheetError as error:
            await _refuse(session, job, [FigureError(1, 0, "文件", "file_unreadable", str(error))])
            return await self._end(session, job, {"stored": 0, "refused": 0, "years": []})
        header = layout.headers[CUSTOMERS]
        if missing := missing_columns(header):
            await _refuse(session, job, missing)
            return await self._end(session, job, {"stored": 0, "refused": layout.total, "years": []})
        place = int(job.cursor.get("chunk", 0))
        chunks = [chunk for chunk in layout.chunks if chunk.sheet == CUSTOMERS]
        stored = refused = 0
        if place < len(chunks):
            stored, refused = await _load(session, job, header, chunks[place].unpack(), now=now)
        counts = {"stored": int(job.cursor.get("stored", 0)) + stored}
        counts["refused"] = int(job.cursor.get("refused", 0)) + refused
        if place + 1 < len(chunks):
            return Step(stored + refused, {"chunk": place + 1, **counts}, total=layout.total)
        found = await _close(session, job, now=now)
        await self._drop(session, job.id)
        if not found:
            return Step(stored + refused, is_finished=True, result={**counts, "years": []}, total=layout.total)
        cursor = {"after": str(UUID(int=0)), "years": found, **counts}
        return Step(stored + refused, cursor, total=layout.total)

    async def _read(self, session: AsyncSession, import_id: UUID, cipher: FieldCipher) -> Layout:
        pieces = [
            base64.b64decode(cipher.decrypt(sealed, table="import_parts", column=f"cipher{part}", row_id=import_id))
            for part, sealed in await figures.parts(session, import_id)
        ]
        while len(self._open) >= MOST_OPEN:
            self._open.popitem(last=False)
        self._open[import_id] = await asyncio.to_thread(split, b"".join(pieces), CHUNK)
        return self._open[import_id]

    async def _end(self, session: AsyncSession, job: JobView, result: dict[str, Any]) -> Step:
        await self._drop(session, job.id)
        return Step(is_finished=True, result=result)

    async def _drop(self, session: AsyncSession, import_id: UUID) -> None:
        self._open.pop(import_id, None)
        await figures.drop_parts(session, import_id)


async def _load(
    session: AsyncSession, job: JobView, header: list[str], lines: list[tuple[int, list[str]]], *, now: datetime
) -> tuple[int, int]:
    """Store the clean rows of a stretch, report the others; answers how many of each."""
    clean: dict[tuple[str, int], Figures] = {}
    errors: list[FigureError] = []
    for line, cells in lines:
        row = read_row(header, line, cells)
        if isinstance(row, list):
            errors += row
        elif (row.number, row.year) in clean:
            errors.append(_repeated(line))
        else:
            clean[row.number, row.year] = row
    stored, unknown, repeated = await figures.store(
        session, job.company, job.id, [_values(row) for row in clean.values()], now=now
    )
    message = "客户编号没有登记，或客户已合并、撤销"
    errors += [FigureError(line, 0, "客户编号", "customer_unknown", message) for line in unknown]
    errors += [_repeated(line) for line in repeated]
    await _refuse(session, job, errors)
    return stored, len({error.line for error in errors})


def _repeated(line: int) -> FigureError:
    return FigureError(line, 0, "客户编号", "row_repeated", "同一客户同一年度在文件中出现多次，只取第一次")


def _values(row: Figures) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "line": row.line,
        "number": row.number,
        "year": row.year,
        "sales_fen": row.sales_fen,
        "purchases": row.purchases,
        "profit_fen": row.profit_fen,
    }


async def _refuse(session: AsyncSession, job: JobView, errors: list[FigureError]) -> None:
    rows = {(error.line, error.position): error for error in reversed(errors)}
    await figures.add_errors(
        session,
        [
            ImportErrorRow(
                import_id=job.id,
                sheet=CUSTOMERS,
                line=error.line,
                position=error.position,
                company=job.company,
                column_name=error.column,
                rule=error.rule,
                message=error.message,
            )
            for error in rows.values()
        ],
    )


async def _close(session: AsyncSession, job: JobView, *, now: datetime) -> list[int]:
    """All rows are read: the totals of the years that the file speaks of."""
    stated = job.args.get("total") or {}
    found = await figures.years_of(session, job.company, job.id)
    for year in sorted({*found, *([stated["year"]] if stated else [])}):
        total = stated["sales_fen"] if stated.get("year") == year else None
        await figures.set_total(
            session,
            job.company,
            year,
            row_id=new_id(),
            stated_fen=total,
            import_id=job.id,
            by=job.created_by,
            now=now,
        )
    return found


async def _apply(session: AsyncSession, job: JobView, policy: Policy, *, now: datetime) -> Step:
    newest = await figures.newest_year(session, job.company)
    cursor = dict(job.cursor)
    after: UUID | None = None
    if newest is not None:
        chapter = basis.chapter_of(policy)
        named = chapter.sales_figures
        codes = (named.sales_fact, named.purchases_fact, named.profit_fact)
        sales, purchases, profit = (chapter.facts[code].key for code in codes)
        _, after = await figures.apply(
            session,
            job.company,
            newest.year,
            keys=(sales, purchases, profit),
            after=UUID(cursor["after"]),
            chunk=CHUNK,
            now=now,
        )
    if after is not None:
        return Step(cursor={**cursor, "after": str(after)})
    result = {name: cursor[name] for name in ("stored", "refused", "years")}
    await record(
        session,
        company=job.company,
        action="tier_figures.imported",
        at=now,
        resource_type="tier_figures",
        resource_id=job.id,
        detail=result,
    )
    return Step(is_finished=True, result=result)
