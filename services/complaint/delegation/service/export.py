"""A month of the ledger as XLSX: typed cells, no formula, however long."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy import RowMapping

from services.complaint.delegation.rules.ledger import COLUMNS, EXTRA, Kind
from services.complaint.delegation.service.call import AuthorityCall, terms_of
from services.complaint.delegation.service.ledger import SUBJECT, chunks, departments_of, shown
from services.complaint.policy_delegation import AuthorityLedger
from shared.audit.trail import record

_BLOCK = 256 * 1024
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
"""A text stays a text, whatever it begins with."""


async def export(call: AuthorityCall, month: str) -> AsyncIterator[bytes]:
    """The workbook's bytes; the export is audited.  Raises: AuthorityLedgerNotFoundError."""
    ledger = await shown(call, month)
    governing = call.in_force
    sheet = _Sheet(terms_of(governing).ledger, month, governing.zone)
    async for rows in chunks(call.session, call.principal.company, month, departments_of(call)):
        await asyncio.to_thread(sheet.add, rows)
    await record(
        call.session,
        company=ledger.row.company,
        action="export_authority_ledger",
        at=call.now,
        resource_type=SUBJECT,
        resource_id=ledger.row.id,
        detail={"month": month, "uses": ledger.totals["uses"]},
    )
    return _read(await asyncio.to_thread(sheet.close))


async def _read(content: IO[bytes]) -> AsyncIterator[bytes]:
    with content:
        while block := await asyncio.to_thread(content.read, _BLOCK):
            yield block


class _Sheet:
    """One worksheet, row after row."""

    def __init__(self, terms: AuthorityLedger, month: str, zone: ZoneInfo) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by whoever reads it
        self._book = xlsxwriter.Workbook(self._file, _OPTIONS)
        self._zone = zone
        self._formats = {
            Kind.DATE: self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            Kind.MONEY: self._book.add_format({"num_format": "#,##0.00"}),
        }
        self._columns = [
            *((name, *COLUMNS[code]) for code, name in terms.columns.items() if code in COLUMNS),
            *EXTRA.values(),
        ]
        self._sheet = self._book.add_worksheet(month)
        self._sheet.freeze_panes(2, 0)
        self._sheet.write_string(0, 0, f"{terms.name} {month}")
        for column, (name, *_) in enumerate(self._columns):
            self._sheet.set_column(column, column, 20)
            self._sheet.write_string(1, column, name)
        self._next = 2

    def add(self, rows: Sequence[RowMapping]) -> None:
        """Write lines; money in yuan, times in the company's civil time."""
        for line in rows:
            for column, (_, kind, value_of) in enumerate(self._columns):
                self._cell(column, kind, value_of(line))
            self._next += 1

    def _cell(self, column: int, kind: Kind, value: object) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            local = value.astimezone(self._zone).replace(tzinfo=None)
            self._sheet.write_datetime(self._next, column, local, self._formats[Kind.DATE])
        elif kind is Kind.MONEY and isinstance(value, int):
            self._sheet.write_number(self._next, column, value / 100, self._formats[Kind.MONEY])
        else:
            self._sheet.write_string(self._next, column, str(value))

    def close(self) -> IO[bytes]:
        """The finished file, to be read from its beginning."""
        self._book.close()
        self._file.seek(0)
        return self._file
