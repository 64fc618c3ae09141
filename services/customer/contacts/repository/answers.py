"""Standard answers: revisions, search, use."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.errors import StandardAnswerDraftOpenError, StandardAnswerNotFoundError
from services.customer.contacts.models import AnswerUseRow, StandardAnswerRow
from services.customer.contacts.rules import AnswerState

_ROW = StandardAnswerRow


async def get(
    session: AsyncSession, answer_id: UUID, companies: Sequence[str], *, locked: bool = False
) -> StandardAnswerRow:
    """One revision.  Raises: StandardAnswerNotFoundError."""
    query = select(_ROW).where(_ROW.id == answer_id, _ROW.company.in_(companies))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise StandardAnswerNotFoundError("没有这条标准答复")
    return row


async def add(session: AsyncSession, row: StandardAnswerRow) -> None:
    """Store a draft.  Raises: StandardAnswerDraftOpenError if another one of the code waits."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise StandardAnswerDraftOpenError("该编码已有待批草稿，请先批准或停用。") from error


async def newest_revision(session: AsyncSession, company: str, code: str) -> int:
    """The highest revision of a code so far; 0 if there is none."""
    query = select(func.coalesce(func.max(_ROW.revision), 0)).where(_ROW.company == company, _ROW.code == code)
    return int((await session.execute(query)).scalar_one())


async def approved(session: AsyncSession, company: str, code: str) -> StandardAnswerRow | None:
    """The revision in use, locked."""
    query = select(_ROW).where(_ROW.company == company, _ROW.code == code, _ROW.state == AnswerState.APPROVED.value)
    return (await session.scalars(query.with_for_update())).one_or_none()


async def page(
    session: AsyncSession,
    companies: Sequence[str],
    *,
    pairs: Sequence[str],
    key: str | None,
    topic: str | None,
    state: str | None,
    in_force_on: date | None,
    before: UUID | None,
    limit: int,
) -> Sequence[StandardAnswerRow]:
    """Revisions, newest first; those that hold a fragment, by the index of their pairs of characters."""
    query = select(_ROW).where(_ROW.company.in_(companies))
    if key is not None:
        held = _ROW.search_bigrams.op("@>")(bindparam(None, list(pairs), type_=ARRAY(Text)))
        query = query.where(held, func.strpos(_ROW.search_key, key) > 0)
    if topic is not None:
        query = query.where(_ROW.topic == topic)
    if state is not None:
        query = query.where(_ROW.state == state)
    if in_force_on is not None:
        query = query.where(
            _ROW.state == AnswerState.APPROVED.value,
            _ROW.valid_from <= in_force_on,
            or_(_ROW.valid_until.is_(None), _ROW.valid_until >= in_force_on),
        )
    if before is not None:
        query = query.where(_ROW.id < before)
    return (await session.scalars(query.order_by(_ROW.id.desc()).limit(limit))).all()


async def use(session: AsyncSession, row: AnswerUseRow) -> None:
    """Record a use; the same answer in the same contact counts once."""
    if not await _is_recorded(session, row.contact_id, row.answer_id):
        session.add(row)
        await session.flush()


async def _is_recorded(session: AsyncSession, contact_id: UUID, answer_id: UUID) -> bool:
    row = AnswerUseRow
    query = select(row.id).where(row.contact_id == contact_id, row.answer_id == answer_id)
    return (await session.execute(query)).first() is not None


async def is_used(session: AsyncSession, contact_id: UUID) -> bool:
    """Whether a standard answer was given in the contact."""
    query = select(AnswerUseRow.id).where(AnswerUseRow.contact_id == contact_id).limit(1)
    return (await session.execute(query)).first() is not None


async def uses(session: AsyncSession, company: str, answer_id: UUID) -> int:
    """How often a revision was given."""
    query = select(func.count()).where(AnswerUseRow.company == company, AnswerUseRow.answer_id == answer_id)
    return int((await session.execute(query)).scalar_one())
