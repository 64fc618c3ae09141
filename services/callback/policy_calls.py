"""The callback chapter's section on calls: what is called back, how often, when, by whom, with which questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import (
    CalendarCode,
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    LadderCode,
    Limit,
    Named,
    Percent,
    PostCode,
    Promised,
    Refers,
    TierCode,
)
from shared.policy.model import QuietHours
from shared.policy.references import Reference, dangling

ScriptCode = Annotated[Code, Refers("script")]
QueueCode = Annotated[Code, Refers("queue")]
WorkCode = Code
"""A kind of work of the customer chapter."""
CategoryCode = Code
"""A category of the complaint chapter."""
Minutes = Annotated[int, Field(ge=1)]
LOWEST, HIGHEST = 1, 5
"""Of a score."""


class Occasion(StrEnum):
    """From what a kind of callback is drawn."""

    ORDER_COMPLETED = "order_completed"
    COMPLAINT_CLOSED = "complaint_closed"
    ACCOUNT_OPENED = "account_opened"
    LEDGER = "ledger"
    """Monthly, from the ledger of the tiers (台帐)."""


class Share(Entry):
    """How many of how many are called back: 1 of 1 is every one, 0 of 1 none."""

    numerator: Annotated[int, Field(ge=0)]
    denominator: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_a_share(self) -> Self:
        if self.numerator > self.denominator:
            raise ValueError("回访比例不得大于 1（numerator 不得大于 denominator）")
        return self


class Window(Entry):
    """When to call, counted from the work: late enough that what was left shows, early enough to remember."""

    earliest: Limit
    latest: Limit
    quiet_hours: QuietHours | None = None
    """When nobody is called of this; None: the hours of all calls."""
    calendar: CalendarCode | None = None
    """Called of this on its working dates only; None: the days of all calls."""
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _has_bounds(self) -> Self:
        if self.earliest.budget is None or self.latest.budget is None:
            raise ValueError("回访窗口须给出最早与最晚")
        return self


class Attempts(Entry):
    """How often nobody may answer before the callback ends, and how far apart the calls are."""

    most: Annotated[int, Field(ge=1, le=20)]
    spacing_minutes: Annotated[int, Field(ge=0)]
    is_open_setting: bool = False


class Lease(Entry):
    """For how long a claimed callback is one person's, and how many at once."""

    minutes: Minutes
    most_held: Annotated[int, Field(ge=1, le=50)] = 1
    is_open_setting: bool = False


class Queue(Named):
    """Who calls: the posts that share one work list."""

    posts: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    department: DepartmentCode | None = None


class AnswerKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    SCORE = "score"
    YES_NO = "yes_no"
    TEXT = "text"


class Question(Entry):
    """One question of a script, and which answers mean that the customer is not satisfied."""

    position: Annotated[int, Field(ge=1)]
    """When it is asked: a stored revision keeps no order of its keys."""
    text: str
    """Chinese, as it is asked."""
    kind: AnswerKind
    choices: dict[Code, str] = Field(default_factory=dict)
    is_required: bool = True
    is_overall: bool = False
    """Its answer says whether the customer is satisfied; unanswered = unknown.  A score is also the call's score."""
    unsatisfied_choices: tuple[Code, ...] = ()
    unsatisfied_up_to: Annotated[int, Field(ge=LOWEST, le=HIGHEST)] | None = None
    unsatisfied_if: bool | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind is AnswerKind.CHOICE) != bool(self.choices):
            raise ValueError("选择题须且只有选择题给出选项（choices）")
        if not set(self.unsatisfied_choices) <= set(self.choices):
            raise ValueError("unsatisfied_choices 须为本题选项")
        if self.unsatisfied_up_to is not None and self.kind is not AnswerKind.SCORE:
            raise ValueError("只有评分题可设 unsatisfied_up_to")
        if self.unsatisfied_if is not None and self.kind is not AnswerKind.YES_NO:
            raise ValueError("只有是否题可设 unsatisfied_if")
        if self.is_overall and self.kind is AnswerKind.TEXT:
            raise ValueError("总体评价题不得为文字题")
        return self


class Script(Named):
    """The questions of one kind of call; what differs gets a new version."""

    version: Annotated[int, Field(ge=1)]
    opening: str
    """Chinese: how the caller introduces the call."""
    questions: Annotated[dict[Code, Question], Field(min_length=1)]

    @model_validator(mode="after")
    def _asks_once_for_all(self) -> Self:
        if sum(question.is_overall for question in self.questions.values()) != 1:
            raise ValueError("每份话术须且只有一道总体评价题（is_overall）")
        if len({question.position for question in self.questions.values()}) != len(self.questions):
            raise ValueError("题目次序（position）不得重复")
        return self

    @property
    def asked(self) -> list[tuple[str, Question]]:
        """The questions in the order in which they are asked."""
        return sorted(self.questions.items(), key=lambda one: one[1].position)


