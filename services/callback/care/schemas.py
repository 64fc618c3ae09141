"""Bodies and answers of greetings, gifts, activities and invitations."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.callback.care.rules import ActivityState, GiftState, GreetingState, InvitationState
from services.callback.policy_care import Channel, Occasion
from shared.http.base_model import ApiModel, Code, LongText, ShortText
from shared.http.page import Page

MOST_FEN = 100_000_000


class GreetingDo(ApiModel):
    """The customer was greeted."""

    note: LongText | None = None
    """What was learnt."""


class GreetingSkip(ApiModel):
    """Why the customer is not greeted."""

    reason: ShortText


class Greeting(ApiModel):
    """One greeting that is owed, or was."""

    id: UUID
    company: str
    rule: str
    occasion: Occasion
    festival: str | None
    customer_id: UUID
    member_id: UUID | None
    circle: str | None
    tier: str | None
    channel: Channel
    on_date: date
    due_at: AwareDatetime
    gift_fen: int | None
    """What the gift may cost by the standard; null: without one."""
    state: GreetingState
    reason: str | None
    owner_id: UUID | None
    department: str | None
    posts: list[str]
    message_id: UUID | None
    planned_at: AwareDatetime
    done_by: UUID | None
    done_at: AwareDatetime | None
    policy_pack: str
    policy_version: str
    version: int


class GreetingDetail(Greeting):
    """A greeting with what was learnt."""

    note: str | None


class GreetingPage(Page[Greeting]):
    """One page of greetings, by day."""


class GiftCreate(ApiModel):
    """What was given, or is to be given beyond a limit."""

    customer_id: UUID
    member_id: UUID | None = None
    greeting_id: UUID | None = None
    occasion: Code
    kind: Code
    value_fen: Annotated[int, Field(ge=1, le=MOST_FEN)]
    given_on: date | None = None
    """Without it today."""
    reason: ShortText | None = None
    """Of a gift beyond a limit: asks for its approval."""


class GiftDecision(ApiModel):
    """Why it may, or may not, be given."""

    reason: ShortText


class Gift(ApiModel):
    """One gift of the register."""

    id: UUID
    company: str
    customer_id: UUID
    member_id: UUID | None
    greeting_id: UUID | None
    occasion: str
    kind: str
    value_fen: int
    year: int
    state: GiftState
    exceeded: list[str]
    """Limits that it exceeds: standard, occasion, year."""
    reason: str | None
    given_by: UUID
    posts: list[str]
    """That decide on it."""
    recorded_at: AwareDatetime
    given_on: date | None
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    decision_reason: str | None
    policy_pack: str
    policy_version: str
    version: int


class GiftPage(Page[Gift]):
    """One page of gifts, newest first."""


class GiftSum(ApiModel):
    """What one receiver got, or one giver gave, in a year."""

    customer_id: UUID | None
    member_id: UUID | None
    given_by: UUID | None
    count: int
    value_fen: int


class GiftSums(ApiModel):
    """The sums of a year, the most first, 200 at most."""

    year: int
    items: list[GiftSum]


class ActivityCreate(ApiModel):
    """An event for customers of some tiers."""

    kind: Code
    title: Annotated[str, Field(min_length=1, max_length=60)]
    place: Annotated[str, Field(min_length=1, max_length=60)]
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    seats: Annotated[int, Field(ge=1, le=100_000)] | None = None
    tiers: Annotated[list[Code], Field(min_length=1, max_length=20)]


class ActivityCancel(ApiModel):
    """Why it does not take place."""

    reason: ShortText


class Activity(ApiModel):
    """One activity."""

    id: UUID
    company: str
    kind: str
    title: str
    place: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    seats: int | None
    tiers: list[str]
    state: ActivityState
    reason: str | None
    owner_id: UUID
    department: str | None
    opened_at: AwareDatetime
    policy_pack: str
    policy_version: str
    version: int


class ActivityPage(Page[Activity]):
    """One page of activities, newest first."""


class InvitationCreate(ApiModel):
    """Who is invited."""

    customer_id: UUID


class InvitationAnswer(ApiModel):
    """Whether the customer comes."""

    is_coming: bool


class InvitationAttend(ApiModel):
    """Whether the customer came."""

    has_attended: bool


class Invitation(ApiModel):
    """One invitation."""

    id: UUID
    company: str
    activity_id: UUID
    customer_id: UUID
    tier: str | None
    state: InvitationState
    message_id: UUID | None
    invited_by: UUID
    invited_at: AwareDatetime
    answered_at: AwareDatetime | None
    answered_by: UUID | None
    version: int


class InvitationPage(Page[Invitation]):
    """One page of invitations."""
