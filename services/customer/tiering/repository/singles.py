"""Single proposals: finding, storing, putting in force, and what is due on a day."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.tiering.errors import TierProposalWaitingError
from services.customer.tiering.models import TierProposalRow
from services.customer.tiering.repository.proposals import change_of
from services.customer.tiering.rules import ProposalState, TierChange

_CUSTOMER = text("""
select id, company, kind, customer_class, party, standing, district, capacity_m3_day, daily_volume_m3, member_count,
  tags, facts, tier, tier_rule, tier_confirmed_at, account_manager_id
from customers where id = :id and company = any(:companies) and standing in ('active', 'suspended')
for no key update
""")

_END = text("""
update tier_proposals set ended_at = greatest(cast(:at as timestamptz), in_force_at), version = version + 1
where customer_id = :customer_id and state = 'confirmed' and ended_at is null and id <> :id
""")

_UNSCHEDULE = text("""
update tier_proposals set state = 'superseded', version = version + 1
where customer_id = :customer_id and state = 'scheduled' and id <> :id
""")

_SET_TIER = text("""
update customers c
set tier = :tier, tier_rule = :rule, tier_confirmed_at = :at, tier_policy_version = :policy_version, updated_at = :now,
  version = c.version + case when o.tier <> :tier then 1 else 0 end
from (select id, tier from customers where id = :customer_id for no key update) o where c.id = o.id
returning c.id, c.company, c.version, o.tier as from_tier, c.tier, c.tier_rule, c.tier_policy_version, c.kind,
  c.customer_class, c.party, c.standing, c.account_manager_id
""")

_FALL_BACK = text("""
update customers c
set tier = :tier, tier_rule = null, tier_confirmed_at = null, tier_policy_version = :policy_version, updated_at = :now,
  version = c.version + case when o.tier <> :tier then 1 else 0 end
from (select id, tier from customers where id = :customer_id for no key update) o where c.id = o.id
returning c.id, c.company, c.version, o.tier as from_tier, c.tier, c.tier_rule, c.tier_policy_version, c.kind,
  c.customer_class, c.party, c.standing, c.account_manager_id
""")

_DUE = text("""
select p.id from tier_proposals p join customers c on c.id = p.customer_id
where p.company = :company and p.state = 'confirmed' and p.ended_at is null and p.review_due_on <= :today
  and c.standing in ('active', 'suspended')
  and not exists (select 1 from tier_proposals n where n.customer_id = p.customer_id and n.state = 'proposed')
order by p.review_due_on, p.id limit :limit
""")


async def customer_for_update(session: AsyncSession, customer_id: UUID, companies: Sequence[str]) -> RowMapping | None:
    """A served customer's facts, locked."""
    bound = {"id": customer_id, "companies": list(companies)}
    return (await session.execute(_CUSTOMER, bound)).mappings().one_or_none()


async def get(session: AsyncSession, proposal_id: UUID, companies: Sequence[str]) -> TierProposalRow | None:
    """A proposal of one of the companies."""
    row = TierProposalRow
    query = select(row).where(row.id == proposal_id, row.company.in_(companies))
    return (await session.execute(query)).scalar_one_or_none()


async def get_for_update(session: AsyncSession, proposal_id: UUID) -> TierProposalRow:
    """The same, locked and as it is now."""
    query = select(TierProposalRow).where(TierProposalRow.id == proposal_id).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one()


async def waiting(session: AsyncSession, customer_id: UUID) -> TierProposalRow | None:
    """What waits for a decision on the customer, locked."""
    row = TierProposalRow
    query = select(row).where(row.customer_id == customer_id, row.state == ProposalState.PROPOSED.value)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(locked)).scalar_one_or_none()


async def in_force(session: AsyncSession, customer_id: UUID) -> TierProposalRow | None:
    """The decision in force."""
    row = TierProposalRow
    query = select(row).where(
        row.customer_id == customer_id, row.state == ProposalState.CONFIRMED.value, row.ended_at.is_(None)
    )
    return (await session.execute(query.order_by(row.in_force_at.desc()).limit(1))).scalar_one_or_none()


async def add(session: AsyncSession, row: TierProposalRow) -> None:
    """Store a proposal.  Raises: TierProposalWaitingError if another one waits."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if "uq_tier_proposals_standing" not in str(error.orig):
            raise
        raise TierProposalWaitingError("该客户已有待审核的级别建议") from error


async def put_in_force(session: AsyncSession, row: TierProposalRow, *, at: datetime, now: datetime) -> TierChange:
    """End what was in force or scheduled before, and set the customer's tier."""
    bound = {"customer_id": row.customer_id, "id": row.id, "at": at}
    await session.execute(_END, bound)
    await session.execute(_UNSCHEDULE, {"customer_id": row.customer_id, "id": row.id})
    values = {
        "customer_id": row.customer_id,
        "tier": row.tier,
        "rule": row.rule,
        "at": at,
        "policy_version": row.policy_version,
        "now": now,
    }
    return change_of((await session.execute(_SET_TIER, values)).one())


async def unschedule(session: AsyncSession, row: TierProposalRow) -> None:
    """A new decision for a later day takes the place of the one that waited for its day."""
    await session.execute(_UNSCHEDULE, {"customer_id": row.customer_id, "id": row.id})


async def effective(session: AsyncSession, company: str, *, today: date, limit: int) -> Sequence[TierProposalRow]:
    """Decisions whose day has come, oldest first, locked."""
    row = TierProposalRow
    query = select(row).where(
        row.company == company, row.state == ProposalState.SCHEDULED.value, row.effective_on <= today
    )
    locked = query.order_by(row.effective_on, row.id).limit(limit).with_for_update()
    return (await session.execute(locked)).scalars().all()


async def expired(session: AsyncSession, company: str, *, due_by: date, limit: int) -> Sequence[TierProposalRow]:
    """Decisions in force whose review was due by then and was not made, locked."""
    row = TierProposalRow
    query = select(row).where(
        row.company == company,
        row.state == ProposalState.CONFIRMED.value,
        row.ended_at.is_(None),
        row.review_due_on <= due_by,
    )
    locked = query.order_by(row.review_due_on, row.id).limit(limit).with_for_update()
    return (await session.execute(locked)).scalars().all()


async def fall_back(
    session: AsyncSession, row: TierProposalRow, *, tier: str, policy_version: str, now: datetime
) -> TierChange:
    """Nothing is confirmed of the customer any more: it has the pack's default tier."""
    await session.flush()
    values = {"customer_id": row.customer_id, "tier": tier, "policy_version": policy_version, "now": now}
    return change_of((await session.execute(_FALL_BACK, values)).one())


async def due(session: AsyncSession, company: str, *, today: date, limit: int) -> Sequence[UUID]:
    """Decisions in force that are due for review and about which nothing waits."""
    bound = {"company": company, "today": today, "limit": limit}
    return (await session.execute(_DUE, bound)).scalars().all()
