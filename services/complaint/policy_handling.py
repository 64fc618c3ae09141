"""Who handles a case and how: steps, owners, regrading, emergency, reopening as pack data."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    LadderCode,
    Limit,
    Named,
    PostCode,
    Promised,
    Refers,
    TierCode,
)

GradeCode = Annotated[Code, Refers("grade")]
ChannelCode = Annotated[Code, Refers("channel")]
HandlingLevelCode = Annotated[Code, Refers("level")]

Minutes = Annotated[int, Field(ge=0)]


class OwnerRule(StrEnum):
    """Who works a case at its start."""

    FIRST_RESPONSIBLE = "first_responsible"
    ACCOUNT_MANAGER = "account_manager"
    """The customer's own; where there is none, the first-responsible."""
    POST = "post"


class Assignment(Entry):
    """Sets the owner of a new case; the lowest position that fits decides, else the first-responsible."""

    position: int
    tiers: tuple[TierCode, ...] = ()
    grades: tuple[GradeCode, ...] = ()
    channels: tuple[ChannelCode, ...] = ()
    owner: OwnerRule
    post: PostCode | None = None
    department: DepartmentCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False


class LeaderRule(Entry):
    """Sets the leader in charge (分管领导) who coordinates a case; the lowest position that fits decides, else none."""

    position: int
    tiers: tuple[TierCode, ...] = ()
    grades: tuple[GradeCode, ...] = ()
    levels: tuple[HandlingLevelCode, ...] = ()
    post: PostCode
    clause: ClauseCode
    is_open_setting: bool = False


class StepRule(Entry):
    """Who may take a step: posts; empty = whoever may work the case."""

    posts: tuple[PostCode, ...] = ()
    needs_reason: bool = False
    clause: ClauseCode | None = None


class Regrading(Entry):
    """How a grade is changed: raised by these posts, lowered by those, always with a reason."""

    raised_by: tuple[PostCode, ...] = ()
    """Empty = whoever may regrade."""
    lowered_by: tuple[PostCode, ...]
    informs: tuple[PostCode, ...] = ()
    """Posts that are told when a case becomes the gravest grade."""
    is_retroactive: bool = True
    """A new grade moves the clocks of the open case (sla.md 7)."""
    clause: ClauseCode
    is_open_setting: bool = False


class EmergencyStep(Entry):
    """One line of an emergency plan."""

    position: int
    text: str
    post: PostCode
    """Who answers for it."""
    minutes: Minutes
    """Natural minutes from the start of the plan."""


class EmergencyPlan(Named):
    """What is done at once for the gravest grade."""

    grades: tuple[GradeCode, ...]
    informs: tuple[PostCode, ...]
    """Posts told at the start."""
    steps: dict[Code, EmergencyStep]
    ladder: LadderCode | None = None
    """Who is told of a step that is late."""
    clause: ClauseCode
    is_open_setting: bool = False

    def ordered(self) -> list[tuple[str, EmergencyStep]]:
        """The checklist in its order."""
        return sorted(self.steps.items(), key=lambda item: item[1].position)


class Reopening(Entry):
    """How long and how often a case may be opened again."""

    window_minutes: Minutes
    """Natural minutes, counted from `resolved_at`."""
    max_count: Annotated[int, Field(ge=0)]
    """In all, by whomever."""
    max_by_callback: Annotated[int, Field(ge=0)]
    """By callback; then the case goes to `then_post`."""
    then_post: PostCode
    channel: ChannelCode = "hotline"
    """Of a case that a callback opens."""
    clause: ClauseCode
    is_open_setting: bool = False


class Holding(Entry):
    """Telling the customer that more time is needed (延期答复): how often and for how long; our own limits stay."""

    max_count: Annotated[int, Field(ge=0)]
    """In one cycle of a case."""
    max_minutes: Annotated[int, Field(ge=1)]
    """Natural minutes from the reply to the time that the customer is told."""
    warn_at: tuple[Annotated[int, Field(ge=1, le=100)], ...] = (50, 75, 90)
    ladder: LadderCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False


class Acceptance(Entry):
    """How the customer's acceptance is taken where no answer comes."""

    tacit_after_minutes: Minutes
    """Natural minutes from the invitation, after which silence may be recorded as acceptance."""
    clause: ClauseCode
    is_open_setting: bool = False


class Recording(Entry):
    """How late a step may be entered, and what counts as a repeat."""

    occurred_at_window_minutes: Minutes = 60
    """Older than that, a step is judged at the window's edge (sla.md 10)."""
    repeat_window_days: Annotated[int, Field(ge=1)]
    """A complaint of the same customer and category within these natural days is a repeat."""
    repeat_circumstance: Annotated[Code, Refers("circumstance")] | None = None
    """What the system adds to a repeat, for the grade rules; none: it is only recorded."""
    is_open_setting: bool = False


class ExternalCentre(Named):
    """An outside centre from which complaints arrive and to which they are answered."""

    channel: ChannelCode
    answered_within: Limit
    """Unless the centre sets its own deadline with the case."""
    answered_by: PostCode
    ladder: LadderCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False


class Information(Entry):
    """How the information of complaints is handled: who manages it, who is told, what a record holds."""

    managed_by: DepartmentCode
    """Department that manages complaints."""
    record: dict[Code, str]
    """What every case's record holds."""
    reported_to: dict[GradeCode, tuple[PostCode, ...]]
    """By grade: posts of the superior authority that are told of a new case."""
    analysis_cycle: str
    rules: dict[Code, str]
    clause: ClauseCode
    is_open_setting: bool = False


class CaseReport(StrEnum):
    """What is written after a case was accepted."""

    REPORT = "report"
    SUMMARY = "summary"
    PERIODIC = "periodic"
    NONE = "none"


class Coordination(Entry):
    """Who comes together for hard cases, and when."""

    trigger: str
    action: str
    posts: tuple[PostCode, ...]
    is_at_once: bool = False
    """Opened together with the case."""
    limit: Limit | None = None
    """For the answer; null = that of `consulting`."""
    leader: PostCode | None = None
    """Who then coordinates the case in person."""
    is_open_setting: bool = False


class Consulting(Promised):
    """Within which time a consultation (会商、会诊) is answered, where its own rule says nothing else."""


class TeamSeat(Named):
    """One seat of a service team; `count` null = as many as the company sets."""

    post: PostCode
    count: int | None
    is_open_setting: bool = False


class Care(Entry):
    """How cases of a tier are looked after, beyond limits."""

    channels: dict[Code, str] = Field(default_factory=dict)
    reports_to: tuple[PostCode, ...] = ()
    """Posts that receive reports on the tier's cases; empty = regular summary only."""
    coordination: dict[Code, Coordination] = Field(default_factory=dict)
    team: dict[Code, TeamSeat] = Field(default_factory=dict)
    report: CaseReport = CaseReport.NONE
    is_invited_to_accept: bool = False
    """Otherwise the result is told and the customer is asked for more."""
    resources: str | None = None
    training: str | None = None
    clause: ClauseCode
