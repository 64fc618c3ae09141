"""What the steps ask for."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from shared.http.base_model import ApiModel, Code, LongText, ShortText


class Occurred(ApiModel):
    """When a step happened; empty means now."""

    occurred_at: datetime | None = None
    note: LongText | None = None


class ComplaintAcknowledge(Occurred):
    """The customer was answered for the first time."""


class ComplaintAssess(Occurred):
    """The first investigation's result."""

    investigation: LongText | None = None
    """What was found; told to the superior posts that the pack names for the grade."""


class ComplaintPlan(Occurred):
    """The plan as explained to the customer."""

    answered_by_post: Code | None = None
    """The post that gave the answer, where the tier is promised one (xxx-gas 2.2: deputy GM)."""


class ComplaintAgree(Occurred):
    """The customer agreed to the plan."""


class ComplaintProgress(Occurred):
    """The customer was told how the work goes."""


class ComplaintPause(ApiModel):
    """The case waits; only for reasons that the pack lists, and never longer than it says."""

    reason: Code
    until: datetime
    note: LongText | None = None


class ComplaintResume(ApiModel):
    """The wait is over."""

    note: LongText | None = None


class ComplaintResolve(Occurred):
    """How the matter was settled."""

    resolution: LongText
    answer: Code | None = None
    """How a suggestion, an opinion or a praise is answered: a code of the pack, needed where the kind has some."""
    is_constructive: bool = False
    """It helps the company on: the customer may be rewarded; only with an adopting answer."""
    remedies: list[Code] = Field(default_factory=list, max_length=10)
    """How it is made good, codes of the pack such as `explanation`, `apology`, `redo`, `compensation`."""
    authorisation_id: UUID | None = None
    """The used authorisation of this case, needed for remedies such as compensation."""
    praised_staff_ids: list[UUID] = Field(default_factory=list, max_length=20)
    """Staff who turned out to be meant by a praise."""


class ComplaintClose(Occurred):
    """The case is closed."""


class ComplaintReopen(ApiModel):
    """The matter is not settled after all."""

    reason: LongText | None = None
    """Needed where the pack asks for one."""


class ComplaintRegrade(ApiModel):
    """Another gravity grade, with the reason."""

    grade: Code
    reason: LongText | None = None
    """Needed where the pack asks for one."""


class ComplaintTransfer(ApiModel):
    """Another holder; the first-responsible stays."""

    owner_id: UUID | None = None
    """A member of staff; empty hands the case to the department's queue."""
    department: Code | None = None
    """Needed where no owner is named."""
    reason: LongText | None = None
    """Needed where the pack asks for one."""


class ComplaintLinkCustomer(ApiModel):
    """The customer whose case this is."""

    customer_id: UUID


class EmergencyStepDone(Occurred):
    """A line of the emergency plan was done."""


class ContactReason(ApiModel):
    """Why the contact is needed."""

    reason: ShortText
