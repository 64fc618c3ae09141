"""The order's states, what may be done in each, and which promise each verb answers: pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from services.customer.orders.errors import (
    OccurredBeforeOrderError,
    OccurredInFutureError,
    OrderStepNotAllowedError,
    StageMissingError,
)
from services.customer.policy_orders import OrderMetric, WorkStage


class OrderState(StrEnum):
    """Where an order stands."""

    REQUESTED = "requested"
    APPOINTED = "appointed"
    DISPATCHED = "dispatched"
    ARRIVED = "arrived"
    WORKING = "working"
    IMPEDED = "impeded"
    """Meter or technique prevents the work; a solution is owed."""
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    """The customer confirmed the work."""
    ACCEPTED = "accepted"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class OrderAct(StrEnum):
    """What may be done to an order."""

    OPEN = "open"
    ACKNOWLEDGE = "acknowledge"
    APPOINT = "appoint"
    MARK_READY = "mark_ready"
    ORDER_GAS_ON = "order_gas_on"
    DISPATCH = "dispatch"
    ARRIVE = "arrive"
    ENTER = "enter"
    START = "start"
    ATTEND = "attend"
    IMPEDE = "impede"
    NAME_SOLUTION = "name_solution"
    PROGRESS = "progress"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    CONFIRM = "confirm"
    INVITE = "invite"
    ACCEPT = "accept"
    REPORT = "report"
    CLOSE = "close"
    CANCEL = "cancel"


class OrderOrigin(StrEnum):
    """What an order came from."""

    REQUEST = "request"
    AUTHORITY = "authority"
    PLAN = "plan"
    FOLLOW_UP = "follow_up"
    FILED_AFTERWARDS = "filed_afterwards"
    INTERRUPTION = "interruption"


class Queue(StrEnum):
    """The lists that a desk works from."""

    DISPATCH = "dispatch"
    """Not yet dispatched, in the order in which to dispatch."""


S, A = OrderState, OrderAct
WAITING = (S.REQUESTED, S.APPOINTED)
UNDER_WAY = (S.DISPATCHED, S.ARRIVED, S.WORKING)
BEFORE_COMPLETION = (*WAITING, *UNDER_WAY, S.IMPEDED)
AFTER_COMPLETION = (S.COMPLETED, S.CONFIRMED, S.ACCEPTED, S.REPORTED)

_ON_SITE = (S.ARRIVED, S.WORKING, S.IMPEDED)

ALLOWED: Mapping[OrderAct, frozenset[OrderState]] = MappingProxyType(
    {
        A.ACKNOWLEDGE: frozenset(WAITING),
        A.APPOINT: frozenset((*WAITING, S.DISPATCHED, S.IMPEDED)),
        A.MARK_READY: frozenset(BEFORE_COMPLETION),
        A.ORDER_GAS_ON: frozenset(BEFORE_COMPLETION),
        A.DISPATCH: frozenset((*WAITING, S.DISPATCHED, S.IMPEDED)),
        A.ARRIVE: frozenset({S.DISPATCHED}),
        A.ENTER: frozenset(_ON_SITE),
        A.START: frozenset({S.ARRIVED, S.IMPEDED}),
        A.ATTEND: frozenset(BEFORE_COMPLETION),
        A.IMPEDE: frozenset({S.ARRIVED, S.WORKING}),
        A.NAME_SOLUTION: frozenset({S.IMPEDED}),
        A.PROGRESS: frozenset((S.DISPATCHED, *_ON_SITE)),
        A.PAUSE: frozenset(BEFORE_COMPLETION),
        A.RESUME: frozenset(BEFORE_COMPLETION),
        A.COMPLETE: frozenset(BEFORE_COMPLETION),
        A.CONFIRM: frozenset({S.COMPLETED}),
        A.INVITE: frozenset({S.COMPLETED, S.CONFIRMED}),
        A.ACCEPT: frozenset({S.COMPLETED, S.CONFIRMED}),
        A.REPORT: frozenset({S.COMPLETED, S.CONFIRMED, S.ACCEPTED}),
        A.CLOSE: frozenset(AFTER_COMPLETION),
        A.CANCEL: frozenset(BEFORE_COMPLETION),
    }
)
"""From which states each act is allowed; the kind of work's own path narrows completion and close."""

