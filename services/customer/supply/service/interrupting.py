"""An interruption from its plan or its begin to the moment when everybody has gas again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.service.work import Desk
from services.customer.policy_supply import Supply
from services.customer.registry.rules.days import civil
from services.customer.supply import repository
from services.customer.supply.errors import (
    AlreadyCaredError,
    InterruptionAreaError,
    InterruptionStepNotAllowedError,
    InterruptionTimesError,
    NotInterruptedError,
    UnknownSupplyCodeError,
)
from services.customer.supply.events import said
from services.customer.supply.models import InterruptedCustomerRow, InterruptionRow
from services.customer.supply.rules import (
    STEPS,
    Area,
    InterruptionAct,
    InterruptionKind,
    InterruptionState,
    broken_moment,
    broken_plan,
    minutes_until,
)
from shared.access.principal import Principal
from shared.audit.trail import record
from shared.contracts import interactions as contracts
from shared.errors import StaleError
from shared.ids import human_number
from shared.sla.promise import Subject

SUBJECT = "supply_interruption"
READ = "supply.read"
NUMBER_KIND = "TQ"
NOTICE, RESTORATION = "notice", "restoration"
NO_MEMBERS = "停气范围内没有在用的用气地址"


@dataclass(frozen=True, slots=True)
class InterruptionEntry:
    """What goes off where, from when, until when."""

    kind: InterruptionKind
    cause: str
    description: str
    area: Area = field(default_factory=Area)
    planned_from: datetime | None = None
    expected_until: datetime | None = None
    started_at: datetime | None = None
    order_id: UUID | None = None


async def record_interruption(desk: Desk, row_id: UUID, entry: InterruptionEntry) -> InterruptionRow:
    """Plan an interruption, or record one that began unplanned.

    A plan starts the clock of the notice, which ends the pack's lead time before the gas goes off.
    Raises: UnknownSupplyCodeError, InterruptionAreaError, InterruptionTimesError.
    """
    terms = desk.chapter.supply
    _check(entry, terms, desk.now)
    row = InterruptionRow(
        id=row_id,
        company=desk.principal.company,
        number=human_number(NUMBER_KIND, civil(desk.now), await repository.next_number(desk.session)),
        kind=entry.kind.value,
        cause=entry.cause,
        description=entry.description,
        state=InterruptionState.PLANNED.value,
        district=entry.area.district,
        community=entry.area.community,
        building=entry.area.building,
        premises_ids=list(entry.area.premises_ids),
        order_id=entry.order_id,
        planned_from=entry.planned_from,
        expected_until=entry.expected_until,
        customers=0,
        special_customers=0,
        notice_channels=[],
        recorded_by=desk.principal.staff_id,
        recorded_at=desk.now,
        owner_id=desk.principal.staff_id,
        team=desk.principal.team,
        department=terms.department,
        posts=[terms.post],
        policy_pack=desk.policy.pack,
        policy_version=desk.version,
        version=1,
    )
    await repository.add(desk.session, row)
    if entry.planned_from is not None and entry.kind is InterruptionKind.PLANNED:
        row.notice_due_at = entry.planned_from - timedelta(minutes=terms.notice.limit.budget or 0)
        promise = desk.promise(NOTICE, terms.notice, minutes=minutes_until(row.notice_due_at, desk.now))
        await desk.book.start(_subject(row), desk.stamp(desk.chapter.default_tier), [promise])
        await _tell(desk, row, contracts.CustomerInterruptionPlanned)
    else:
        await _begin(desk, row, entry.started_at or desk.now)
    return row


async def announce(desk: Desk, row_id: UUID, channels: Sequence[str], *, expected: int) -> InterruptionRow:
    """The customers were told: fixes who they are, stops the clock of the notice.

    Raises: InterruptionNotFoundError, StaleError, InterruptionStepNotAllowedError, UnknownSupplyCodeError,
    InterruptionAreaError.
    """
    row = await _take(desk, row_id, expected, InterruptionAct.ANNOUNCE)
    for place, channel in enumerate(channels):
        if channel not in desk.chapter.supply.notice_channels:
            raise UnknownSupplyCodeError.at(f"/channels/{place}")
    await _freeze(desk, row, None)
    row.announced_at, row.announced_by = desk.now, desk.principal.staff_id
    row.notice_channels = sorted(set(channels))
    await desk.book.stop(_subject(row), NOTICE, actor=desk.principal.actor)
    await _tell(desk, row, contracts.CustomerInterruptionAnnounced, notice_channels=row.notice_channels)
    return row


async def start(desk: Desk, row_id: UUID, started_at: datetime | None, *, expected: int) -> InterruptionRow:
    """The planned interruption began; one that nobody was told of leaves its notice clock to breach.

    Raises: as `announce`, InterruptionTimesError.
    """
    row = await _take(desk, row_id, expected, InterruptionAct.START)
    await _begin(desk, row, started_at or desk.now)
    return row


async def restore(
    desk: Desk, row_id: UUID, restored_at: datetime | None, premises_ids: Sequence[UUID], *, expected: int
) -> InterruptionRow:
    """Gas is back, everywhere or at some premises; with the last customer the interruption ends.

    Raises: as `announce`, InterruptionTimesError.
    """
    row = await _take(desk, row_id, expected, InterruptionAct.RESTORE)
    at = restored_at or desk.now
    if broken := broken_moment(at, now=desk.now, not_before=row.started_at, pointer="/restored_at"):
        raise InterruptionTimesError.of(broken)
    left = await repository.end(desk.session, row.id, premises_ids, at)
    if left:
        row.state = InterruptionState.STARTED.value
        await desk.session.flush()
        await _audit(desk, row, "customer.interruption_partly_restored", {"left": left})
        return row
    row.state, row.restored_at = InterruptionState.RESTORED.value, at
    await desk.book.stop(_subject(row), RESTORATION, occurred_at=at, actor=desk.principal.actor)
    await _tell(desk, row, contracts.CustomerInterruptionRestored)
    return row


async def cancel(desk: Desk, row_id: UUID, reason: str, *, expected: int) -> InterruptionRow:
    """It will not take place.  Raises: as `announce`."""
    row = await _take(desk, row_id, expected, InterruptionAct.CANCEL)
    row.state, row.ended_reason = InterruptionState.CANCELLED.value, reason
    await desk.book.cancel(_subject(row), reason="cancelled", actor=desk.principal.actor)
    await _tell(desk, row, contracts.CustomerInterruptionCancelled)
    return row


async def care(desk: Desk, row_id: UUID, customer_id: UUID, note: str) -> InterruptedCustomerRow:
    """Somebody saw to a customer who needs it.

    Raises: InterruptionNotFoundError, NotInterruptedError, AlreadyCaredError.
    """
    interruption = await repository.get(desk.session, row_id, [desk.principal.company])
    row = await one_customer(desk, row_id, customer_id)
    if row.cared_at is not None:
        raise AlreadyCaredError("已有人关照该客户")
    row.cared_by, row.cared_at, row.care_note = desk.principal.staff_id, desk.now, note
    await desk.session.flush()
    await _audit(desk, interruption, "customer.interruption_cared", {"customer_id": str(customer_id)})
    return row


async def read(desk: Desk, row_id: UUID) -> InterruptionRow:
    """One interruption.  Raises: InterruptionNotFoundError."""
    return await repository.get(desk.session, row_id, desk.principal.companies)


async def ensure_readable(session: AsyncSession, principal: Principal, row_id: UUID) -> None:
    """The caller may read it.  Raises: InterruptionNotFoundError."""
    await repository.get(session, row_id, principal.companies)


async def page(
    desk: Desk, *, state: str | None, customer_id: UUID | None = None, before: UUID | None, limit: int
) -> Sequence[InterruptionRow]:
    """Interruptions, newest first; of a customer those by which he is affected."""
    return await repository.page(
        desk.session, desk.principal.companies, state=state, customer_id=customer_id, before=before, limit=limit
    )


async def customers(
    desk: Desk, row_id: UUID, *, is_special: bool | None, after: UUID | None, limit: int
) -> Sequence[InterruptedCustomerRow]:
    """Who is affected.  Raises: InterruptionNotFoundError."""
    await read(desk, row_id)
    return await repository.customers(desk.session, row_id, is_special=is_special, after=after, limit=limit)


async def one_customer(desk: Desk, row_id: UUID, customer_id: UUID) -> InterruptedCustomerRow:
    """One of those affected.  Raises: InterruptionNotFoundError, NotInterruptedError."""
    await read(desk, row_id)
    row = await repository.customer(desk.session, row_id, customer_id)
    if row is None:
        raise NotInterruptedError("该客户不在停气范围内")
    return row


def _check(entry: InterruptionEntry, terms: Supply, now: datetime) -> None:
    if entry.cause not in terms.causes:
        raise UnknownSupplyCodeError.at("/cause")
    if broken := entry.area.broken():
        raise InterruptionAreaError.of(broken)
    if entry.kind is InterruptionKind.PLANNED:
        if broken := broken_plan(entry.planned_from, entry.expected_until, now=now):
            raise InterruptionTimesError.of(broken)
    elif entry.expected_until is not None and entry.expected_until <= (entry.started_at or now):
        raise InterruptionTimesError.of([("/expected_until", "before_start", "预计恢复时间须晚于停气时间")])


async def _begin(desk: Desk, row: InterruptionRow, at: datetime) -> None:
    """The gas is off: the clock of restoration runs, to the time that was named or by the pack's limit."""
    if broken := broken_moment(at, now=desk.now, not_before=row.announced_at, pointer="/started_at"):
        raise InterruptionTimesError.of(broken)
    if row.frozen_at is None:
        await _freeze(desk, row, at)
    else:
        await repository.begin(desk.session, row.id, at)
    row.state, row.started_at = InterruptionState.STARTED.value, at
    minutes = None if row.expected_until is None else minutes_until(row.expected_until, at)
    promise = desk.promise(RESTORATION, desk.chapter.supply.restoration, minutes=minutes)
    await desk.book.start(_subject(row), desk.stamp(desk.chapter.default_tier), [promise], started_at=at)
    await _tell(desk, row, contracts.CustomerInterruptionStarted)


