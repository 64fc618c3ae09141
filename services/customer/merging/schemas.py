"""Bodies of merging: ids, codes and counts."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.customer.merging.models import CandidateRow, MergeRow
from services.customer.merging.rules import CandidateState, Likeness, MergeState
from services.customer.merging.service.reading import ShownMerge
from services.customer.merging.service.undoing import said
from shared.http.base_model import ApiModel, LongText
from shared.http.page import Page


class MergeCreate(ApiModel):
    """Into which customer the row ends, and why."""

    into_customer_id: UUID
    into_version: int
    """The version of the customer that stays, as the caller saw it."""
    reason: LongText


class MergeReason(ApiModel):
    """Why."""

    reason: LongText


class MergeMoved(ApiModel):
    """How many rows of a table the merge moved, or set aside with the row that ended."""

    place: str
    has_moved: bool
    rows: int


class MergeBlocker(ApiModel):
    """What happened since and forbids undoing."""

    place: str
    kind: str
    """moved_on, changed, added, ended or erased."""
    count: int
    text: str


class MergeCard(ApiModel):
    """A merge in a list."""

    id: UUID
    losing_id: UUID
    surviving_id: UUID
    state: MergeState
    rules: list[Likeness]
    reason: str
    merged_by: UUID
    merged_at: datetime
    undone_by: UUID | None
    undone_at: datetime | None
    undo_reason: str | None
    version: int

    @classmethod
    def of_row(cls, row: MergeRow) -> Self:
        """From the stored merge."""
        return cls.model_validate(row)


class CustomerMerge(MergeCard):
    """A merge with what it moved and what forbids undoing it now."""

    moved: list[MergeMoved]
    blockers: list[MergeBlocker]

    @classmethod
    def of(cls, shown: ShownMerge) -> Self:
        """From the merge and its moves."""
        fields: dict[str, Any] = {name: getattr(shown.merge, name) for name in MergeCard.model_fields}
        return cls(
            **fields,
            moved=[MergeMoved.model_validate(one) for one in shown.moved],
            blockers=[
                MergeBlocker(place=one.place, kind=one.kind, count=one.count, text=said(one)) for one in shown.blockers
            ],
        )


class CustomerMergePage(Page[MergeCard]):
    """One page of merges, newest first."""


class LikeCustomer(ApiModel):
    """A customer who may be the same."""

    customer_id: UUID
    rules: list[Likeness]


class LikeCustomers(ApiModel):
    """Who may be the same customer."""

    items: list[LikeCustomer]


class MergeCandidate(ApiModel):
    """Two customers that may be one."""

    id: UUID
    first_id: UUID
    second_id: UUID
    rules: list[Likeness]
    state: CandidateState
    found_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    reason: str | None
    version: int

    @classmethod
    def of(cls, row: CandidateRow) -> Self:
        """From the stored pair."""
        return cls.model_validate(row)


class MergeCandidatePage(Page[MergeCandidate]):
    """One page of pairs, newest first."""


class DuplicateSearch(ApiModel):
    """A search through the whole base."""

    job_id: UUID
