"""Facts about the entry of customer information: ids, codes, counts and times only (domain.md 2.7)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import EventPayload


class EntryErrorsConfirmed(EventPayload):
    """Errors of entry by one person were confirmed by another: incentive weighs them."""

    TYPE: ClassVar[str] = "customer.entry_errors_confirmed"

    finding_ids: list[UUID]
    operator_id: UUID | None = None
    """The author; empty where a file entered it."""
    operator_department: str | None = None
    kind: str
    """missing, late, wrong … a code of the pack."""
    concern: str
    """The kind of data."""
    check: str
    rule: str
    clause: str
    count: int
    """The person's confirmed errors of the month, these included."""
    month: str
    is_after_training: bool | None = None
    customer_id: UUID | None = None
    order_id: UUID | None = None
    complaint_id: UUID | None = None
    """The complaint that the error caused."""
    occurred_at: datetime


class EntryErrorReported(EventPayload):
    """Somebody outside the checks came upon an error of entry, such as a callback that reached nobody's number."""

    TYPE: ClassVar[str] = "customer.entry_error_reported"

    finding_id: UUID
    is_known: bool
    """The same entry was found before: it counts once."""
    kind: str
    concern: str
    check: str
    rule: str
    operator_id: UUID | None = None
    customer_id: UUID | None = None
    callback_id: UUID | None = None
    """The callback that came upon it."""
    state: str | None = None
    """How the error stands."""
    occurred_at: datetime


class EntryErrorDismissed(EventPayload):
    """It was no error, another than its author decided."""

    TYPE: ClassVar[str] = "customer.entry_error_dismissed"

    finding_id: UUID
    operator_id: UUID | None = None
    kind: str
    concern: str
    rule: str
    state: str
    customer_id: UUID | None = None
    occurred_at: datetime


class RightsFact(EventPayload):
    """What every fact about the withdrawal of a right to enter data says."""

    withdrawal_id: UUID
    staff_id: UUID
    staff_department: str | None = None
    concerns: list[str]
    """The kinds of data."""
    ground: str
    """repeated_errors or complaint."""
    state: str
    clause: str
    finding_ids: list[UUID] = Field(default_factory=list)
    complaint_id: UUID | None = None
    occurred_at: datetime


class RightsWithdrawalPrompted(RightsFact):
    """The pack's ground is given: maintenance verifies it."""

    TYPE: ClassVar[str] = "customer.rights_withdrawal_prompted"


class RightsWithdrawalProposed(RightsFact):
    """Maintenance verified it by the entry standard and the log, and proposes it."""

    TYPE: ClassVar[str] = "customer.rights_withdrawal_proposed"


class RightsWithdrawalRejected(RightsFact):
    """It is not withdrawn."""

    TYPE: ClassVar[str] = "customer.rights_withdrawal_rejected"


class RightsWithdrawn(RightsFact):
    """The person may no longer write these kinds of data."""

    TYPE: ClassVar[str] = "customer.rights_withdrawn"


class RightsRestored(RightsFact):
    """The person may write them again."""

    TYPE: ClassVar[str] = "customer.rights_restored"


class DataMisuseConfirmed(EventPayload):
    """Looking up customers without need, leaking or faking data was confirmed: incentive weighs it."""

    TYPE: ClassVar[str] = "customer.data_misuse_confirmed"

    misuse_id: UUID
    kind: str
    """needless_lookup, leak or fake: a code of the pack."""
    person_id: UUID
    person_department: str | None = None
    customer_id: UUID | None = None
    clause: str
    happened_at: datetime
    occurred_at: datetime


class EntryReportSigned(EventPayload):
    """The leader signed the month's report on entry quality."""

    TYPE: ClassVar[str] = "customer.entry_report_signed"

    report_id: UUID
    month: str
    digest: str
    found: int
    confirmed: int
    entries: int
    occurred_at: datetime


EVENTS: tuple[type[EventPayload], ...] = (
    EntryErrorsConfirmed,
    EntryErrorReported,
    EntryErrorDismissed,
    RightsWithdrawalPrompted,
    RightsWithdrawalProposed,
    RightsWithdrawalRejected,
    RightsWithdrawn,
    RightsRestored,
    DataMisuseConfirmed,
    EntryReportSigned,
)
"""Everything in this file that crosses the bus."""