LEADS_TO: Mapping[OrderAct, OrderState] = MappingProxyType(
    {
        A.DISPATCH: S.DISPATCHED,
        A.ARRIVE: S.ARRIVED,
        A.START: S.WORKING,
        A.IMPEDE: S.IMPEDED,
        A.COMPLETE: S.COMPLETED,
        A.CONFIRM: S.CONFIRMED,
        A.ACCEPT: S.ACCEPTED,
        A.REPORT: S.REPORTED,
        A.CLOSE: S.CLOSED,
        A.CANCEL: S.CANCELLED,
    }
)
"""What is not named stays in its state; an appointment leads a waiting order to `appointed`."""

STOPS: Mapping[OrderAct, tuple[OrderMetric, ...]] = MappingProxyType(
    {
        A.ACKNOWLEDGE: (OrderMetric.RESPONSE,),
        A.APPOINT: (OrderMetric.RESPONSE,),
        A.ARRIVE: (OrderMetric.RESPONSE, OrderMetric.ARRIVAL),
        A.NAME_SOLUTION: (OrderMetric.SOLUTION,),
        A.COMPLETE: (
            *(OrderMetric.RESPONSE, OrderMetric.COMPLETION),
            *(OrderMetric.SOLUTION, OrderMetric.SOLUTION_DUE),
        ),
        A.INVITE: (OrderMetric.ACCEPTANCE,),
        A.ACCEPT: (OrderMetric.ACCEPTANCE,),
        A.REPORT: (OrderMetric.REPORT,),
    }
)
"""The promises that an act answers; attendance and progress have conditions of their own."""

_STAGE_OF = {
    "dispatched_at": WorkStage.DISPATCHED,
    "arrived_at": WorkStage.ARRIVED,
    "completed_at": WorkStage.COMPLETED,
    "confirmed_at": WorkStage.CONFIRMED,
    "accepted_at": WorkStage.ACCEPTED,
    "reported_at": WorkStage.REPORTED,
}


def check(act: OrderAct, state: OrderState) -> OrderState:
    """The state after the act.  Raises: OrderStepNotAllowedError."""
    if state not in ALLOWED[act]:
        raise OrderStepNotAllowedError.of(act.value, state.value)
    if act is A.APPOINT and state is S.REQUESTED:
        return S.APPOINTED
    return LEADS_TO.get(act, state)


def ensure_passed(act: OrderAct, needed: Sequence[WorkStage], passed: Collection[WorkStage]) -> None:
    """Whether every stage that the act needs lies behind the order.  Raises: StageMissingError."""
    missing = [stage.value for stage in needed if stage not in passed]
    if missing:
        raise StageMissingError.of(act.value, missing)


def passed_stages(times: Mapping[str, datetime | None]) -> set[WorkStage]:
    """The stages that lie behind an order with these times."""
    return {stage for name, stage in _STAGE_OF.items() if times.get(name) is not None}


def before_completion(path: Sequence[WorkStage]) -> list[WorkStage]:
    """What must lie behind an order before its work is complete."""
    return [stage for stage in path if stage in (WorkStage.DISPATCHED, WorkStage.ARRIVED)]


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, and the instant that it is judged by (sla.md 10)."""

    occurred_at: datetime
    judged_at: datetime


def moment_of(occurred_at: datetime | None, *, now: datetime, since: datetime, window_minutes: int) -> Moment:
    """Judge an act on when it happened; older than the pack's window it counts at the window's edge.

    `since` is when the order was requested.  Raises: OccurredInFutureError, OccurredBeforeOrderError.
    """
    if occurred_at is None:
        return Moment(now, now)
    if occurred_at > now:
        raise OccurredInFutureError.at_pointer("/occurred_at")
    if occurred_at < since:
        raise OccurredBeforeOrderError.at_pointer("/occurred_at")
    return Moment(occurred_at, max(occurred_at, now - timedelta(minutes=window_minutes)))


def period_end(since: datetime, months: int) -> datetime:
    """The end of a period of whole months that begins with `since`, in the zone that `since` carries."""
    total = since.month - 1 + months
    first = since.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.replace(year=since.year + total // 12, month=total % 12 + 1)
