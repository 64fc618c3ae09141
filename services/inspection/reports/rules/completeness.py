"""What an archive must hold (domain.md 2.5), and what of it an inspection still lacks: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.inspection.findings.rules import FindingState, Remedy
from services.inspection.inspections.rules.states import InspectionState
from services.inspection.notices.rules import NoticeState

Missing = tuple[str, str]
"""Where, as a JSON pointer, and what, in Chinese."""
_ENDED = frozenset({NoticeState.CLOSED, NoticeState.CANCELLED})
_FALLEN = frozenset({FindingState.OVERTURNED, FindingState.VOID})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormStanding:
    """How far an inspection came."""

    state: str
    is_recorded: bool
    is_replied: bool
    needs_execution_plan: bool
    has_execution_plan: bool
    needs_signatures: bool = True
    """False for what another service's check told, unless the pack asks the department for a reply to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOf:
    """A notice on which a finding is or was."""

    number: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingStanding:
    """How far a finding was handled."""

    number: str
    state: str
    remedy: str
    is_good_example: bool
    is_mended: bool
    notices: Sequence[NoticeOf]


def missing_of(form: FormStanding, findings: Iterable[FindingStanding]) -> list[Missing]:
    """Everything that is missing, in the order of the archive; nothing = complete."""
    if form.state == InspectionState.VOID:
        return [("/state", "检查已作废，不归档。")]
    found: list[Missing] = []
    if form.needs_execution_plan and not form.has_execution_plan:
        found.append(("/execution_plan", "缺少检查前的实施方案。"))
    if not form.is_recorded:
        found.append(("/form", "缺少检查表。"))
    if form.needs_signatures and not form.is_replied:
        found.append(("/reply", "缺少被检查部门的答复与签字。"))
    if form.needs_signatures and form.state != InspectionState.SIGNED:
        found.append(("/signature", "缺少检查人员的签字。"))
    told: set[str] = set()
    for one in findings:
        found += _of_finding(one, told)
    return found


def _of_finding(one: FindingStanding, told: set[str]) -> list[Missing]:
    if one.state in _FALLEN:
        return []
    pointer = f"/findings/{one.number}"
    if one.state == FindingState.DRAFT:
        return [(pointer, f"发现 {one.number} 尚未确认。")]
    if one.state == FindingState.CONTESTED:
        return [(pointer, f"发现 {one.number} 有异议，尚未裁定。")]
    if one.is_good_example or one.remedy == Remedy.NONE:
        return []
    if one.remedy == Remedy.ON_SPOT:
        return [] if one.is_mended else [(pointer, f"发现 {one.number} 当场整改尚无记录。")]
    return _of_notices(one, told)


def _of_notices(one: FindingStanding, told: set[str]) -> list[Missing]:
    waiting = [notice for notice in one.notices if notice.state not in _ENDED]
    if not waiting and not any(notice.state == NoticeState.CLOSED for notice in one.notices):
        return [(f"/findings/{one.number}", f"发现 {one.number} 缺少整改通知书。")]
    found = []
    for notice in waiting:
        if notice.number not in told:  # several findings may hang on one
            told.add(notice.number)
            found.append((f"/notices/{notice.number}", f"整改通知书 {notice.number} 尚未办结，缺少整改报告或验收。"))
    return found
