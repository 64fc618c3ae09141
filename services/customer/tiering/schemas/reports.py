"""The dry run, the ledger and the yearly figures."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from services.customer.registry.models import ImportErrorRow
from services.customer.tiering.rules import ProposalSource
from services.customer.tiering.service.figures import FiguresProgress
from services.customer.tiering.service.ledger import Ledger
from shared.access.masking import MaskedName
from shared.http.base_model import ApiModel
from shared.http.page import Page
from shared.jobs.model import JobState


class TierPromisedLimit(ApiModel):
    """One promise as the pack gives it; minutes for natural and business time, else days; null = no limit."""

    commitment: str
    start: str
    """The moment from which it runs."""
    budget: int | None
    unit: str
    calendar: str
    deadline_from: str | None
    every_months: int | None
    clause: str


class TierPromise(ApiModel):
    """What the customer's tier is promised for a kind of work and a metric."""

    work: str
    metric: str
    place: str | None
    """Only where the place matters."""
    limits: list[TierPromisedLimit]
    """With several the earliest deadline governs."""


class CustomerPromises(ApiModel):
    """What a customer is promised now."""

    customer_id: UUID
    tier: str
    tier_name: str
    party: str
    policy_version: str
    items: list[TierPromise]


class TierPromiseChange(ApiModel):
    """The limits of a kind of work and a metric before and after; none: no promise."""

    work: str
    metric: str
    place: str | None
    """Only where the place matters."""
    before: list[TierPromisedLimit]
    after: list[TierPromisedLimit]
    """With several the earliest deadline governs."""


class TierMove(ApiModel):
    """A customer who would move, and why."""

    customer_id: UUID
    number: str
    party: str
    account_manager_id: UUID | None
    from_tier: str
    from_rule: str | None
    tier: str
    rule: str | None
    reason: str
    matches: list[str]
    facts: dict[str, Any]
    needs_person: bool
    is_upgrade: bool
    commitments: list[TierPromiseChange]


class TierMovePage(Page[TierMove]):
    """One page of customers who would move, by id."""


class TierMoveCount(ApiModel):
    """How many would move from one tier to another, by which rules, and what changes for them."""

    from_tier: str
    tier: str
    party: str
    customers: int
    needs_person: int
    upgrades: int
    rules: dict[str, int]
    commitments: list[TierPromiseChange]


class TierDryRun(ApiModel):
    """The whole base, judged and not changed."""

    policy_version: str
    judged: int
    moving: int
    moves: list[TierMoveCount]


class TierLedgerLine(ApiModel):
    """One customer of the ledger."""

    customer_id: UUID
    number: str
    name: MaskedName
    kind: str
    party: str
    standing: str
    account_manager_id: UUID | None
    tier: str
    since: datetime
    """In this tier without a break."""
    proposal_id: UUID
    """The decision in force at the end of the day."""
    in_force_at: datetime
    rule: str | None
    matches: list[str]
    facts: dict[str, Any]
    stated_facts: dict[str, Any]
    source: ProposalSource
    department: str | None
    reason: str | None
    proposed_by: UUID | None
    decided_by: UUID | None
    decision_reason: str | None
    policy_version: str
    review_due_on: date | None
    plan_id: UUID | None
    """The individual service plan that counted on the day."""
    plan_number: str | None

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Self:
        """From what is stored."""
        return cls.model_validate({name: row[name] for name in cls.model_fields} | {"name": row["name"] or ""})


class TierLedgerPage(Page[TierLedgerLine]):
    """The ledger at the end of a day, one page of its customers by id."""

    on: date
    counts: dict[str, int]
    """Customers by tier."""

    @classmethod
    def told(cls, ledger: Ledger, cut: Any) -> Self:
        """The page with the day's figures."""
        return cls(**cut, on=ledger.on, counts=ledger.counts)


class TierFiguresError(ApiModel):
    """One refused cell: line as the spreadsheet shows it, column and rule, never the value."""

    line: int
    column: str
    rule: str
    message: str


class TierFigures(ApiModel):
    """An import of yearly figures."""

    id: UUID
    state: JobState
    total: int | None
    done: int
    stored: int
    refused: int
    """Rows."""
    years: list[int]
    errors_by_rule: dict[str, int]
    errors: list[TierFiguresError]
    next_cursor: str | None
    error: str | None
    version: int

    @classmethod
    def of(cls, progress: FiguresProgress, rows: list[ImportErrorRow], next_cursor: str | None) -> Self:
        """From what is stored."""
        job = progress.job
        return cls(
            id=job.id,
            state=job.state,
            total=job.progress_total,
            done=job.progress_done,
            stored=progress.stored,
            refused=progress.refused,
            years=progress.years,
            errors_by_rule=progress.errors_by_rule,
            errors=[
                TierFiguresError(line=row.line, column=row.column_name, rule=row.rule, message=row.message)
                for row in rows
            ],
            next_cursor=next_cursor,
            error=job.error,
            version=job.version,
        )


class TierSalesYear(ApiModel):
    """The company's sales of a year."""

    company: str
    year: int
    total_fen: int
    is_stated: bool
    """False: the sum of the customers' figures."""
    customers: int
    imported_at: datetime
    version: int


class TierSalesYears(ApiModel):
    """The years known, newest first; the newest is what shares are judged by."""

    items: list[TierSalesYear]
