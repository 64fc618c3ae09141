"""Which revision of the callback chapter governs, and what it makes of its limits: the features ask here."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.callback.policy import CHAPTER, CallbackChapter
from services.callback.policy_calls import Calls, Script
from services.callback.policy_care import Care
from services.callback.policy_entitlements import Entitlements
from services.callback.policy_messages import Messages
from services.callback.policy_quality import Quality
from services.callback.policy_supervision import Supervision
from services.callback.policy_surveys import Surveys
from shared.policy.book import Policy, PolicyBook
from shared.policy.commitments import Limit, Promised
from shared.policy.promises import promise_of
from shared.sla.budget import budget_us, timeline_of
from shared.sla.calendar import WorkingCalendar
from shared.sla.calendars import Calendars
from shared.sla.instants import from_us, to_us
from shared.sla.promise import PolicyStamp, Promise, Unit


@dataclass(frozen=True, slots=True)
class Governing:
    """One revision of the chapter, with the calendars in which its limits are counted."""

    policy: Policy
    calendars: Calendars

    @property
    def chapter(self) -> CallbackChapter:
        """The callback chapter of the revision."""
        return self.policy.chapter_as(CHAPTER, CallbackChapter)

    @property
    def calls(self) -> Calls:
        """Its section on calls."""
        return self.chapter.calls

    @property
    def surveys(self) -> Surveys:
        """Its section on surveys."""
        return self.chapter.surveys

    @property
    def entitlements(self) -> Entitlements:
        """Its section on visits and services."""
        return self.chapter.entitlements

    @property
    def messages(self) -> Messages:
        """Its section on messages."""
        return self.chapter.messages

    @property
    def care(self) -> Care:
        """Its section on care."""
        return self.chapter.care

    @property
    def quality(self) -> Quality:
        """Its section on the quality of calls."""
        return self.chapter.quality

    @property
    def supervision(self) -> Supervision:
        """Its section on supervision centres."""
        return self.chapter.supervision

    @property
    def version(self) -> str:
        """The revision, as it is recorded on what it governs."""
        return self.chapter.version

    @property
    def zone(self) -> ZoneInfo:
        """The civil time of the company."""
        return ZoneInfo(self.policy.common.zone)

    @property
    def calling_days(self) -> WorkingCalendar | None:
        """The calendar on whose working dates calls are made; None = on any day."""
        return self.calendars.get(self.calls.calendar) if self.calls.calendar else None

    def script(self, code: str) -> Script:
        """A script of the revision."""
        return self.calls.scripts[code]

    def stamp(self, tier: str | None) -> PolicyStamp:
        """What the clocks say of the revision that set them."""
        return PolicyStamp(self.policy.pack, CHAPTER, self.version, tier)

    def promise(self, metric: str, promised: Promised, *, is_consequence: bool = False) -> Promise:
        """The clock's promise for a metric, with its ladder and its reasons to wait."""
        return promise_of(
            metric,
            promised,
            ladders=self.chapter.ladders,
            pauses=self.chapter.pauses,
            is_consequence=is_consequence,
        )

    def moment_after(self, limit: Limit, since: datetime) -> datetime:
        """The instant at which a limit that runs from `since` ends; one without a budget ends at once."""
        start, unit, calendar = to_us(since), Unit(limit.unit.value), self.calendars.get(limit.calendar)
        budget = budget_us(limit.budget or 0, unit, start, calendar)
        return from_us(timeline_of(unit, calendar).advance(start, budget))


@dataclass(frozen=True, slots=True)
class Governances:
    """Finds the revision: the one in force for what is new, the recorded one for what is older."""

    book: PolicyBook
    calendars: Calendars

    def in_force(self, company: str, at: datetime) -> Governing:
        """The revision at an instant.  Raises: PolicyNotFoundError, also by reading its chapter."""
        return Governing(self.book.policy(company, at), self.calendars)

    def of_revision(self, company: str, version: str, at: datetime | None = None) -> Governing:
        """The revision recorded on what began at `at`.  Raises: PolicyNotFoundError."""
        return Governing(self.book.at_revision(company, CHAPTER, version, at), self.calendars)
