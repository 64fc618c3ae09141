"""Reports of retaliation."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from services.complaint.dossier.rules.matters import Decision, Report, RetaliationSource, RetaliationState
from shared.http.base_model import ApiModel, Code, LongText

People = Annotated[list[UUID], Field(max_length=20)]


class RetaliationReport(ApiModel):
    """What is reported; only the service office reads it."""

    source: RetaliationSource
    statement: LongText
    person_ids: People = Field(default_factory=list)
    """Staff who are accused, as far as known."""
    department: Code | None = None
    file_ids: list[UUID] = Field(default_factory=list, max_length=20)
    occurred_at: datetime | None = None

    def report(self) -> Report:
        """The facts of the form."""
        return Report(
            source=self.source,
            statement=self.statement,
            person_ids=tuple(self.person_ids),
            department=self.department,
            file_ids=tuple(self.file_ids),
            occurred_at=self.occurred_at,
        )


class RetaliationReceipt(ApiModel):
    """All that whoever reported gets back."""

    id: UUID
    reported_at: datetime


class RetaliationDecide(ApiModel):
    """What the office decides; confirmed, it names whom the consequence is for."""

    is_confirmed: bool
    reason: LongText
    person_ids: People = Field(default_factory=list)
    department: Code | None = None

    def decision(self) -> Decision:
        """The facts of the form."""
        return Decision(
            is_confirmed=self.is_confirmed,
            reason=self.reason,
            person_ids=tuple(dict.fromkeys(self.person_ids)),
            department=self.department,
        )


class Retaliation(ApiModel):
    """One report, for the office."""

    id: UUID
    complaint_id: UUID
    cycle: int
    source: RetaliationSource
    statement: str
    person_ids: list[UUID]
    department: str | None
    file_ids: list[UUID]
    occurred_at: datetime
    reported_by: UUID
    reported_at: datetime
    state: RetaliationState
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    proved_person_ids: list[UUID]
    proved_department: str | None
    mark: str | None
    consequence: str | None
    """Clause of the incentive chapter that a confirmed report proposes."""
    version: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """From the stored row."""
        return cls.model_validate(row)


class Retaliations(ApiModel):
    """The reports on a case."""

    items: list[Retaliation]
