"""Templates for replies: drafted, approved by the office by four eyes, retired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.governing import Governances, Governing
from services.complaint.dossier import events
from services.complaint.dossier.errors import RecordCodeUnknownError, TemplateApproverError
from services.complaint.dossier.models import ReplyTemplateRow
from services.complaint.dossier.repository import templates as repository
from services.complaint.dossier.rules.replies import (
    TemplateAct,
    TemplateState,
    TemplateText,
    check_act,
    placeholders_of,
)
from services.complaint.policy import Metric
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts import dossier as contracts
from shared.errors import StaleError
from shared.events import outbox


@dataclass(frozen=True, slots=True)
class TemplateCall:
    """Who works on templates, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    now: datetime

    @property
    def governing(self) -> Governing:
        """The revision in force: templates serve cases to come."""
        return self.governances.in_force(self.principal.company, self.now)


async def draft(call: TemplateCall, template_id: UUID, code: str, content: TemplateText) -> ReplyTemplateRow:
    """Write a new revision of a template.

    Raises: RecordCodeUnknownError, PlaceholderUnknownError, TemplateDraftOpenError.
    """
    _check(call, content)
    row = ReplyTemplateRow(
        id=template_id,
        company=call.principal.company,
        code=code,
        revision=await repository.newest_revision(call.session, call.principal.company, code) + 1,
        state=TemplateState.DRAFT.value,
        version=1,
    )
    _say(call, row, content)
    await repository.add(call.session, row)
    return await _finish(call, row, "draft", contracts.ReplyTemplateDrafted)


async def redraft(call: TemplateCall, template_id: UUID, version: int, content: TemplateText) -> ReplyTemplateRow:
    """Change a draft.  Raises: as `_take`, RecordCodeUnknownError, PlaceholderUnknownError."""
    row = await _take(call, template_id, version, TemplateAct.REDRAFT)
    _check(call, content)
    _say(call, row, content)
    return await _finish(call, row, "redraft", contracts.ReplyTemplateDrafted)


async def approve(call: TemplateCall, template_id: UUID, version: int) -> ReplyTemplateRow:
    """Let a draft be used; the revision in use so far is retired.  Raises: as `_take`, TemplateApproverError."""
    row = await _take(call, template_id, version, TemplateAct.APPROVE)
    _check_approver(call, row)
    before = await repository.approved(call.session, row.company, row.code)
    if before is not None:
        await _retire(call, before)
    row.state, row.approved_by, row.approved_at = TemplateState.APPROVED.value, call.principal.staff_id, call.now
    return await _finish(call, row, "approve", contracts.ReplyTemplateApproved)


async def retire(call: TemplateCall, template_id: UUID, version: int) -> ReplyTemplateRow:
    """Take a template out of use.  Raises: as `_take`."""
    row = await _take(call, template_id, version, TemplateAct.RETIRE)
    row.version -= 1
    return await _retire(call, row)


async def read(call: TemplateCall, template_id: UUID) -> ReplyTemplateRow:
    """One template.  Raises: TemplateNotFoundError."""
    return await repository.get(call.session, template_id, call.scope)


async def page(
    call: TemplateCall, wanted: Mapping[str, str | None], *, before: UUID | None, limit: int
) -> Sequence[ReplyTemplateRow]:
    """Templates, newest first."""
    return await repository.page(call.session, call.scope, wanted, before=before, limit=limit)


async def _take(call: TemplateCall, template_id: UUID, version: int, act: TemplateAct) -> ReplyTemplateRow:
    """Lock the template and guard version and state.

    Raises: TemplateNotFoundError, StaleError, TemplateStepNotAllowedError.
    """
    row = await repository.get(call.session, template_id, call.scope, lock=True)
    if row.version != version:
        raise StaleError("模板已被他人修改，请重新读取后再操作。")
    check_act(act, row.state)
    row.version += 1
    return row


async def _retire(call: TemplateCall, row: ReplyTemplateRow) -> ReplyTemplateRow:
    row.version += 1
    row.state, row.retired_by, row.retired_at = TemplateState.RETIRED.value, call.principal.staff_id, call.now
    return await _finish(call, row, "retire", contracts.ReplyTemplateRetired)


async def _finish(
    call: TemplateCall,
    row: ReplyTemplateRow,
    act: str,
    kind: type[contracts.ReplyTemplateDrafted | contracts.ReplyTemplateApproved | contracts.ReplyTemplateRetired],
) -> ReplyTemplateRow:
    await call.session.flush()
    await record(
        call.session,
        company=row.company,
        action=f"{act}_reply_template",
        at=call.now,
        resource_type="reply_template",
        resource_id=row.id,
        detail={"code": row.code, "revision": row.revision, "version": row.version},
    )
    posts = list(call.governing.chapter.dossier.replies.approved_by)
    await outbox.add(call.session, events.template(row, kind, posts, call.now))
    return row


def _say(call: TemplateCall, row: ReplyTemplateRow, content: TemplateText) -> None:
    for name in ("name", "body", "kind", "category", "tier", "metric"):
        setattr(row, name, getattr(content, name))
    row.drafted_by, row.drafted_at = call.principal.staff_id, call.now


def _check(call: TemplateCall, content: TemplateText) -> None:
    chapter = call.governing.chapter
    known = (
        ("kind", content.kind, chapter.kinds),
        ("category", content.category, chapter.categories),
        ("tier", content.tier, call.governing.policy.common.tiers),
        ("metric", content.metric, {metric.value for metric in Metric}),
    )
    for name, given, allowed in known:
        if given is not None and given not in allowed:
            raise RecordCodeUnknownError.at_pointer(f"/{name}", field=name)
    placeholders_of(content.body)


def _check_approver(call: TemplateCall, row: ReplyTemplateRow) -> None:
    posts = call.governing.chapter.dossier.replies.approved_by
    if not any(call.principal.holds(post) for post in posts):
        raise TemplateApproverError("现行规章规定由其他岗位批准模板。")
    if call.principal.is_self(row.drafted_by):
        raise TemplateApproverError("起草人不得批准自己的模板。")