async def _freeze(desk: Desk, row: InterruptionRow, since: datetime | None) -> None:
    terms = desk.chapter.supply
    row.customers, row.special_customers = await repository.freeze(
        desk.session, row, tiers=terms.special_tiers, tags=terms.special_tags, since=since, now=desk.now
    )
    if row.customers == 0:
        raise InterruptionAreaError.of([("/area", "area_unused", NO_MEMBERS)])
    row.frozen_at = desk.now


async def _take(desk: Desk, row_id: UUID, expected: int, act: InterruptionAct) -> InterruptionRow:
    row = await repository.get(desk.session, row_id, [desk.principal.company], locked=True)
    if row.version != expected:
        raise StaleError("停气记录已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
    allowed, after = STEPS[act]
    if InterruptionState(row.state) not in allowed:
        raise InterruptionStepNotAllowedError("停气记录的当前状态不允许此步骤。")
    if act in (InterruptionAct.ANNOUNCE, InterruptionAct.CANCEL):
        row.state = after.value
    row.version += 1
    return row


def _subject(row: InterruptionRow) -> Subject:
    return Subject(type=SUBJECT, id=row.id, company=row.company, matter_id=row.id, routing=row.routing, title=row.cause)


async def _audit(desk: Desk, row: InterruptionRow, action: str, detail: dict[str, object]) -> None:
    await record(
        desk.session,
        company=row.company,
        action=action,
        at=desk.now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, **detail},
    )


async def _tell(
    desk: Desk, row: InterruptionRow, kind: type[contracts.InterruptionFact], **more: Sequence[str]
) -> None:
    await desk.tell(said(row, kind, desk.now, **more), (SUBJECT, row.id, row.version), kind.TYPE, matter_id=row.id)
