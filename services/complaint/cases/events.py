"""Case → contract fact; one small function per event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.cases.models import AnyCase
from shared.contracts import complaint as contracts
from shared.events.fact import Fact


def _said_of(case: AnyCase, occurred_at: datetime) -> dict[str, Any]:
    return {
        "complaint_id": case.id,
        "number": case.number,
        "kind": case.kind,
        "channel": case.channel,
        "category": case.category,
        "grade": case.grade,
        "tier": case.tier,
        "state": case.state,
        "cycle": case.cycle,
        "customer_id": case.told_customer_id,
        "occurred_at": occurred_at,
        "routing": case.routing,
    }


def fact(case: AnyCase, payload: contracts.ComplaintFact, now: datetime) -> Fact:
    """The envelope's own part: which case, which version, which matter."""
    return Fact(
        payload=payload,
        company=case.company,
        aggregate_type="complaint",
        aggregate_id=case.id,
        aggregate_version=case.version,
        time=now,
        matter_id=case.matter_id,
    )


def opened(case: AnyCase, now: datetime) -> Fact:
    """`complaint.opened`."""
    payload = contracts.ComplaintOpened(
        **_said_of(case, case.opened_at),
        is_tier_default=case.is_tier_default,
        first_responsible_id=case.first_responsible_id,
        external_source=case.external_source,
        repeat_of_id=case.repeat_of_id if case.withheld_circumstance is None else None,
    )
    return fact(case, payload, now)


def stepped(
    case: AnyCase,
    kind: type[contracts.ComplaintFact],
    occurred_at: datetime,
    now: datetime,
    *,
    tells: Sequence[str] = (),
    **said: Any,
) -> Fact:
    """A plain step's fact: acknowledged, assessed …; `said` is what this kind says besides, `tells` posts are told."""
    return fact(case, kind(**told(case, occurred_at, tells), **said), now)


def told(case: AnyCase, occurred_at: datetime, posts: Sequence[str] = ()) -> dict[str, Any]:
    """What every fact of a case says, routed to its holder and to `posts`."""
    said = _said_of(case, occurred_at)
    if posts:
        said["routing"] = case.routing.model_copy(update={"posts": sorted({*case.routing.posts, *posts})})
    return said


def emergency_started(case: AnyCase, steps: list[str], posts: list[str], now: datetime) -> Fact:
    """`complaint.emergency_started`, routed to the posts that must be informed."""
    return stepped(case, contracts.ComplaintEmergencyStarted, now, now, tells=posts, steps=steps)


def emergency_step_done(case: AnyCase, step: str, occurred_at: datetime, now: datetime) -> Fact:
    """`complaint.emergency_step_done`."""
    return stepped(case, contracts.ComplaintEmergencyStepDone, occurred_at, now, step=step)


def holder_before(owner_id: UUID | None, department: str | None) -> dict[str, Any]:
    """Who held the case before a transfer."""
    return {"from_owner_id": owner_id, "from_department": department}
