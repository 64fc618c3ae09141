"""Bodies of the look-up, of the merged view and of canned answers."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from gateway.desk.lookup import WAYS
from gateway.parts import Part
from shared.http.base_model import ApiModel
from shared.http.problems import Problem

Optional = SkipJsonSchema[None]


class Lookup(ApiModel):
    """Who is looked for, by any of these.

    One model instead of many parameters: FastAPI validates it at once, and look-ups are what a caller waits for.
    """

    phone: Annotated[str | Optional, Field(max_length=40, description="完整号码或后四位")] = None
    number: Annotated[str | Optional, Field(max_length=40, description="客户编号")] = None
    meter: Annotated[str | Optional, Field(max_length=40, description="表号")] = None
    name: Annotated[str | Optional, Field(max_length=100, description="名称，至少两个文字")] = None
    address: Annotated[str | Optional, Field(max_length=100, description="地址片段，至少两个文字")] = None
    q: Annotated[str | Optional, Field(max_length=100, description="名称、地址或编号，不知是哪一项时")] = None
    limit: Annotated[int, Field(ge=1, le=50, description="最多几位")] = 20
    cursor: Annotated[str | Optional, Field(max_length=2048, description="上一页的 next_cursor，仅限一种方式")] = None

    @property
    def given(self) -> dict[str, str]:
        """The ways that were filled in."""
        return {way: said for way in WAYS if (said := getattr(self, way))}

    @property
    def page(self) -> dict[str, str]:
        """Which page of a single way."""
        return {"limit": str(self.limit)} | ({"cursor": self.cursor} if self.cursor else {})


class Candidate(ApiModel):
    """Somebody whom the caller may be, masked as `/v1/customers` answers."""

    model_config = ApiModel.model_config | {"extra": "allow"}

    id: UUID
    number: str
    name: str
    matched_ways: list[str]
    """Which of the ways fit: phone, number, meter, name, address, q."""


class UnansweredWay(ApiModel):
    """A way by which nothing could be found out."""

    way: str
    problem: Problem


class Candidates(ApiModel):
    """Who it may be: whoever fits more ways first, then by how telling the way and how close the fit is."""

    items: list[Candidate]
    next_cursor: str | None
    """To be sent as `cursor` for more; null where several ways were given."""
    is_complete: bool
    """False if more fit than are shown."""
    unanswered: list[UnansweredWay]
    """Ways that were refused, such as a fragment of one character, or not answered."""


class CannedAnswer(ApiModel):
    """An answer that may be given today, as `/v1/standard-answers` answers it."""

    model_config = ApiModel.model_config | {"extra": "allow"}

    id: UUID
    code: str
    topic: str
    question: str
    answer: str
    matched_words: list[str]


class CannedAnswers(ApiModel):
    """What to say: whatever holds more of the words first, newer before older."""

    items: list[CannedAnswer]
    is_complete: bool
    """False if more fit than are shown."""


class CustomerParts(ApiModel):
    """What the services know of one customer.

    Lists hold `items`, the most pressing first, each with `due_at` and `time_left_seconds` (by the service's clock at
    the part's `as_of`, negative when late), and `is_complete`, false if there are more.
    """

    customer: Part
    """`/v1/customers/{id}`."""
    tier: Part
    """`/v1/customers/{id}/tier`: which, and why."""
    promises: Part
    """`/v1/customers/{id}/promises`: what the tier is promised for each kind of work."""
    case_promises: Part
    """`/v1/complaints/promises`: what the tier is promised for each kind and grade of case."""
    team: Part
    """`/v1/customers/{id}/service-team`: who is responsible for this customer."""
    staff: Part
    """Who they are: the staff named by team, orders and cases, and the caller; `is_complete` if all were known."""
    complaints: Part
    """Open cases with their clocks."""
    orders: Part
    """Open service orders."""
    contacts: Part
    """The newest contacts."""
    callbacks: Part
    """Callbacks that are due."""
    greetings: Part
    """Greetings that are planned."""
    entitlements: Part
    """`/v1/entitlements`: services of the tier, what was given this year, and the next."""
    hazards: Part
    """Hazards that are still there."""
    supply: Part
    """Supply interruptions that affect this customer and are not over."""
    vulnerable_persons: Part
    """Who needs particular care there."""
    service_plans: Part
    """Plans of service in force."""
    authorities: Part
    """What the caller may decide for this customer's tier without asking; `others` counts what goes up."""
    notices: Part
    """Rectification notices not yet closed that the caller may see."""


class CustomerView(ApiModel):
    """One customer, put together for whoever serves them."""

    customer_id: UUID
    is_complete: bool
    """Whether every part that the caller may read is ok; one that is not for the caller says so in its problem."""
    parts: CustomerParts
