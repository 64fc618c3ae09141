"""Kinds of service orders and what is promised of them: pack data of the customer chapter (domain.md 2.2, 3, 4)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    LadderCode,
    Named,
    PostCode,
    Promised,
    Refers,
    TierCode,
)

WorkCode = Annotated[Code, Refers("work")]


class WorkForm(StrEnum):
    """Which data an order of the work carries; the platform's own ten kinds (domain.md 1)."""

    INSTALLATION = "installation"
    RELOCATION = "relocation"
    CONVERSION = "conversion"
    ACCOUNT = "account"
    REPAIR = "repair"
    EMERGENCY_REPAIR = "emergency_repair"
    SAFETY_INSPECTION = "safety_inspection"
    METER_READING = "meter_reading"
    CARD_SALE = "card_sale"
    CONSULTATION = "consultation"


class WorkStage(StrEnum):
    """A stage that an order of the work must pass before it is closed."""

    DISPATCHED = "dispatched"
    ARRIVED = "arrived"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    REPORTED = "reported"


class OrderMetric(StrEnum):
    """What a promise of a service order is about."""

    RESPONSE = "response"
    """The customer is answered and an appointment is made."""
    ARRIVAL = "arrival"
    """On site."""
    COMPLETION = "completion"
    SOLUTION = "solution"
    """A solution and a time limit are named."""
    SOLUTION_DUE = "solution_due"
    """The limit that was named."""
    ATTENDANCE = "attendance"
    """Leaders are at the scene."""
    PROGRESS = "progress"
    """The customer is told how the work goes on; recurs."""
    ACCEPTANCE = "acceptance"
    """The customer is invited to accept."""
    REPORT = "report"
    """The service report, summary or periodic one is made."""


class OrderStart(StrEnum):
    """The moment from which a promise runs."""

    RECEIPT = "receipt"
    READY = "ready"
    """The site is ready: installable."""
    DEPARTMENT_ORDER = "department_order"
    """The market department's order to turn the gas on."""
    IMPEDIMENT = "impediment"
    """Meter or technique prevents the work."""
    ALARM = "alarm"
    SOLUTION_NAMED = "solution_named"
    PERIOD = "period"
    """The start of a period; see `every_months`."""
    APPOINTMENT = "appointment"
    """An appointment was made."""
    WORK = "work"
    """The crew is on site or the work began."""
    COMPLETION = "completion"
    ACCEPTANCE = "acceptance"
    """The customer accepted."""


class DeadlineSource(StrEnum):
    """Who gives a deadline that the pack cannot know."""

    CONTRACT = "contract"
    SOLUTION = "solution"
    """The limit that was named to the customer."""
    PERIOD_END = "period_end"
    """The end of the period; see `every_months`."""
    APPOINTMENT = "appointment"
    """The end of the time that was agreed."""


class Work(Named):
    """A kind of service order."""

    department: DepartmentCode
    form: WorkForm
    path: Annotated[tuple[WorkStage, ...], Field(min_length=1)]
    """The stages that every order of the work passes; promises of acceptance and report add theirs."""
    performed_by: tuple[PostCode, ...] = ()
    """Posts, one of which must be among those who come or do it."""
    needs_entry: bool = False
    """The home is entered; repeated entries are counted."""
    is_emergency: bool = False
    needs_customer: bool = True
    standard: str | None = None
    clause: ClauseCode | None = None


class OrderCommitment(Promised):
    """One promise for kinds of work and the customers that it is given to; the most specific one governs."""

    works: Annotated[tuple[WorkCode, ...], Field(min_length=1)]
    metric: OrderMetric
    start: OrderStart = OrderStart.RECEIPT
    tiers: tuple[TierCode, ...] = ()
    parties: tuple[Code, ...] = ()
    places: tuple[Code, ...] = ()
    """indoor, courtyard …: where the work is; empty = anywhere."""
    is_standard: bool = False
    """Counts only where no promise of a tier is set."""
    is_appointment_instead: bool = False
    """An appointment of the customer's replaces the limit."""
    deadline_from: DeadlineSource | None = None
    """The limit's end is given with the order; the budget is then empty."""
    every_months: Annotated[int, Field(ge=1)] | None = None
    performed_by: tuple[PostCode, ...] = ()
    """Who must do it."""
    led_by: tuple[PostCode, ...] = ()
    """Who must lead it or be at the scene."""
    arranged_by: PostCode | None = None
    done: tuple[str, ...] = ()
    """What must be done by then, in Chinese."""
    report: str | None = None
    """What is reported and to whom, in Chinese."""


class OrderChannel(Named):
    """A way by which an order comes in."""

    needs_reference: bool = False
    """The number that the sender gave it must be entered."""


class Crews(Entry):
    """How much the crews can take on at once, and who helps when they are full."""

    capacity: dict[Code, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """Orders under way at once, by team; a team that is not named has `default_capacity`."""
    default_capacity: Annotated[int, Field(ge=0)]
    emergency_posts: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """The emergency crew, first choice first."""
    emergency_department: DepartmentCode
    clause: ClauseCode
    is_open_setting: bool = False

    def room_of(self, team: str) -> int:
        """Orders that the team may have under way at once."""
        return self.capacity.get(team, self.default_capacity)


class AuthorityWork(Entry):
    """What an authorisation (授权) makes of the order that its work needs."""

    metric: Code = "authority"
    priority_categories: tuple[Code, ...] = ()
    """Categories of authority whose orders are priority orders and whose limit is met when staff come."""
    filed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Posts that file the order of work that was done without one."""
    ladder: LadderCode | None = None
    clause: ClauseCode


class Orders(Entry):
    """The rest of what a pack says of service orders."""

    channels: Annotated[dict[Code, OrderChannel], Field(min_length=1)]
    places: dict[Code, Named]
    cancel_reasons: Annotated[dict[Code, Named], Field(min_length=1)]
    occurred_within_minutes: Annotated[int, Field(ge=1)] = 60
    """How far back an action is judged as it was said to have happened."""
    always_lead_minutes: Annotated[int, Field(ge=0)] = 0
    """Dispatched as if due so much earlier where a tier's priority is `always`; others' only breaks ties."""
    priority_lead_minutes: Annotated[int, Field(ge=0)] = 0
    """The same for a priority order."""
    crews: Crews
    authority: AuthorityWork
    clause: ClauseCode
    is_open_setting: bool = False


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What decides on an order's promises."""

    work: str
    tier: str
    party: str | None = None
    place: str | None = None
