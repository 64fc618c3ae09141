"""Every SQL statement of the draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.calls.models import DrawRow, StratumRow

_LOCK = text("""
select id, name, seed, numerator, denominator, offset_numerator, seen from draw_strata
where company = :company and business = :business and tier = :tier and policy_version = :policy_version for update
""")
_BEAR = text("""
insert into draw_strata (id, company, business, tier, policy_pack, policy_version, name, seed, numerator, denominator,
                         offset_numerator)
values (:id, :company, :business, :tier, :policy_pack, :policy_version, :name, :seed, :numerator, :denominator,
        :offset_numerator)
on conflict (company, business, tier, policy_version) do nothing
""")
_NUMBER = text("""
with numbered as (
  insert into callback_draws (id, company, stratum_id, position, business, subject_type, subject_id, occasion,
                              customer_id, event_id, occurred_at, drawn_at, is_drawn, callback_id)
  values (:id, :company, :stratum_id, :position, :business, :subject_type, :subject_id, :occasion, :customer_id,
          :event_id, :occurred_at, :drawn_at, :is_drawn, :callback_id)
  on conflict (company, business, subject_id, occasion) do nothing returning 1)
update draw_strata set seen = :position, drawn = drawn + cast(cast(:is_drawn as boolean) as integer)
where id = :stratum_id and exists (select 1 from numbered) returning 1
""")
_SEEN = text(
    "select 1 from callback_draws where company = :company and business = :business and subject_id = :subject_id"
    " and occasion = :occasion"
)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum, locked until the transaction ends."""

    id: UUID
    name: str
    seed: str
    numerator: int
    denominator: int
    offset: int
    seen: int


async def locked_stratum(session: AsyncSession, values: Mapping[str, Any]) -> Stratum:
    """The stratum, born if it is the first event's, and locked: events are numbered one after the other."""
    found = (await session.execute(_LOCK, dict(values))).mappings().first()
    if found is None:
        await session.execute(_BEAR, {**values, "offset_numerator": Decimal(values["offset_numerator"])})
        found = (await session.execute(_LOCK, dict(values))).mappings().one()
    return Stratum(
        found["id"],
        found["name"],
        found["seed"],
        found["numerator"],
        found["denominator"],
        int(found["offset_numerator"]),
        found["seen"],
    )


async def is_numbered(session: AsyncSession, company: str, business: str, subject_id: UUID, occasion: str) -> bool:
    """Whether the event has a number already."""
    values = {"company": company, "business": business, "subject_id": subject_id, "occasion": occasion}
    return (await session.execute(_SEEN, values)).first() is not None


async def number(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Give an event its number; False when it had one."""
    return (await session.execute(_NUMBER, dict(values))).first() is not None


async def strata(
    session: AsyncSession, companies: Sequence[str], *, business: str | None, tier: str | None
) -> Sequence[StratumRow]:
    """The strata of companies, by name."""
    statement = select(StratumRow).where(StratumRow.company.in_(list(companies)))
    if business is not None:
        statement = statement.where(StratumRow.business == business)
    if tier is not None:
        statement = statement.where(StratumRow.tier == tier)
    return (await session.scalars(statement.order_by(StratumRow.name).limit(500))).all()


async def draws(
    session: AsyncSession, companies: Sequence[str], stratum_id: UUID, *, after: int, limit: int
) -> Sequence[DrawRow]:
    """The events of one stratum in the order of their numbers."""
    statement = select(DrawRow).where(
        DrawRow.stratum_id == stratum_id, DrawRow.company.in_(list(companies)), DrawRow.position > after
    )
    return (await session.scalars(statement.order_by(DrawRow.position).limit(limit))).all()


async def position_of(session: AsyncSession, callback_id: UUID) -> int:
    """The number of the event from which a callback was drawn; 0 if there was none."""
    return int(await session.scalar(select(DrawRow.position).where(DrawRow.callback_id == callback_id)) or 0)
