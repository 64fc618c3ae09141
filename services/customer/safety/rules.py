"""Outcomes of visits, attempts, check lists, states of hazards and plans, periods: pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from services.customer.policy_orders import DeadlineSource, OrderCommitment, OrderMetric
from services.customer.policy_safety import AttemptRule, Safety


class Outcome(StrEnum):
    """What came of a visit."""

    ENTERED = "entered"
    NOT_AT_HOME = "not_at_home"
    REFUSED = "refused"


class CheckResult(StrEnum):
    """One line of the check list."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


class HazardState(StrEnum):
    """Where a hazard stands."""

    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class PlanState(StrEnum):
    """Where a plan stands."""

    PLANNED = "planned"
    ORDERED = "ordered"
    ENTERED = "entered"
    EXHAUSTED = "exhausted"
    """Every attempt that the pack asks for was made; a later entry still counts."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class HazardFound:
    """A hazard as it is found."""

    kind: str
    description: str
    equipment_id: UUID | None = None
    severity: str | None = None
    """Null: what the pack says of the kind; never lighter."""
    is_gas_stopped: bool = False
    gas_not_stopped_reason: str | None = None
    told_by_way: str | None = None
    """Told to the customer on the spot, and how."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it is recorded."""

    outcome: Outcome
    visited_at: datetime
    customer_id: UUID | None = None
    premises_id: UUID | None = None
    order_id: UUID | None = None
    present_ids: tuple[UUID, ...] = ()
    is_notice_left: bool = False
    checks: Mapping[str, CheckResult] = field(default_factory=dict)
    equipment_checked: int = 0
    hazards: tuple[HazardFound, ...] = ()
    note: str | None = None
    file_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """When to try again, or that nobody need."""

    on: date | None
    is_exhausted: bool


Broken = list[tuple[str, str, str]]
"""Pointer, code and message of each fault."""


def attempt_rule(terms: Safety, outcome: Outcome) -> AttemptRule | None:
    """What the pack says of a visit without entry."""
    return {Outcome.NOT_AT_HOME: terms.not_at_home, Outcome.REFUSED: terms.refused}.get(outcome)


def next_attempt(rule: AttemptRule, *, of_outcome: int, visited_on: date) -> NextAttempt:
    """After the `of_outcome`-th visit of this outcome."""
    if of_outcome >= rule.at_most:
        return NextAttempt(None, is_exhausted=True)
    return NextAttempt(visited_on + timedelta(days=rule.spacing_days), is_exhausted=False)


def broken_visit(
    visit: Visit, terms: Safety, *, customer_class: str, now: datetime, known: Collection[str] = ()
) -> Broken:
    """What makes a visit contradictory; `known` are the kinds of hazards that are open at the home already."""
    broken: Broken = []
    if visit.visited_at > now:
        broken.append(("/visited_at", "in_future", "上门时间不得晚于现在"))
    elif visit.visited_at < now - timedelta(days=terms.recorded_within_days):
        broken.append(("/visited_at", "too_late", f"上门后 {terms.recorded_within_days} 天内须登记"))
    rule = attempt_rule(terms, visit.outcome)
    if rule is None:
        return broken + _broken_checks(visit, terms, customer_class, known)
    if visit.checks or visit.hazards or visit.equipment_checked:
        broken.append(("/outcome", "not_entered", "未入户不得登记检查结果或隐患"))
    if rule.is_notice_left and not visit.is_notice_left:
        broken.append(("/is_notice_left", "notice_missing", "未入户须留下安检通知单"))
    return broken


def _broken_checks(visit: Visit, terms: Safety, customer_class: str, known: Collection[str]) -> Broken:
    asked = {code: one for code, one in terms.checks.items() if not one.classes or customer_class in one.classes}
    broken: Broken = [
        (f"/checks/{code}", "unknown_check", "规章的检查表没有该项")
        for code in visit.checks
        if code not in terms.checks
    ]
    broken += [
        (f"/checks/{code}", "check_missing", f"检查表未填：{one.name}")
        for code, one in asked.items()
        if code not in visit.checks
    ]
    recorded = {one.kind for one in visit.hazards} | set(known)
    broken += [
        (f"/checks/{code}", "hazard_missing", f"{one.name}不合格，须登记隐患")
        for code, one in terms.checks.items()
        if visit.checks.get(code) is CheckResult.FAIL and one.hazard is not None and one.hazard not in recorded
    ]
    return broken


