"""The callback chapter's section on the interface to outside supervision centres (domain.md 2.3, 2.8)."""

from typing import Annotated

from pydantic import Field

from shared.policy.commitments import ClauseCode, Code, DepartmentCode, Entry, LadderCode, Named, PostCode, Promised


class SupervisionKind(Named):
    """What an opinion from outside may be."""

    category: Code = "other"
    """Of the case that it may be turned into, a category of the complaint chapter."""


class SupervisionSource(Named):
    """A body that sends opinions and is answered."""

    received_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Whose accounts bring its opinions in, the centre's own machine among them."""
    department: DepartmentCode
    """Which answers, unless the office names another."""
    answered: Promised
    """The centre's limit where it gives no deadline of its own."""
    ladder: LadderCode | None = None
    """Of a deadline that the centre gives."""
    clause: ClauseCode


class Supervision(Entry):
    """Opinions arriving from outside (外部监督意见)."""

    sources: Annotated[dict[Code, SupervisionSource], Field(min_length=1)]
    kinds: Annotated[dict[Code, SupervisionKind], Field(min_length=1)]
    answered_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who reviews the department's answer and sends it out."""
    drafted: Promised
    """From the arrival to the department's answer."""
    answered: Promised
    """Our own limit, beside the centre's."""
    delivered: Promised
    """From the answer to its delivery."""
    clause: ClauseCode
    is_open_setting: bool = False
