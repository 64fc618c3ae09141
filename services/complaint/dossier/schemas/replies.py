"""Templates for replies, and replies drafted from them."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.complaint.dossier.rules.replies import TemplateState, TemplateText
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page


class ReplyTemplateChange(ApiModel):
    """What a template says, and for which cases; an empty condition means any."""

    name: ShortText
    body: LongText
    """Placeholders: {number} {category} {grade} {department} {opened_on} {deadline} {resolved_on} {resolution}
    {external_reference}."""
    kind: Code | None = None
    category: Code | None = None
    tier: Code | None = None
    metric: Code | None = None
    """Of which promise {deadline} is; empty means the resolution."""

    def content(self) -> TemplateText:
        """The facts of the form."""
        return TemplateText(
            name=self.name,
            body=self.body,
            kind=self.kind,
            category=self.category,
            tier=self.tier,
            metric=self.metric,
        )


class ReplyTemplateCreate(ReplyTemplateChange):
    """A new revision of a template."""

    code: Code


class ReplyTemplate(ApiModel):
    """One revision of a template."""

    id: UUID
    company: str
    code: str
    revision: int
    name: str
    body: str
    kind: str | None
    category: str | None
    tier: str | None
    metric: str | None
    state: TemplateState
    drafted_by: UUID
    drafted_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    retired_by: UUID | None
    retired_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """From the stored row."""
        return cls.model_validate(row)


class ReplyTemplatePage(Page[ReplyTemplate]):
    """One page of templates, newest first."""


class ReplyDraftAsk(ApiModel):
    """Which approved template is filled."""

    template_id: UUID


class ReplyDraft(ApiModel):
    """A text for one case; it is not stored."""

    template_id: UUID
    template_code: str
    template_revision: int
    text: str