def broken_hazard(found: HazardFound, terms: Safety, *, ways: Collection[str], pointer: str) -> Broken:
    """What makes a hazard unacceptable to the pack."""
    kind = terms.kinds.get(found.kind)
    if kind is None:
        return [(f"{pointer}/kind", "unknown_hazard", "规章未定义该隐患种类")]
    if found.severity is not None and found.severity not in terms.severities:
        return [(f"{pointer}/severity", "unknown_severity", "规章未定义该隐患等级")]
    broken: Broken = []
    least = terms.severities[kind.severity]
    severity = terms.severities[severity_of(found, terms)]
    if severity.rank > least.rank:
        broken.append((f"{pointer}/severity", "too_light", f"该种隐患至少为{least.name}"))
    if severity.is_gas_stopped and not found.is_gas_stopped and not found.gas_not_stopped_reason:
        broken.append((f"{pointer}/is_gas_stopped", "gas_stop_missing", f"{severity.name}须停气，或说明未停气的原因"))
    if found.told_by_way is not None and found.told_by_way not in ways:
        broken.append((f"{pointer}/told_by_way", "unknown_way", "规章未定义该告知方式"))
    return broken


def severity_of(found: HazardFound, terms: Safety) -> str:
    """The severity stated, else the kind's own."""
    return found.severity or terms.kinds[found.kind].severity


def period_of(at: datetime, months: int) -> tuple[datetime, datetime]:
    """The period of whole months that holds `at`, counted from January of year 0, in the zone that `at` carries."""
    total = at.year * 12 + at.month - 1
    first = total - total % months
    start = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return _month(start, first), _month(start, first + months)


def _month(start: datetime, total: int) -> datetime:
    return start.replace(year=total // 12, month=total % 12 + 1)


@dataclass(frozen=True, slots=True)
class Due:
    """A commitment with the period that runs."""

    code: str
    commitment: OrderCommitment
    period_from: datetime
    period_until: datetime

    @property
    def json(self) -> dict[str, Any]:
        """The terms as the generating statement reads them."""
        one = self.commitment
        return {
            "commitment": self.code,
            "metric": one.metric.value,
            "tiers": list(one.tiers),
            "parties": list(one.parties),
            "is_standard": one.is_standard,
            "is_led": one.metric is OrderMetric.ATTENDANCE,
            "led_by": list(one.led_by),
            "performed_by": list(one.performed_by),
            "arranged_by": one.arranged_by,
            "done": list(one.done),
            "period_from": self.period_from.isoformat(),
            "period_until": self.period_until.isoformat(),
        }


def due_commitments(commitments: Mapping[str, OrderCommitment], work: str, at: datetime) -> list[Due]:
    """The periodical promises of the work, each with its period that holds `at` (civil time)."""
    return [
        Due(code, one, *period_of(at, one.every_months))
        for code, one in sorted(commitments.items())
        if work in one.works
        and one.every_months is not None
        and one.deadline_from is DeadlineSource.PERIOD_END
        and not one.places
    ]


ACTS: Mapping[str, Sequence[HazardState]] = {
    "tell": (HazardState.OPEN,),
    "stop_gas": (HazardState.OPEN,),
    "reinspect": (HazardState.OPEN,),
    "resolve": (HazardState.OPEN,),
    "withdraw": (HazardState.OPEN,),
    "restore_gas": (HazardState.RESOLVED, HazardState.WITHDRAWN),
}
"""From which state each step may be taken; gas comes back only after the hazard is gone."""

HazardAct = Literal["tell", "stop_gas", "reinspect", "resolve", "withdraw", "restore_gas"]
