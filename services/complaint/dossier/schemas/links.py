"""Links between cases, and merging."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.complaint.cases.rules import ComplaintState
from services.complaint.dossier.rules.matters import LinkKind
from shared.http.base_model import ApiModel, LongText


class ComplaintLinkCreate(ApiModel):
    """Ties the case to another one."""

    other_id: UUID
    link: LinkKind
    reason: LongText


class ComplaintLinkRemove(ApiModel):
    """Takes a tie back."""

    link: LinkKind
    reason: LongText


class ComplaintTie(ApiModel):
    """Another case that belongs to this one."""

    tie: str
    """`repeat_of`, `related` or `merged`."""
    is_outgoing: bool
    """This case repeats the other, or is merged into it; false: the other way round."""
    via_id: UUID
    """This case, or one that was merged into it."""
    other_id: UUID
    other_number: str
    other_state: ComplaintState
    reason: str | None
    at: datetime | None

    @classmethod
    def of(cls, tie: Any) -> Self:
        """From what the use case shows."""
        return cls(
            tie=tie.tie,
            is_outgoing=tie.is_outgoing,
            via_id=tie.via_id,
            other_id=tie.other.id,
            other_number=tie.other.number,
            other_state=tie.other.state,
            reason=tie.reason,
            at=tie.at,
        )


class ComplaintTies(ApiModel):
    """What belongs to a case, as far as the caller may see the other cases."""

    items: list[ComplaintTie]


class ComplaintStanding(ApiModel):
    """How the case stands after a change of its ties; all else of it is read from the case."""

    id: UUID
    number: str
    state: ComplaintState
    grade: str | None
    affected_customers: int
    repeat_of_id: UUID | None
    merged_into_id: UUID | None
    version: int


class ComplaintMerge(ApiModel):
    """The open case of the same kind in which this one is handled from now on."""

    into_id: UUID
    reason: LongText


class ComplaintUnmerge(ApiModel):
    """The case is handled by itself again."""

    reason: LongText
