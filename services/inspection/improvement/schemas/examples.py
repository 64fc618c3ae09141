"""Bodies and answers of published good examples."""

from uuid import UUID

from pydantic import AwareDatetime

from services.inspection.improvement.rules.states import ExampleState
from shared.http.base_model import ApiModel, LongText, ShortText
from shared.http.page import Page


class GoodExampleDraft(ApiModel):
    """What is to be published, in words that name nobody."""

    finding_id: UUID
    title: ShortText
    words: LongText


class GoodExampleWithdraw(ApiModel):
    """Why it is taken back."""

    reason: LongText


class GoodExample(ApiModel):
    """A good example; nobody is named."""

    id: UUID
    company: str
    finding_id: UUID
    clause: str
    department: str
    title: str
    words: str
    state: ExampleState
    published_at: AwareDatetime | None
    withdrawn_at: AwareDatetime | None
    version: int


class GoodExamplePage(Page[GoodExample]):
    """A page of good examples, newest first."""
