"""Bodies and answers of hand-overs, notices and standard answers."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime

from services.customer.contacts.models import StandardAnswerRow
from services.customer.contacts.rules import AnswerState, HandOverState, NoticeState
from services.customer.contacts.service.answering import AnswerText
from services.customer.contacts.service.handing import HandOverEntry
from services.customer.contacts.service.noticing import NoticeEntry
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page


class HandOverCreate(ApiModel):
    """A matter for a department."""

    kind: Code
    matter: LongText
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    matter_id: UUID | None = None
    department: Code | None = None
    """Null: the one that the pack names for the kind."""
    owner_id: UUID | None = None
    """Null: whoever of the department's post takes it."""

    def entry(self) -> HandOverEntry:
        """Without its form."""
        return HandOverEntry(**self.model_dump())


class HandOverAccept(ApiModel):
    """Nothing more is said."""


class HandOverAnswer(ApiModel):
    """What the customer is to be told."""

    answer: LongText


class HandOverReturn(ApiModel):
    """Why it is not the department's."""

    reason: LongText


class HandOverHandOn(ApiModel):
    """Where it goes instead."""

    department: Code | None = None
    owner_id: UUID | None = None


class HandOver(ApiModel):
    """A matter with a department."""

    id: UUID
    company: str
    number: str
    contact_id: UUID | None
    customer_id: UUID | None
    matter_id: UUID | None
    kind: str
    matter: str
    state: HandOverState
    tier: str
    department: str
    post: str
    owner_id: UUID | None
    cycle: int
    """How many times it was handed over."""
    handed_by: UUID
    handed_at: AwareDatetime
    accepted_by: UUID | None
    accepted_at: AwareDatetime | None
    answer: str | None
    answered_by: UUID | None
    answered_at: AwareDatetime | None
    returned_by: UUID | None
    returned_at: AwareDatetime | None
    return_reason: str | None
    policy_pack: str
    policy_version: str
    version: int


class HandOverPage(Page[HandOver]):
    """One page of hand-overs, newest first."""


class CustomerNoticeCreate(ApiModel):
    """A notice to a customer."""

    customer_id: UUID
    kind: Code
    title: ShortText
    content: LongText
    order_id: UUID | None = None
    matter_id: UUID | None = None

    def entry(self) -> NoticeEntry:
        """Without its form."""
        return NoticeEntry(**self.model_dump())


class CustomerNoticeDeliver(ApiModel):
    """How and when it reached the customer."""

    delivery: Code
    occurred_at: AwareDatetime | None = None
    file_id: UUID | None = None
    """The signed receipt."""


class CustomerNoticeWithdraw(ApiModel):
    """Why it stands no more."""

    reason: LongText


class CustomerNotice(ApiModel):
    """A notice (通知单)."""

    id: UUID
    company: str
    number: str
    customer_id: UUID
    kind: str
    state: NoticeState
    title: str
    content: str
    order_id: UUID | None
    matter_id: UUID | None
    delivery: str | None
    issued_by: UUID
    issued_at: AwareDatetime
    delivered_by: UUID | None
    delivered_at: AwareDatetime | None
    file_id: UUID | None
    ended_by: UUID | None
    ended_at: AwareDatetime | None
    end_reason: str | None
    tier: str
    policy_pack: str
    policy_version: str
    version: int


class CustomerNoticePage(Page[CustomerNotice]):
    """One page of notices, newest first."""


class StandardAnswerText(ApiModel):
    """What a revision says, and when it may be used."""

    topic: Code
    question: ShortText
    answer: LongText
    valid_from: date
    valid_until: date | None = None

    def content(self) -> AnswerText:
        """Without its form."""
        return AnswerText(self.topic, self.question, self.answer, self.valid_from, self.valid_until)


class StandardAnswerCreate(StandardAnswerText):
    """A new revision of a code."""

    code: Code


class StandardAnswerUpdate(StandardAnswerText):
    """A draft, written anew."""


class StandardAnswerApprove(ApiModel):
    """Nothing more is said."""


class StandardAnswerRetire(ApiModel):
    """Nothing more is said."""


class StandardAnswerUse(ApiModel):
    """In which contact the customer was answered by it."""

    contact_id: UUID


class StandardAnswer(ApiModel):
    """One revision of a standard answer."""

    id: UUID
    company: str
    code: str
    revision: int
    topic: str
    state: AnswerState
    question: str
    answer: str
    valid_from: date
    valid_until: date | None
    drafted_by: UUID
    drafted_at: AwareDatetime
    approved_by: UUID | None
    approved_at: AwareDatetime | None
    retired_by: UUID | None
    retired_at: AwareDatetime | None
    version: int

    @classmethod
    def of(cls, row: StandardAnswerRow) -> Self:
        """A row as it is shown."""
        return cls.model_validate(row)


class StandardAnswerPage(Page[StandardAnswer]):
    """One page of standard answers, newest first."""
