"""The inspection chapter's section on rectification notices and their deadlines (domain.md 2.5)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, LimitUnit, Named, PostCode, Promised, Refers

SeverityCode = Annotated[Code, Refers("severity")]
"""Defined by the section `findings`."""
_DATED = (LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY)


class Hands(Entry):
    """Who takes a step; nobody of the department concerned (经办岗位)."""

    posts: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    otherwise: tuple[PostCode, ...] = ()
    """Where all of those posts belong to the department concerned."""

    def of(self, department: str, department_of: Mapping[str, str | None]) -> tuple[str, ...]:
        """The posts for a department; `department_of` answers to which department a post belongs."""
        fit = tuple(post for post in self.posts if department_of.get(post) != department)
        return fit or self.otherwise or self.posts


class Extension(Entry):
    """How far the deadline of one round may be moved (延期)."""

    times: Annotated[int, Field(ge=0)]
    days: Annotated[int, Field(ge=0)]
    """In all, days of the unit in which the mending is counted."""
    is_open_setting: bool = False


class Lateness(Entry):
    """What a missed deadline rests on (逾期)."""

    clause: ClauseCode


class Window(StrEnum):
    """Within what notices are counted together."""

    CALENDAR_YEAR = "calendar_year"
    """Of the company's civil time."""


class Consequence(Named):
    """What a department loses by repeated notices (后果)."""

    code: Code
    severities: Annotated[tuple[SeverityCode, ...], Field(min_length=1)]
    """Notices of these count."""
    counts_late: bool = False
    """Whether a notice that became late counts whatever its severity."""
    count: Annotated[int, Field(ge=1)]
    """So many and more."""
    window: Window = Window.CALENDAR_YEAR
    clause: ClauseCode
    is_open_setting: bool = False


class Notices(Entry):
    """Rectification notices and their deadlines (整改通知书)."""

    clause: ClauseCode
    issue: Promised
    """From the confirmed finding."""
    acknowledge: Promised
    """From its issue."""
    plan: Promised
    """Measure, responsible person and date, from the acknowledgement."""
    mend: Annotated[dict[SeverityCode, Promised], Field(min_length=1)]
    """From its issue, or from its return, to the report; in days, so that an extension can be counted."""
    verify: Promised
    """From the report."""
    accept: Promised
    """From the verification."""
    decide: Promised
    """On an escalated one."""
    cycles: Annotated[int, Field(ge=1)]
    """Rounds of mending before it goes to those who decide."""
    issued_by: Hands
    verified_by: Hands
    """Never the issuer nor whoever mended it."""
    accepted_by: Hands
    extended_by: Hands
    decided_by: Hands
    cancelled_by: Hands
    evidence_types: Annotated[tuple[str, ...], Field(min_length=1)]
    """Media types that prove the mending."""
    proofs: Annotated[int, Field(ge=0)]
    """Least number of files with a report."""
    extension: Extension
    late: Lateness
    consequence: Consequence
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _counts_days(self) -> Self:
        undated = sorted(
            code for code, one in self.mend.items() if one.limit.unit not in _DATED or not one.limit.budget
        )
        if undated:
            raise ValueError(f"整改期限须以工作日或日历日计：{'、'.join(undated)}")
        return self
