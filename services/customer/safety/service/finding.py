"""Finding hazards: accepted by the pack, stored, their clocks started; seen again while they stand."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.customer.safety import events
from services.customer.safety.errors import HazardInvalidError, SafetyPlaceError
from services.customer.safety.models import HazardRow, InspectionRow
from services.customer.safety.repository import hazards as repository
from services.customer.safety.repository import visits
from services.customer.safety.rules import Broken, HazardFound, HazardState, broken_hazard, severity_of
from services.customer.safety.service import following
from services.customer.safety.service.desk import SafetyDesk
from shared.contracts import safety as contracts
from shared.ids import human_number, new_id
from shared.sla.promise import Subject

SUBJECT = "hazard"
NUMBER_KIND = "YH"
FOLLOW_UP, TELLING = "follow_up", "telling"


async def ensure_acceptable(
    desk: SafetyDesk,
    found: Sequence[HazardFound],
    customer_id: UUID,
    premises_id: UUID | None,
    *,
    pointer: str = "/hazards",
) -> None:
    """The pack accepts each hazard, and its equipment stands there.  Raises: HazardInvalidError, SafetyPlaceError."""
    ways = desk.base.terms.deliveries
    broken: Broken = []
    seen: set[tuple[str, UUID | None]] = set()
    for place, one in enumerate(found):
        at = f"{pointer}/{place}" if pointer else ""
        broken += broken_hazard(one, desk.terms, ways=ways, pointer=at)
        if (one.kind, one.equipment_id) in seen:
            broken.append((f"{at}/kind", "named_twice", "同一隐患登记了两次"))
        seen.add((one.kind, one.equipment_id))
        if one.equipment_id is not None and (
            premises_id is None
            or not await repository.is_equipment(
                desk.base.session, desk.company, one.equipment_id, customer_id, premises_id
            )
        ):
            raise SafetyPlaceError.at(f"{at}/equipment_id", "该地址没有这台设备")
    if broken:
        raise HazardInvalidError.of(broken)


async def find(desk: SafetyDesk, found: HazardFound, visit: InspectionRow, premises_id: UUID) -> HazardRow:
    """Store a hazard that a visit found.  Raises: HazardKnownError."""
    row = _row(desk, found, visit.customer_id, premises_id, at=visit.visited_at, tier=visit.tier)
    row.inspection_id, row.order_id, row.matter_id = visit.id, visit.order_id, visit.matter_id
    return await _store(desk, row, found)


async def report_hazard(
    desk: SafetyDesk, row_id: UUID, found: HazardFound, customer_id: UUID, premises_id: UUID | None, at: datetime | None
) -> HazardRow:
    """A hazard that was found outside an inspection.

    Raises: SafetyPlaceError, HazardInvalidError, HazardKnownError.
    """
    home = await visits.home(desk.base.session, desk.company, customer_id)
    if home is None:
        raise SafetyPlaceError.at("/customer_id", "没有这个客户，或已合并、撤销")
    place = await visits.premises(desk.base.session, desk.company, customer_id, premises_id)
    if place is None:
        raise SafetyPlaceError.at("/premises_id", "没有这个用气地址，或不属于该客户")
    if at is not None and at > desk.now:
        raise HazardInvalidError.of([("/found_at", "in_future", "发现时间不得晚于现在")])
    await ensure_acceptable(desk, [found], customer_id, place, pointer="")
    row = _row(desk, found, customer_id, place, at=at or desk.now, tier=home.tier)
    row.id = row.matter_id = row_id
    return await _store(desk, row, found)


async def see_again(desk: SafetyDesk, row: HazardRow, visit: InspectionRow) -> None:
    """The hazard that stands was found once more: no second clock."""
    row.seen_again += 1
    row.last_seen_at = max(row.last_seen_at, visit.visited_at)
    row.version += 1
    await tell_updated(desk, row, "see_again")


def subject_of(row: HazardRow) -> Subject:
    """The hazard as its clocks know it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=row.kind,
    )


async def tell_updated(desk: SafetyDesk, row: HazardRow, act: str, *, reason: str | None = None) -> None:
    """Fact and audit row of a step."""
    payload = events.of_hazard(
        row, contracts.CustomerHazardUpdated, act=act, state=row.state, follow_up_order_id=row.follow_up_order_id
    )
    aggregate = (SUBJECT, row.id, row.version)
    await desk.base.tell(payload, aggregate, f"{act}_hazard", matter_id=row.matter_id, reason=reason)


def _row(
    desk: SafetyDesk, found: HazardFound, customer_id: UUID, premises_id: UUID, *, at: datetime, tier: str
) -> HazardRow:
    principal, row_id = desk.base.principal, new_id()
    is_told = found.told_by_way is not None
    return HazardRow(
        id=row_id,
        company=desk.company,
        customer_id=customer_id,
        premises_id=premises_id,
        equipment_id=found.equipment_id,
        kind=found.kind,
        severity=severity_of(found, desk.terms),
        description=found.description,
        state=HazardState.OPEN.value,
        tier=tier,
        found_at=at,
        found_by=principal.staff_id,
        seen_again=0,
        last_seen_at=at,
        told_at=at if is_told else None,
        told_by=principal.staff_id if is_told else None,
        told_by_way=found.told_by_way,
        gas_stopped_at=at if found.is_gas_stopped else None,
        gas_stopped_by=principal.staff_id if found.is_gas_stopped else None,
        gas_not_stopped_reason=None if found.is_gas_stopped else found.gas_not_stopped_reason,
        follow_ups=0,
        proof_ids=[],
        owner_id=principal.staff_id,
        team=principal.team,
        department=desk.terms.department,
        posts=[desk.terms.post],
        matter_id=row_id,
        policy_pack=desk.base.policy.pack,
        policy_version=desk.base.version,
        recorded_at=desk.now,
        version=1,
    )


async def _store(desk: SafetyDesk, row: HazardRow, found: HazardFound) -> HazardRow:
    base, terms = desk.base, desk.terms.severities[row.severity]
    row.number = human_number(NUMBER_KIND, desk.civil(desk.now), await repository.next_number(base.session))
    await repository.add(base.session, row)
    promises = [base.promise(FOLLOW_UP, terms.follow_up)]
    if found.told_by_way is None:
        promises.append(base.promise(TELLING, desk.terms.telling))
    await base.book.start(subject_of(row), base.stamp(row.tier), promises, started_at=row.found_at)
    payload = events.of_hazard(row, contracts.CustomerHazardFound)
    action = contracts.CustomerHazardFound.TYPE
    await base.tell(payload, (SUBJECT, row.id, row.version), action, matter_id=row.matter_id)
    if terms.is_reinspected_at_once:
        await following.open_follow_up(desk, row, subject_of(row))
    return row
