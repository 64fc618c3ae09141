"""The inspection chapter's section on the social supervision network (domain.md 2.5)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, LadderCode, Named, PostCode, Promised

Posts = Annotated[tuple[PostCode, ...], Field(min_length=1)]


class SupervisorGroup(Named):
    """A group of society that members represent (代表的社会群体)."""

    greatest_percent: Annotated[int, Field(ge=1, le=100)]
    """Of the seats of the network: no group holds more."""


class ActivityKind(Named):
    """What members are invited to (监督活动): visit, meeting, unannounced check."""

    is_announced: bool = True
    """Whether the department may hear of it beforehand."""


class ObservationKind(Named):
    """What an observation is about."""

    category: Code = "other"
    """Of the case that it may become, a category of the complaint chapter."""


class SupervisorTerm(Entry):
    """How long and how often somebody is a member (聘期)."""

    months: Annotated[int, Field(ge=1)]
    """Calendar months of one term at most."""
    times: Annotated[int, Field(ge=1)]
    """Terms of one member at most."""
    notice_days: Annotated[int, Field(ge=1)]
    """Calendar days before the end from which the decision on it is awaited by a clock."""
    ladder: LadderCode | None = None
    clause: ClauseCode
    is_open_setting: bool = False


class Supervisors(Entry):
    """The social supervision network (社会监督网)."""

    clause: ClauseCode
    size: Annotated[int, Field(ge=1)]
    """Seats of the network; shares are counted of them."""
    groups: Annotated[dict[Code, SupervisorGroup], Field(min_length=1)]
    duties: Annotated[dict[Code, Named], Field(min_length=1)]
    activities: Annotated[dict[Code, ActivityKind], Field(min_length=1)]
    kinds: Annotated[dict[Code, ObservationKind], Field(min_length=1)]
    accounts: Posts
    """Whose accounts may be those of members."""
    managed_by: Posts
    """Who appoints, invites and tells members."""
    reviewed_by: Posts
    """Who reviews a department's answer, never the own one."""
    term: SupervisorTerm
    replied: Promised
    """From the invitation to the member's answer."""
    recorded: Promised
    """From the time of an activity to its record."""
    answered: Promised
    """From the observation to the department's answer, and from its return to the next one."""
    reviewed: Promised
    """From the department's answer to the word of the office."""
    told: Promised
    """From the accepted answer until the member knows it."""
    evidence_types: Annotated[tuple[str, ...], Field(min_length=1)]
    """Media types of photos and other evidence."""
    late_days: Annotated[int, Field(ge=0)]
    """How many calendar days after it was seen an observation is still taken in."""
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _can_be_filled(self) -> Self:
        seats = {code: self.size * group.greatest_percent // 100 for code, group in self.groups.items()}
        empty = sorted(code for code, count in seats.items() if count == 0)
        if empty:
            raise ValueError(f"社会群体 {'、'.join(empty)} 的比例上限不足一个名额")
        if sum(seats.values()) < self.size:
            raise ValueError("各社会群体的比例上限之和不足以聘满社会监督网")
        return self