class TierTerms(Entry):
    """What differs for one tier; what is not given is that of the business."""

    share: Share | None = None
    window: Window | None = None
    queue: QueueCode | None = None
    is_in_person: bool | None = None
    script: ScriptCode | None = None
    attempts: Attempts | None = None


class Business(Named):
    """One kind of business that is called back."""

    occasion: Occasion
    works: tuple[WorkCode, ...] = ()
    """Of `order_completed`."""
    kinds: tuple[Code, ...] = ()
    """Kinds of case, of `complaint_closed`."""
    tiers: dict[TierCode, TierTerms] = Field(default_factory=dict)
    """What differs by tier; a ledger is drawn for these tiers only."""
    share: Share
    window: Window
    queue: QueueCode
    is_in_person: bool = False
    """By the holder of the post, by no deputy."""
    script: ScriptCode
    attempts: Attempts | None = None
    """None: those of all calls."""
    category: CategoryCode = "other"
    """Of the case that an unsatisfied customer's order opens."""
    department: DepartmentCode
    """Which answers what the customer suggests, unless the caller names another."""
    warn_at: tuple[Percent, ...] = (75, 90)
    ladder: LadderCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _says_of_what(self) -> Self:
        if bool(self.works) != (self.occasion is Occasion.ORDER_COMPLETED):
            raise ValueError("工单回访须且只有工单回访列出工单种类（works）")
        if bool(self.kinds) != (self.occasion is Occasion.COMPLAINT_CLOSED):
            raise ValueError("投诉建议回访须且只有其列出诉求种类（kinds）")
        if self.occasion is Occasion.LEDGER and not self.tiers:
            raise ValueError("按台帐回访须列出级别（tiers）")
        return self


@dataclass(frozen=True, slots=True)
class CallTerms:
    """What the pack says of one kind of business for one tier."""

    business: str
    tier: str
    share: Share
    window: Window
    queue: str
    is_in_person: bool
    script: str
    attempts: Attempts


class Reason(Named):
    """Why a customer is not satisfied."""


class Need(Named):
    """What a customer may need besides; the department that follows it up."""

    department: DepartmentCode


class Calls(Entry):
    """Callbacks (回访)."""

    seed: Annotated[str, Field(min_length=8, max_length=80)]
    """Published: with it anyone can run the draw again."""
    quiet_hours: QuietHours
    """When nobody is called."""
    calendar: CalendarCode | None = None
    """Calls are made on its working dates only; none: on any day."""
    attempts: Attempts
    lease: Lease
    queues: dict[Code, Queue]
    scripts: dict[Code, Script]
    businesses: dict[Code, Business]
    reasons: dict[Code, Reason]
    needs: dict[Code, Need] = Field(default_factory=dict)
    opinion_answer: Promised
    """From the call to the department's answer."""
    opinion_told: Promised
    """From the answer to telling the customer."""
    clause: ClauseCode

    @model_validator(mode="after")
    def _calls_once_for_each(self) -> Self:
        for pick in (_works, _kinds):
            named = [code for business in self.businesses.values() for code in pick(business)]
            if len(set(named)) != len(named):
                raise ValueError("同一工单种类或诉求种类只能属于一种回访业务")
        return self

    def business_of(self, occasion: Occasion, code: str | None = None) -> str | None:
        """Which business an event belongs to; None for what is not called back."""
        for name, business in self.businesses.items():
            if business.occasion is occasion and (code is None or code in business.works or code in business.kinds):
                return name
        return None

    def terms(self, business: str, tier: str) -> CallTerms:
        """What governs the business for a tier."""
        rule = self.businesses[business]
        own = rule.tiers.get(tier, TierTerms())
        return CallTerms(
            business=business,
            tier=tier,
            share=own.share or rule.share,
            window=own.window or rule.window,
            queue=own.queue or rule.queue,
            is_in_person=rule.is_in_person if own.is_in_person is None else own.is_in_person,
            script=own.script or rule.script,
            attempts=own.attempts or rule.attempts or self.attempts,
        )

    def dangling(self) -> list[Reference]:
        """Scripts and queues that are named and not defined."""
        known: Mapping[str, Mapping[str, object]] = {"script": self.scripts, "queue": self.queues}
        return dangling(self, known)


def _works(business: Business) -> tuple[str, ...]:
    return business.works


def _kinds(business: Business) -> tuple[str, ...]:
    return business.kinds
