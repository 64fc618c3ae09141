"""The price list, kept by the office: a price is ended and followed by another, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.customer.settlement.errors import PriceOverlapError, PriceRuleError
from services.customer.settlement.models import MaterialPriceRow
from services.customer.settlement.repository import prices as repository
from services.customer.settlement.service.work import Desk
from shared.errors import StaleError

SUBJECT = "material_price"


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """What a unit costs, from when until when."""

    code: str
    name: str
    unit: str
    price_fen: int
    valid_from: date
    valid_until: date | None = None


async def create(desk: Desk, row_id: UUID, entry: PriceEntry) -> MaterialPriceRow:
    """Add a price.  Raises: PriceRuleError, PriceOverlapError."""
    _ensure_span(entry.valid_from, entry.valid_until)
    await repository.lock(desk.session, desk.company, entry.code)
    await _ensure_free(desk, entry.code, entry.valid_from, entry.valid_until)
    row = MaterialPriceRow(
        id=row_id,
        company=desk.company,
        code=entry.code,
        name=entry.name,
        unit=entry.unit,
        price_fen=entry.price_fen,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        created_by=desk.person.staff_id,
        created_at=desk.now,
        updated_at=desk.now,
        version=1,
    )
    desk.session.add(row)
    await desk.session.flush()
    await desk.audit("create_material_price", SUBJECT, row.id)
    return row


async def end(
    desk: Desk, price_id: UUID, *, name: str | None, valid_until: date | None, expected: int
) -> MaterialPriceRow:
    """Set the last day, or lift it; rename.

    Raises: PriceNotFoundError, StaleError, PriceRuleError, PriceOverlapError.
    """
    row = await repository.get(desk.session, price_id, [desk.company])
    await repository.lock(desk.session, desk.company, row.code)
    row = await repository.get(desk.session, price_id, [desk.company], locked=True)
    if row.version != expected:
        raise StaleError("价目已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
    _ensure_span(row.valid_from, valid_until)
    await _ensure_free(desk, row.code, row.valid_from, valid_until, but=row.id)
    row.valid_until, row.name = valid_until, name or row.name
    row.changed_by, row.updated_at = desk.person.staff_id, desk.now
    row.version += 1
    await desk.session.flush()
    await desk.audit("end_material_price", SUBJECT, row.id, version=row.version)
    return row


async def read(desk: Desk, price_id: UUID) -> MaterialPriceRow:
    """One price.  Raises: PriceNotFoundError."""
    return await repository.get(desk.session, price_id, desk.person.companies)


async def page(
    desk: Desk, *, code: str | None, day: date | None, before: UUID | None, limit: int
) -> Sequence[MaterialPriceRow]:
    """Prices, newest first."""
    return await repository.page(desk.session, desk.person.companies, code=code, day=day, before=before, limit=limit)


def _ensure_span(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise PriceRuleError.at("/valid_until", "有效期的最后一日不得早于第一日。")


async def _ensure_free(desk: Desk, code: str, first: date, last: date | None, *, but: UUID | None = None) -> None:
    if await repository.overlapping(desk.session, desk.company, code, first, last, but=but):
        raise PriceOverlapError("该代码在此期间已有价目，请先终止原价目。")
