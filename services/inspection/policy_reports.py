"""The inspection chapter's section on monthly summaries, quarterly reports, archive (domain.md 2.5)."""

from typing import Annotated

from pydantic import Field

from services.inspection.policy_programme import KindCode
from shared.policy.commitments import ClauseCode, DepartmentCode, Entry, PostCode, Promised

Posts = Annotated[tuple[PostCode, ...], Field(min_length=1)]


class Summaries(Entry):
    """The monthly summary of a department, signed by its head (部门月度服务总结)."""

    departments: Annotated[tuple[DepartmentCode, ...], Field(min_length=1)]
    """Each owes one a month."""
    opened_months: Annotated[int, Field(ge=1, le=60)]
    """So many months back one may still be begun by hand, or drafted after an outage."""
    noted_by: Posts
    submitted: Promised
    """From the first day after the month to the head's signature."""
    reworked: Promised
    """From its return to the next signature."""
    noted: Promised
    """From the signature to the committee's word."""
    clause: ClauseCode
    is_open_setting: bool = False


class ThemedReports(Entry):
    """The report on the themed inspections of a quarter (季度专题检查报告)."""

    kinds: Annotated[tuple[KindCode, ...], Field(min_length=1)]
    """Kinds of inspection that it covers."""
    written_by: Posts
    approved_by: Posts
    """Never whoever wrote or submitted it."""
    published_by: Posts
    submitted: Promised
    """From the first day after the quarter."""
    reworked: Promised
    """From its return."""
    approved: Promised
    published: Promised
    clause: ClauseCode
    is_open_setting: bool = False


class Archives(Entry):
    """The package of an inspection (检查档案)."""

    made_by: Posts
    clause: ClauseCode
    is_open_setting: bool = False


class Reports(Entry):
    """Monthly summaries, quarterly reports, archive (总结、报告与档案)."""

    clause: ClauseCode
    summary: Summaries
    themed: ThemedReports
    archive: Archives
    is_open_setting: bool = False
