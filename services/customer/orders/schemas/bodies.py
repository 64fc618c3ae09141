"""What the steps of an order say."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from services.customer.orders.rules.taken import Completion, DispatchTo, FiledAfterwards, OrderTaken
from shared.http.base_model import ApiModel, Code, LongText, ShortText

People = Annotated[list[UUID], Field(max_length=50)]
Said = Annotated[dict[str, JsonValue], Field(max_length=40)]


class OrderCreate(ApiModel):
    """An order as it is taken in; `details` are the kind of work's own data."""

    work: Code
    summary: ShortText
    channel: Code
    channel_reference: ShortText | None = None
    customer_id: UUID | None = None
    premises_id: UUID | None = None
    """Empty: the customer's primary premises."""
    meter_id: UUID | None = None
    contract_id: UUID | None = None
    place: Code | None = None
    details: Said = Field(default_factory=dict)
    is_priority: bool = False
    requested_at: AwareDatetime | None = None
    appointment_from: AwareDatetime | None = None
    appointment_until: AwareDatetime | None = None
    ready_at: AwareDatetime | None = None
    department_order_at: AwareDatetime | None = None
    alarm_at: AwareDatetime | None = None
    contract_due_at: AwareDatetime | None = None
    team: Code | None = None
    department: Code | None = None
    matter_id: UUID | None = None
    """Of the case that this order follows from."""

    def taken(self, company: str, *, owner_id: UUID | None) -> OrderTaken:
        """The order without its form."""
        return OrderTaken(company=company, owner_id=owner_id, **self.model_dump())


class OrderNote(ApiModel):
    """A step that needs no more than a note."""

    note: LongText | None = None


class OrderStamp(OrderNote):
    """A step that happened at an instant; empty: now."""

    occurred_at: AwareDatetime | None = None


class OrderAppoint(OrderStamp):
    """The time agreed with the customer."""

    appointment_from: AwareDatetime
    appointment_until: AwareDatetime


class OrderDispatch(OrderNote):
    """Whom the order is given to."""

    assigned_ids: People = Field(default_factory=list)
    team: Code | None = None
    led_by_ids: People = Field(default_factory=list)
    arranged_by_id: UUID | None = None

    def to(self) -> DispatchTo:
        """The same without its form."""
        return DispatchTo(
            assigned_ids=tuple(dict.fromkeys(self.assigned_ids)),
            team=self.team,
            led_by_ids=tuple(dict.fromkeys(self.led_by_ids)),
            arranged_by_id=self.arranged_by_id,
        )


class OrderArrive(OrderStamp):
    """Who is on site besides those who were sent, and whether the home was entered."""

    present_ids: People = Field(default_factory=list)
    is_entered: bool = False


class OrderAttend(OrderStamp):
    """Leaders who are at the scene; empty: the caller."""

    present_ids: People = Field(default_factory=list)


class OrderImpede(ApiModel):
    """What prevents the work."""

    reason: LongText
    occurred_at: AwareDatetime | None = None


class OrderSolution(ApiModel):
    """The solution and the limit that were named to the customer."""

    solution: LongText
    due_at: AwareDatetime
    occurred_at: AwareDatetime | None = None


class OrderProgress(ApiModel):
    """What the customer was told."""

    note: LongText
    occurred_at: AwareDatetime | None = None


class OrderPause(OrderNote):
    """Why the clocks wait, a code of the pack, and until when at most."""

    reason: Code
    until: AwareDatetime | None = None


class OrderComplete(OrderStamp):
    """What came out, and what was done of what the promises name."""

    result: Said = Field(default_factory=dict)
    done: Annotated[list[ShortText], Field(max_length=40)] = Field(default_factory=list)
    present_ids: People = Field(default_factory=list)
    attendance_missed_reason: ShortText | None = None
    """Where leaders who had to come did not."""

    def said(self) -> Completion:
        """The same without its form."""
        return Completion(
            result=self.result,
            done=tuple(self.done),
            present_ids=tuple(self.present_ids),
            attendance_missed_reason=self.attendance_missed_reason,
            note=self.note,
        )


class OrderReport(ApiModel):
    """The service report or summary."""

    summary: LongText
    occurred_at: AwareDatetime | None = None


class OrderCancel(OrderNote):
    """Why the work will not be done, a code of the pack."""

    reason: Code


class OrderContactReason(ApiModel):
    """Why the customer's telephone is needed."""

    reason: ShortText


class AfterwardsFile(ApiModel):
    """Work that was done without an order, under an authorisation."""

    authorisation_id: UUID
    summary: ShortText
    performed_at: AwareDatetime
    completed_at: AwareDatetime
    customer_id: UUID | None = None
    premises_id: UUID | None = None
    meter_id: UUID | None = None
    place: Code | None = None
    details: Said = Field(default_factory=dict)
    result: Said = Field(default_factory=dict)
    assigned_ids: People = Field(default_factory=list)

    def filed(self) -> FiledAfterwards:
        """The same without its form."""
        return FiledAfterwards(**{**self.model_dump(), "assigned_ids": tuple(self.assigned_ids)})
