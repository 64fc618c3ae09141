"""Filling an approved template for one case: the text goes to whoever asked, and nowhere else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service.clocks import book_of, governing_case, subject_of
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.steps import Call
from services.complaint.dossier.errors import TemplateUnfitError
from services.complaint.dossier.models import ReplyTemplateRow
from services.complaint.dossier.repository import templates as repository
from services.complaint.dossier.rules.replies import Placeholder, TemplateState, TemplateText, fill
from services.complaint.dossier.service.access import case_of, sees
from services.complaint.policy import Metric
from shared.access.scope import RowScope
from shared.audit.trail import record


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """A text for one case, made from one revision of a template."""

    template: ReplyTemplateRow
    text: str


async def draft_reply(call: Call, *, template_id: UUID) -> ReplyDraft:
    """Fill a template for the case; audited by template and case only.

    Raises: ComplaintNotFoundError, TemplateNotFoundError, TemplateUnfitError, PlaceholderEmptyError.
    """
    case = await case_of(call)
    template = await repository.get(call.session, template_id, RowScope.everything(case.company))
    _check_fit(template, case)
    text = fill(template.body, await _values(call, case, template.metric))
    await record(
        call.session,
        company=case.company,
        action="draft_reply",
        at=call.now,
        resource_type="complaint",
        resource_id=case.id,
        detail={"template_id": str(template.id), "revision": template.revision},
    )
    return ReplyDraft(template, text)


def _check_fit(template: ReplyTemplateRow, case: ComplaintRow) -> None:
    if template.state != TemplateState.APPROVED:
        raise TemplateUnfitError.at_pointer("/template_id", field="state")
    content = TemplateText(
        name=template.name, body=template.body, kind=template.kind, category=template.category, tier=template.tier
    )
    unfit = content.unfit_for(kind=case.kind, category=case.category, tier=case.tier)
    if unfit is not None:
        raise TemplateUnfitError.at_pointer("/template_id", field=unfit)


async def _values(call: Call, case: ComplaintRow, metric: str | None) -> dict[Placeholder, str | None]:
    governing = governing_case(call.governances, case)
    chapter, departments = governing.chapter, governing.policy.common.departments
    return {
        Placeholder.NUMBER: case.number,
        Placeholder.CATEGORY: chapter.categories[case.category].name,
        Placeholder.GRADE: chapter.grades[case.grade].name if case.grade else None,
        Placeholder.DEPARTMENT: departments[case.department].name if case.department in departments else None,
        Placeholder.OPENED_ON: _day(case.opened_at, governing.zone),
        Placeholder.DEADLINE: await _deadline(call, case, governing, metric or Metric.RESOLUTION.value),
        Placeholder.RESOLVED_ON: _day(case.resolved_at, governing.zone),
        Placeholder.RESOLUTION: case.resolution,
        Placeholder.EXTERNAL_REFERENCE: case.external_reference if sees(call.viewer, case) else None,
    }


async def _deadline(call: Call, case: ComplaintRow, governing: Governing, metric: str) -> str | None:
    subject = subject_of(case)
    views = await book_of(call.session, governing, call.now).clocks(subject.type, subject.id)
    running = [one for one in views if one.cycle == case.cycle and one.metric == metric and one.state != "cancelled"]
    if not running:
        return None
    at = max(running, key=lambda one: one.sequence).deadline_at
    return f"{at.astimezone(governing.zone):%Y年%m月%d日 %H:%M}" if at else None


def _day(at: datetime | None, zone: ZoneInfo) -> str | None:
    return f"{at.astimezone(zone):%Y年%m月%d日}" if at else None
