"""What is kept with a case, as pack data: investigation entries, reply templates, reports of retaliation."""

from typing import Annotated

from pydantic import Field

from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Promised, Refers

MarkCode = Annotated[Code, Refers("mark")]
"""A mark of the findings, with its consequence."""


class Investigation(Entry):
    """The investigation file (调查卷)."""

    entry_kinds: dict[Code, Named]
    """What an entry may be: interview, site, document …"""
    clause: ClauseCode
    is_open_setting: bool = False


class Replies(Entry):
    """Templates for replies."""

    approved_by: tuple[PostCode, ...] = Field(min_length=1)
    """Posts of the service office; never whoever drafted the template."""
    clause: ClauseCode
    is_open_setting: bool = False


class Retaliation(Entry):
    """Retaliation against a complainant (打击报复): who is told, within which time it is decided, what follows."""

    answer: Promised
    reported_to: tuple[PostCode, ...] = Field(min_length=1)
    """Posts of the office with which a report lies."""
    mark: MarkCode
    """Of the findings: a confirmed report proposes its consequence."""


class Dossier(Entry):
    """What belongs to a case's file (卷宗)."""

    investigation: Investigation
    replies: Replies
    retaliation: Retaliation
