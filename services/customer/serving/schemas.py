"""Bodies of who serves whom: ids and codes; names of staff are the directory's."""

from datetime import datetime
from typing import Self
from uuid import UUID

from services.customer.policy_serving import SlotKind
from services.customer.serving.models import AssignmentRow
from services.customer.serving.rules import AssignmentState, GapKind
from services.customer.serving.service.missing import Gap
from services.customer.serving.service.reading import ServiceTeam, TeamPerson, TeamPlace
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page


class AssignmentCreate(ApiModel):
    """Who is to serve the customer in which place."""

    slot: Code
    """A place that the customer's tier asks for, such as account_manager."""
    staff_id: UUID | None = None
    """Empty = the only holder of the post."""
    reason: LongText


class AssignmentReplace(ApiModel):
    """Who is to take the place."""

    staff_id: UUID
    reason: LongText


class AssignmentReason(ApiModel):
    """Why."""

    reason: LongText


class AssignmentConfirm(ApiModel):
    """The proposal is put in force."""

    note: LongText | None = None


class ServiceAssignment(ApiModel):
    """One person in one place of one customer's team."""

    id: UUID
    customer_id: UUID
    slot: str
    post: str
    staff_id: UUID
    is_account_manager: bool
    state: AssignmentState
    reason: str
    replaces_id: UUID | None
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    from_at: datetime | None
    until_at: datetime | None
    ended_by: UUID | None
    end_reason: str | None
    policy_version: str
    version: int

    @classmethod
    def of(cls, row: AssignmentRow) -> Self:
        """From the stored assignment."""
        return cls.model_validate(row)


class ServiceAssignmentPage(Page[ServiceAssignment]):
    """One page of assignments, newest first."""


class ServicePerson(ApiModel):
    """Somebody in a place, and who is to be reached for them now."""

    assignment_id: UUID | None
    """Empty for an account manager whom only the registry names."""
    staff_id: UUID
    state: AssignmentState
    since: datetime | None
    is_in_post: bool
    """Has not left and holds the post."""
    is_at_work: bool
    deputies: list[UUID]
    """Who stands in today."""
    reach: list[UUID]
    """Whom to call in an emergency, in this order: the person or who stands in, then the superior."""
    load: int
    """Customers that the person serves in this place."""
    version: int | None

    @classmethod
    def of(cls, person: TeamPerson) -> Self:
        """From the team."""
        return cls.model_validate(person)


class ServicePlace(ApiModel):
    """A place of a customer's team."""

    slot: str
    name: str
    post: str
    kind: SlotKind | None
    at_least: int
    at_most: int | None
    max_load: int | None
    is_account_manager: bool
    is_wanted: bool
    """False where the tier of today asks for nobody here."""
    clause: str | None
    gap: GapKind | None
    people: list[ServicePerson]

    @classmethod
    def of(cls, place: TeamPlace) -> Self:
        """From the team."""
        said = {name: getattr(place, name) for name in cls.model_fields if name != "people"}
        return cls(**said, people=[ServicePerson.of(one) for one in place.people])


class ServiceTeamView(ApiModel):
    """Who serves a customer, by the tier of today."""

    customer_id: UUID
    tier: str
    account_manager_id: UUID | None
    channels: dict[str, str]
    """By code, in Chinese: the hotline and what else the tier has."""
    places: list[ServicePlace]

    @classmethod
    def of(cls, team: ServiceTeam) -> Self:
        """From the team."""
        return cls(
            customer_id=team.customer.id,
            tier=team.customer.tier,
            account_manager_id=team.customer.account_manager_id,
            channels=team.channels,
            places=[ServicePlace.of(one) for one in team.places],
        )


class ServiceGap(ApiModel):
    """A place that wants somebody."""

    customer_id: UUID
    tier: str
    slot: str
    name: str
    post: str
    kind: GapKind
    at_least: int
    present: int
    """Who are there and hold the post."""
    proposed: int
    """Waiting for the second pair of eyes."""
    staff_ids: list[UUID]
    """Who are assigned, also those who have left."""
    tier_index: int

    @classmethod
    def of(cls, gap: Gap) -> Self:
        """From the query."""
        return cls.model_validate(gap)


class ServiceGapPage(Page[ServiceGap]):
    """One page of gaps, first tier first."""


class ServiceLoad(ApiModel):
    """How many customers one person serves in one place."""

    staff_id: UUID
    slot: str
    post: str
    load: int
    proposed: int
    """Part of the load that waits for confirmation."""
    max_load: int | None


class ServiceLoadPage(Page[ServiceLoad]):
    """One page of loads, by person and place."""
