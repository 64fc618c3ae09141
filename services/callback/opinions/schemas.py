"""Bodies and answers of the opinions."""

from uuid import UUID

from pydantic import AwareDatetime

from services.callback.opinions.rules import OpinionState
from shared.http.base_model import ApiModel, LongText
from shared.http.page import Page


class OpinionAnswer(ApiModel):
    """The department's answer."""

    answer: LongText


class Opinion(ApiModel):
    """One opinion or suggestion."""

    id: UUID
    company: str
    number: str
    kind: str
    source: str
    """Where it was taken in, such as `callback`."""
    source_id: UUID | None
    """The callback from which it came."""
    state: OpinionState
    words: str | None
    customer_id: UUID | None
    tier: str | None
    department: str
    posts: list[str]
    opened_by: UUID | None
    opened_at: AwareDatetime
    answer: str | None
    answered_by: UUID | None
    answered_at: AwareDatetime | None
    is_on_time: bool | None
    told_by: UUID | None
    told_at: AwareDatetime | None
    matter_id: UUID
    policy_pack: str
    policy_version: str
    version: int


class OpinionPage(Page[Opinion]):
    """One page of opinions, newest first."""
