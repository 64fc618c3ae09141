"""Links between cases, further complainants, reports of retaliation: words and small rules."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.complaint.dossier.errors import AccusedMissingError, RetaliationDecidedError, RetaliationDeciderError


class LinkKind(StrEnum):
    """How two cases belong together."""

    REPEAT_OF = "repeat_of"
    """The case repeats the other one; kept on the case itself, at most one."""
    RELATED = "related"


class LinkSource(StrEnum):
    """Who found out."""

    SYSTEM = "system"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who else complains; a customer's contact is not stored (design.md 3)."""

    customer_id: UUID | None = None
    name: str | None = None
    phone: str | None = None
    is_anonymous: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there is anything to find the complainant by."""
        return any((self.customer_id, self.name, self.phone))


class RetaliationState(StrEnum):
    """A report waits for the office, which decides once."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    UNFOUNDED = "unfounded"


class RetaliationSource(StrEnum):
    """Whose word it is."""

    COMPLAINANT = "complainant"
    """Told to whoever enters it."""
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is reported of a retaliation."""

    source: RetaliationSource
    statement: str
    person_ids: tuple[UUID, ...] = ()
    department: str | None = None
    file_ids: tuple[UUID, ...] = ()
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the office decides on a report; people and department as they are held to be proved."""

    is_confirmed: bool
    reason: str
    person_ids: tuple[UUID, ...] = ()
    department: str | None = None

    @property
    def state(self) -> RetaliationState:
        """The report's state after it."""
        return RetaliationState.CONFIRMED if self.is_confirmed else RetaliationState.UNFOUNDED


def check_decision(
    state: str, decision: Decision, *, decider_ids: frozenset[UUID], reported_by: UUID, accused: frozenset[UUID]
) -> None:
    """One decision, by somebody who neither reported nor is accused.

    Raises: RetaliationDecidedError, RetaliationDeciderError, AccusedMissingError.
    """
    if state != RetaliationState.REPORTED:
        raise RetaliationDecidedError("该举报已有结论。")
    if decider_ids & (accused | {reported_by} | set(decision.person_ids)):
        raise RetaliationDeciderError("举报人与被举报人不得作出结论。")
    if decision.is_confirmed and not decision.person_ids and decision.department is None:
        raise AccusedMissingError.at_pointer("/person_ids")
