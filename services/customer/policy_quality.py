"""How entries are judged: rules of the checks, samples, decisions, tasks, look-ups (domain.md 2.7; pack data)."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.policy.commitments import ClauseCode, Code, Entry, LadderCode, Named, PostCode, Promised, Refers

ConcernCode = Annotated[Code, Refers("concern")]
WorkCode = Annotated[Code, Refers("work")]


class Detector(StrEnum):
    """What a rule looks for: the platform's own statements, one each; a pack gives kind, concern, check and limit."""

    CUSTOMER_VOLUME = "customer_volume"
    """A residential customer with a daily volume of `limit` m³ or more."""
    CLASS_KIND = "class_kind"
    """The class does not fit the kind of use."""
    METER_REMOVED_IN_USE = "meter_removed_in_use"
    """A meter with a date of removal still stands as in use."""
    METER_AT_CLOSED = "meter_at_closed"
    """A closed customer still has a meter in use."""
    CUSTOMER_WITHOUT_PREMISES = "customer_without_premises"
    CUSTOMER_WITHOUT_PHONE = "customer_without_phone"
    CAPACITY_EXCEEDED = "capacity_exceeded"
    """The daily volume is above the contracted capacity."""
    CONTACT_LATE = "contact_late"
    """Entered more than `limit` minutes after the conversation ended."""
    ACCOUNT_LATE = "account_late"
    """Recorded more than `limit` days after the date on which it took effect."""
    MASTER_DATA_LATE = "master_data_late"
    """The keeper entered it after the limit of the concern, or has not yet."""
    CORRECTED_SOON = "corrected_soon"
    """Somebody changed what had been entered within `limit` hours."""
    ORDER_WITHOUT_INTAKE = "order_without_intake"
    """Dispatched although customer, premises or summary is missing."""
    ORDER_LATE = "order_late"
    """A step of an order recorded more than `limit` minutes after it was taken."""
    READING_WITHOUT_METER = "reading_without_meter"
    """A reading of a meter that is not in use."""
    READING_LATE = "reading_late"
    """Recorded more than `limit` minutes after it was taken."""
    READING_CORRECTED = "reading_corrected"
    """A reading that was corrected afterwards."""
    CARD_SALE_CORRECTED = "card_sale_corrected"
    """A card sale that was corrected afterwards."""
    USAGE_MISMATCH = "usage_mismatch"
    """Document, money and system report of gas and its fee differ (三方不一致)."""
    MATERIAL_MISMATCH = "material_mismatch"
    """The same of materials and fees."""
    SAME_IDENTITY = "same_identity"
    """Another customer has the same identity number."""
    SAME_PHONE_AND_NAME = "same_phone_and_name"
    """Another customer has the same telephone and the same name."""
    SAME_NAME_AND_ADDRESS = "same_name_and_address"
    """Another customer has the same name at the same address."""


class EntryRule(Named):
    """One rule of a check: what is an error, of which kind, and of which kind of data."""

    check: Code
    """One of `checks`."""
    kind: Code
    """One of `error_kinds`."""
    concern: ConcernCode
    detector: Detector
    limit: Annotated[Decimal, Field(ge=0)] | None = None
    """What the detector compares with, in its own unit."""
    works: tuple[WorkCode, ...] = ()
    """Kinds of work that the rule means; empty = all."""
    clause: ClauseCode | None = None
    """Null: the clause of the check."""
    is_open_setting: bool = False


class Sample(Entry):
    """How many entries are drawn: the percentage rounded up, at least so many."""

    percent: Annotated[int, Field(ge=1, le=100)]
    at_least: Annotated[int, Field(ge=1)]
    is_open_setting: bool = False


class ReportedError(Entry):
    """What an error is that came to light outside the checks."""

    check: Code
    """Of `checks`: whose share of the figures it is."""
    kind: Code
    """Of `error_kinds`."""
    concern: ConcernCode


class FindingTerms(Entry):
    """Who decides on an error, and until when the author may answer."""

    wrong_number: ReportedError
    """A callback reached nobody, or somebody else, at the number of the registry."""

    decided_by: tuple[PostCode, ...] = ()
    """Empty: whoever has the permission."""
    corrected_within_days: Annotated[int, Field(ge=1, le=365)] = 30
    """A correction during business counts as the former author's error if the entry is not older than that."""
    clause: ClauseCode
    is_open_setting: bool = False


class TaskTerms(Entry):
    """What starts the clock of the master-data keeper."""

    concern: ConcernCode
    works: tuple[WorkCode, ...] = ()
    """Works whose completion changes base data."""
    account_changes: tuple[Code, ...] = ()
    """Openings, transfers, closings."""
    ladder: LadderCode | None = None
    warn_at: tuple[Annotated[int, Field(ge=1, le=100)], ...] = (50, 75, 90)
    is_open_setting: bool = False


class LookupTerms(Entry):
    """When a look-up counts as needed: work for the customer by the same person around it."""

    before_minutes: Annotated[int, Field(ge=0)]
    after_minutes: Annotated[int, Field(ge=0)]
    judged_by: tuple[PostCode, ...]
    """Who sees the list besides the superior, and judges."""
    explanation: Promised
    """From the finding to the person's explanation."""
    clause: ClauseCode
    is_open_setting: bool = False


class ReportTerms(Entry):
    """The month's report to the leader."""

    signature: Promised
    clause: ClauseCode
    is_open_setting: bool = False
