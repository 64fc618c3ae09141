"""The incentive chapter's section on the ledger of points and money (domain.md 2.6)."""

from typing import Annotated

from pydantic import Field

from shared.policy.commitments import ClauseCode, Entry, PostCode, Promised


class Ledger(Entry):
    """Double entry, per employee, team, department, month and year; months close and lock (奖惩台帐)."""

    closed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    locked_by: tuple[PostCode, ...] = ()
    """Who locks a closed month, another person than who closed it; empty = as `closed_by`."""
    payroll_by: tuple[PostCode, ...] = ()
    """Who makes the list for payroll; empty = as `closed_by`."""
    closed: Promised
    """From the end of the month until it is closed."""
    month_points: Annotated[int, Field(ge=0)] = 100
    """What a month begins with."""
    year_points: Annotated[int, Field(ge=0)] = 100
    clause: ClauseCode
    is_open_setting: bool = False

    @property
    def locking_posts(self) -> tuple[str, ...]:
        """Who may lock."""
        return self.locked_by or self.closed_by

    @property
    def payroll_posts(self) -> tuple[str, ...]:
        """Who may make the list."""
        return self.payroll_by or self.closed_by
