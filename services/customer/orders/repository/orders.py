"""Single orders: insert, read under a scope, lock, count what a crew has under way."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, bindparam, func, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.accounts.models import ContractRow
from services.customer.orders.errors import AuthorisationUsedError, OrderNotFoundError
from services.customer.orders.models import ORDER_NUMBERS, OrderActRow, ServiceOrderRow
from services.customer.orders.rules.states import UNDER_WAY
from services.customer.registry.models import CustomerRow, MeterRow, PremisesRow
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope, ScopeColumns
from shared.database.locks import one_at_a_time

Row = ServiceOrderRow
COLUMNS = ScopeColumns(
    company=Row.company, owners=(Row.owner_id,), team=Row.team, department=Row.department, posts=Row.posts
)
AUTHORISATION = "uq_service_orders_authorisation"


def in_scope(scope: RowScope) -> ColumnElement[bool]:
    """The rows of a scope; whoever was sent, leads or arranges reaches the order as an owner does."""
    clause = scope.clause(COLUMNS)
    if scope.level is ScopeLevel.COMPANY or not scope.staff_ids:
        return clause
    people = bindparam(None, list(scope.staff_ids), type_=ARRAY(Uuid), unique=True)
    own = or_(Row.assigned_ids.op("&&")(people), Row.led_by_ids.op("&&")(people))
    return or_(clause, and_(Row.company.in_(scope.companies), own))


async def next_number(session: AsyncSession) -> int:
    """The next of the sequence of order numbers."""
    number: int = (await session.execute(select(ORDER_NUMBERS.next_value()))).scalar_one()
    return number


async def add(session: AsyncSession, row: ServiceOrderRow) -> None:
    """Insert an order.  Raises: AuthorisationUsedError."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        if AUTHORISATION in str(error.orig):
            raise AuthorisationUsedError("该授权已有工单。") from error
        raise


async def get(session: AsyncSession, order_id: UUID, scope: RowScope, *, lock: bool = False) -> ServiceOrderRow:
    """One order of the scope.  Raises: OrderNotFoundError."""
    query = select(Row).where(Row.id == order_id, in_scope(scope))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.scalars(query)).one_or_none()
    if row is None:
        raise OrderNotFoundError
    return row


async def customer(session: AsyncSession, company: str, customer_id: UUID) -> CustomerRow | None:
    """The customer, if the company's; as it stands, not locked."""
    query = select(CustomerRow).where(CustomerRow.id == customer_id, CustomerRow.company == company)
    return (await session.scalars(query)).one_or_none()


async def premises(session: AsyncSession, company: str, premises_id: UUID) -> PremisesRow | None:
    """The premises, if the company's."""
    query = select(PremisesRow).where(PremisesRow.id == premises_id, PremisesRow.company == company)
    return (await session.scalars(query)).one_or_none()


async def only_premises(session: AsyncSession, customer_id: UUID) -> UUID | None:
    """The customer's primary premises in use, or the only ones."""
    query = (
        select(PremisesRow.id)
        .where(PremisesRow.customer_id == customer_id, PremisesRow.state == "in_use")
        .order_by(PremisesRow.is_primary.desc(), PremisesRow.id)
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def meter(session: AsyncSession, company: str, meter_id: UUID) -> MeterRow | None:
    """The meter, if the company's."""
    query = select(MeterRow).where(MeterRow.id == meter_id, MeterRow.company == company)
    return (await session.scalars(query)).one_or_none()


async def contract(session: AsyncSession, company: str, contract_id: UUID) -> ContractRow | None:
    """The contract, if the company's."""
    query = select(ContractRow).where(ContractRow.id == contract_id, ContractRow.company == company)
    return (await session.scalars(query)).one_or_none()


async def hold_crew(session: AsyncSession, company: str, team: str) -> None:
    """One transaction at a time fills a crew."""
    await one_at_a_time(session, f"crew|{company}|{team}")


async def under_way(session: AsyncSession, company: str, team: str, *, but: UUID) -> int:
    """How many orders the team has under way, this one left out."""
    query = select(func.count()).where(
        Row.company == company, Row.team == team, Row.state.in_([state.value for state in UNDER_WAY]), Row.id != but
    )
    return (await session.execute(query)).scalar_one()


async def loads(session: AsyncSession, company: str, staff_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many orders each of these people has under way."""
    statement = text(
        "select who, count(*) as n from service_orders, unnest(assigned_ids) as who where company = :company"
        " and state in ('dispatched', 'arrived', 'working') and who = any(:ids) group by who"
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid)))
    rows = await session.execute(statement, {"company": company, "ids": list(staff_ids)})
    return {row.who: row.n for row in rows}


async def entered_before(
    session: AsyncSession, row: ServiceOrderRow, *, since: datetime, until: datetime
) -> UUID | None:
    """The last order of the same kind for which the same home was entered since then."""
    query = (
        select(Row.id)
        .where(
            Row.premises_id == row.premises_id,
            Row.work == row.work,
            Row.id != row.id,
            Row.entered_at.is_not(None),
            Row.entered_at > since,
            Row.entered_at <= until,
        )
        .order_by(Row.entered_at.desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()


async def acts(session: AsyncSession, order_id: UUID) -> Sequence[OrderActRow]:
    """What was done to an order, in the order of its recording."""
    query = select(OrderActRow).where(OrderActRow.order_id == order_id).order_by(OrderActRow.id)
    return (await session.scalars(query)).all()
