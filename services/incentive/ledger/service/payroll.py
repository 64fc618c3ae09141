"""The list that payroll pays by: made once from a closed month, kept as made, read with a trace."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.errors import PayrollNotTakenError, PayrollTakenError
from services.incentive.ledger.models import LedgerMonthRow
from services.incentive.ledger.repository import balances, months
from services.incentive.ledger.rules.months import check_lockable
from services.incentive.ledger.service.months import SUBJECT, MonthCall, check_post, take
from services.incentive.ledger.service.workbook import payroll_workbook
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.files.register import store_file
from shared.files.store import FileStore


async def make(call: MonthCall, files: FileStore) -> LedgerMonthRow:
    """Make the list of a closed month and keep it with its hash.

    Raises: LedgerMonthNotFoundError, StaleError, LedgerMonthOpenError, LedgerMonthClosedError, LedgerPostError,
    PayrollTakenError.
    """
    row = await take(call)
    check_lockable(row.state, row.month)
    governing = call.governing
    check_post(call.principal, governing.chapter.ledger.payroll_posts)
    if row.payroll_sha256 is not None or row.closed_at is None:
        raise PayrollTakenError("该月清单已生成，可直接下载。")
    lines = await balances.payroll(call.session, row.company, row.month)
    common = governing.policy.common
    content = await asyncio.to_thread(
        payroll_workbook,
        row.month,
        lines,
        departments={code: one.name for code, one in common.departments.items()},
        teams={code: one.name for code, one in common.teams.items()},
        closed_at=row.closed_at,
    )
    stored = await store_file(
        files,
        call.session,
        _whole(content),
        company=row.company,
        name=name_of(row),
        now=call.now,
        created_by=call.principal.actor,
    )
    row.payroll_sha256, row.payroll_rows = stored.sha256, len(lines)
    row.payroll_taken_at, row.payroll_taken_by = call.now, call.principal.staff_id
    await call.session.flush()
    await _trace(call.session, row, "make_payroll_list", call.now)
    return row


async def read(
    session: AsyncSession, month_id: UUID, scope: RowScope, files: FileStore, *, now: datetime
) -> tuple[LedgerMonthRow, AsyncIterator[bytes]]:
    """The list as it was made; each reading is audited.

    Raises: LedgerMonthNotFoundError, PayrollNotTakenError, FileNotStoredError.
    """
    row = await months.get(session, month_id, scope)
    if row.payroll_sha256 is None:
        raise PayrollNotTakenError("该月清单尚未生成。", params={"month": row.month})
    content = await files.stream(row.company, row.payroll_sha256)
    await _trace(session, row, "export_payroll_list", now)
    return row, content


def name_of(row: LedgerMonthRow) -> str:
    """The file's name."""
    return f"incentive-payroll-{row.month}.xlsx"


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _trace(session: AsyncSession, row: LedgerMonthRow, action: str, now: datetime) -> None:
    await record(
        session,
        company=row.company,
        action=action,
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"month": row.month, "rows": row.payroll_rows, "sha256": row.payroll_sha256},
    )
