"""The callback chapter's section on messages: purposes, texts, quiet hours, how many, how often tried."""

import re
from collections.abc import Mapping
from enum import StrEnum
from string import Formatter
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, Named, Refers
from shared.policy.model import QuietHours
from shared.policy.references import Reference, dangling

PurposeCode = Annotated[Code, Refers("purpose")]
TemplateCode = Annotated[Code, Refers("template")]
_LONGEST_TEXT = 500


class ParameterKind(StrEnum):
    """What may stand in a text: nothing that names or reaches a person."""

    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    LINK = "link"
    TITLE = "title"
    """A short public wording, such as that of an activity or a place."""


class Purpose(Named):
    """What messages are for."""

    can_opt_out: bool = True
    """False: customers may not refuse it, as for safety."""
    is_counted: bool = True
    """Counts towards, and is held back by, the most a customer gets in a month."""
    is_quiet: bool = True
    """Waits while people rest; False: sent at any hour."""


class Template(Named):
    """One text; what differs gets a new version."""

    version: Annotated[int, Field(ge=1)]
    purpose: PurposeCode
    text: Annotated[str, Field(max_length=_LONGEST_TEXT)]
    """Chinese, with `{parameter}` where a value stands."""
    parameters: dict[Code, ParameterKind] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_its_parameters(self) -> Self:
        named = {name for _, name, _, _ in Formatter().parse(self.text) if name is not None}
        if named != set(self.parameters):
            raise ValueError("短信模板的参数（parameters）须与文字中的 {参数} 一致")
        if re.search(r"\{[^}]*[^a-z0-9_}{][^}]*\}", self.text):
            raise ValueError("短信模板的参数不得带格式")
        return self


class Attempts(Entry):
    """How often a message that was certainly not taken is tried, and how far apart."""

    most: Annotated[int, Field(ge=1, le=20)]
    spacing_minutes: Annotated[int, Field(ge=1)]
    lease_seconds: Annotated[int, Field(ge=30)] = 120
    """After which a worker that took a message is taken for lost."""
    is_open_setting: bool = False


class Reconciling(Entry):
    """How the provider is asked what became of a message."""

    every_minutes: Annotated[int, Field(ge=1)]
    give_up_hours: Annotated[int, Field(ge=1)]
    """After which a result that nobody knows counts as failed; it is never sent again."""
    receipt_every_minutes: Annotated[int, Field(ge=1)]
    receipt_hours: Annotated[int, Field(ge=1)]
    """For how long the delivery of a message that was taken is asked for."""
    is_open_setting: bool = False


class MonthlyMost(Entry):
    """The most messages of counted purposes that one customer gets in a calendar month."""

    most: Annotated[int, Field(ge=1)]
    is_open_setting: bool = False


class Messages(Entry):
    """Short messages (短信)."""

    quiet_hours: QuietHours
    """When nothing is sent that may wait."""
    per_month: MonthlyMost
    attempts: Attempts
    reconciling: Reconciling
    purposes: dict[Code, Purpose]
    templates: dict[Code, Template]
    sources: dict[Code, Named]
    """From where a customer's wish to get no more messages may come."""
    clause: ClauseCode

    def dangling(self) -> list[Reference]:
        """Purposes that are named and not defined."""
        known: Mapping[str, Mapping[str, object]] = {"purpose": self.purposes}
        return dangling(self, known)
