"""Facts about the social supervision network: ids, codes and times only; members are pseudonyms, words stay home."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import EventPayload
from shared.contracts.calls import CallbackDissatisfied


class SupervisorFact(EventPayload):
    """What every fact about a member says; never a name or telephone."""

    supervisor_id: UUID
    number: str
    group: str
    """Of society, a code of the pack."""
    state: str
    term: int
    """1 = the first."""
    term_since: date
    term_until: date
    occurred_at: datetime


class SupervisorAppointed(SupervisorFact):
    """Somebody became a member."""

    TYPE: ClassVar[str] = "inspection.supervisor_appointed"


class SupervisorRenewed(SupervisorFact):
    """A member stays for another term."""

    TYPE: ClassVar[str] = "inspection.supervisor_renewed"


class SupervisorEnded(SupervisorFact):
    """Somebody is no longer a member."""

    TYPE: ClassVar[str] = "inspection.supervisor_ended"


class SupervisorActivityFact(EventPayload):
    """What every fact about an invitation says; no department, because a check may be unannounced."""

    activity_id: UUID
    number: str
    supervisor_id: UUID
    kind: str
    state: str
    starts_at: datetime
    occurred_at: datetime


class SupervisorInvited(SupervisorActivityFact):
    """A member was invited to a visit, a meeting or an unannounced check."""

    TYPE: ClassVar[str] = "inspection.supervisor_invited"


class SupervisorInvitationAnswered(SupervisorActivityFact):
    """The member accepted or declined, as the state says."""

    TYPE: ClassVar[str] = "inspection.supervisor_invitation_answered"


class SupervisorActivityHeld(SupervisorActivityFact):
    """It took place and is recorded."""

    TYPE: ClassVar[str] = "inspection.supervisor_activity_held"


class SupervisorActivityCancelled(SupervisorActivityFact):
    """It will not take place."""

    TYPE: ClassVar[str] = "inspection.supervisor_activity_cancelled"


class ObservationFact(EventPayload):
    """What every fact about an observation says; not whose it is."""

    observation_id: UUID
    number: str
    kind: str
    department: str
    team: str | None = None
    state: str
    seen_at: datetime
    answer_due_at: datetime | None = None
    occurred_at: datetime


class ObservationFiled(ObservationFact):
    """A department has an observation of the network to answer."""

    TYPE: ClassVar[str] = "inspection.observation_filed"


class ObservationMoved(ObservationFact):
    """Another department answers."""

    TYPE: ClassVar[str] = "inspection.observation_moved"

    from_department: str


class ObservationDrafted(ObservationFact):
    """The department answered; the office reviews."""

    TYPE: ClassVar[str] = "inspection.observation_drafted"


class ObservationReturned(ObservationFact):
    """The office sent the answer back."""

    TYPE: ClassVar[str] = "inspection.observation_returned"


class ObservationAnswered(ObservationFact):
    """The office accepted the department's answer."""

    TYPE: ClassVar[str] = "inspection.observation_answered"

    is_on_time: bool | None = None
    """Null where no limit is set."""


class ObservationTold(ObservationFact):
    """The member knows the answer."""

    TYPE: ClassVar[str] = "inspection.observation_told"


class ObservationFound(ObservationFact):
    """It became a finding."""

    TYPE: ClassVar[str] = "inspection.observation_found"

    finding_id: UUID


class ObservationPublished(ObservationFact):
    """Its anonymised wording is public."""

    TYPE: ClassVar[str] = "inspection.observation_published"


class ObservationComplained(CallbackDissatisfied):
    """An observation is a complaint: heard like a dissatisfied customer; `callback_id` is the observation's id."""

    TYPE: ClassVar[str] = "inspection.observation_complained"


EVENTS: tuple[type[EventPayload], ...] = (
    SupervisorAppointed,
    SupervisorRenewed,
    SupervisorEnded,
    SupervisorInvited,
    SupervisorInvitationAnswered,
    SupervisorActivityHeld,
    SupervisorActivityCancelled,
    ObservationFiled,
    ObservationMoved,
    ObservationDrafted,
    ObservationReturned,
    ObservationAnswered,
    ObservationTold,
    ObservationFound,
    ObservationPublished,
    ObservationComplained,
)
"""Everything in this file that crosses the bus."""
