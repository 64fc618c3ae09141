"""What a case is and what each verb makes of it, in words of the regulation alone: no project rule is imported.

The pack is `generic`, the customer is of its tier `special`: the tier with the most promises (domain.md 4).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

STATES = ("received", "acknowledged", "assessed", "planned", "agreed", "resolved", "closed")
WORKING = ("acknowledged", "assessed", "planned", "agreed")
OPEN = ("received", *WORKING)
DONE = ("resolved", "closed")

FROM: Mapping[str, tuple[str, ...]] = {
    "acknowledge": ("received",),
    "assess": ("acknowledged",),
    "plan": ("acknowledged", "assessed", "planned"),
    "agree": ("planned",),
    "progress": WORKING,
    "pause": OPEN,
    "resume": OPEN,
    "resolve": WORKING,
    "close": ("resolved",),
    "reopen": ("resolved", "closed"),
    "regrade": OPEN,
    "transfer": OPEN,
    "link-customer": STATES,
    "invite": DONE,
    "accept": DONE,
    "refuse": DONE,
    "report": DONE,
}
TO = {
    "acknowledge": "acknowledged",
    "assess": "assessed",
    "plan": "planned",
    "agree": "agreed",
    "resolve": "resolved",
    "close": "closed",
    "reopen": "received",
    "refuse": "received",
}
FACT = {
    "acknowledge": "complaint.acknowledged",
    "assess": "complaint.assessed",
    "plan": "complaint.planned",
    "agree": "complaint.agreed",
    "progress": "complaint.progressed",
    "pause": "complaint.paused",
    "resume": "complaint.resumed",
    "resolve": "complaint.resolved",
    "close": "complaint.closed",
    "reopen": "complaint.reopened",
    "regrade": "complaint.regraded",
    "transfer": "complaint.transferred",
    "link-customer": "complaint.customer_linked",
    "invite": "complaint.acceptance_invited",
    "accept": "complaint.accepted",
    "refuse": "complaint.refused",
    "report": "complaint.reported",
    "line": "complaint.emergency_step_done",
}
ON_RECEIPT = ("response", "assessment", "resolution")
ON_PLAN = ("plan", "agreement")
ON_COMPLETION = ("acceptance", "report")
PAUSABLE = ("assessment", "resolution", *ON_PLAN, "progress")
"""A response never pauses (sla.md 6), nor does what an emergency asks for."""
STOPS = {
    "acknowledge": ("response",),
    "assess": ("assessment",),
    "plan": ("plan",),
    "agree": ("agreement",),
    "resolve": ("assessment", "plan", "resolution"),
    "invite": ("acceptance",),
    "refuse": ("acceptance",),
    "report": ("report",),
}
STARTS = {"assess": ON_PLAN, "agree": ("progress",)}
LINES = ("report_up", "make_safe", "contact", "lead", "media", "evidence", "written")
"""The emergency plan of grade 1."""
EMERGENCY = tuple(f"emergency.{line}" for line in LINES)
MOST_REOPENED = 3

Clock = tuple[str, int, int]
"""Metric, cycle, sequence."""


@dataclass
class CaseModel:
    """One case; `take` says the problem code of a refusal and then changes nothing."""

    state: str = "received"
    version: int = 1
    cycle: int = 1
    grade: str = "3"
    paused_reason: str | None = None
    has_plan: bool = False
    has_leader: bool = False
    acceptance: str | None = None
    is_reported: bool = False
    ticked: set[str] = field(default_factory=set)
    facts: list[str] = field(default_factory=lambda: ["complaint.opened"])
    clocks: dict[Clock, str] = field(default_factory=dict)

    @classmethod
    def received(cls) -> "CaseModel":
        """A case that has just come in."""
        case = cls()
        case._start(*ON_RECEIPT)
        return case

    def refusal(self, verb: str, argument: str) -> str | None:
        """The code with which the verb is refused now; None if it is allowed."""
        if verb == "line":
            return self._line_refusal(argument)
        if self.state not in FROM[verb]:
            return "complaint_step_not_allowed"
        refusals = {
            "resume": (self.paused_reason is None, "complaint_not_paused"),
            "reopen": (self.cycle > MOST_REOPENED, "reopen_count_reached"),
            "regrade": (argument == self.grade, "grade_unchanged"),
            "invite": (self.acceptance == "accepted", "acceptance_given"),
        }
        is_refused, code = refusals.get(verb, (False, ""))
        return code if is_refused else self._acceptance_refusal(verb)

    def _acceptance_refusal(self, verb: str) -> str | None:
        if verb in {"accept", "refuse"} and self.acceptance != "invited":
            return "acceptance_not_invited" if self.acceptance is None else "acceptance_given"
        if verb == "report" and self.acceptance != "accepted":
            return "report_before_acceptance"
        return "report_written" if verb == "report" and self.is_reported else None

    def take(self, verb: str, argument: str = "") -> str | None:
        """Do what the verb does.  Answers the code of the refusal, None when it took place."""
        code = self.refusal(verb, argument)
        if code is not None:
            return code
        before, self.state = self.state, TO.get(verb, self.state)
        self.version += 1
        self.facts.append(FACT[verb])
        self._end("met", *STOPS.get(verb, ()))
        self._start(*STARTS.get(verb, ()))
        if verb in {"pause", "resume"}:
            self._wait(argument if verb == "pause" else None)
        elif verb == "plan" and before == "acknowledged":
            self._plan_at_once()
        elif verb == "resolve":
            self._end("cancelled", "agreement", "progress")
            self._start(*ON_COMPLETION)
            self.paused_reason = None
        else:
            self._take_special(verb, argument)
        return None

    def _take_special(self, verb: str, argument: str) -> None:
        match verb:
            case "progress":
                self._tell()
            case "reopen":
                self._reopen()
            case "invite" | "accept":
                self.acceptance = "invited" if verb == "invite" else "accepted"
            case "report":
                self.is_reported = True
            case "refuse":
                self._refuse()
            case "regrade":
                self._regrade(argument)
            case "line":
                self.ticked.add(argument)
                self._end("met", f"emergency.{argument}")
            case _:
                pass

    def _line_refusal(self, line: str) -> str | None:
        if not self.has_plan:
            return "emergency_step_not_found"
        return "emergency_step_done" if line in self.ticked else None

    def _start(self, *metrics: str) -> None:
        for metric in metrics:
            self.clocks[metric, self.cycle, 1] = "running"

    def _open(self, *metrics: str) -> list[Clock]:
        return [
            clock
            for clock, state in self.clocks.items()
            if state in {"running", "paused"} and clock[1] == self.cycle and clock[0] in metrics
        ]

    def _end(self, state: str, *metrics: str) -> None:
        for clock in self._open(*metrics):
            self.clocks[clock] = state

    def _plan_at_once(self) -> None:
        self._end("met", "assessment")
        self._start(*ON_PLAN)
        self._end("met", "plan")

    def _tell(self) -> None:
        for metric, cycle, sequence in self._open("progress"):
            self.clocks[metric, cycle, sequence] = "met"
            self.clocks[metric, cycle, sequence + 1] = "running"

    def _wait(self, reason: str | None) -> None:
        for clock in self._open(*PAUSABLE):
            self.clocks[clock] = "paused" if reason else "running"
        self.paused_reason = reason

    def _reopen(self) -> None:
        self._end("cancelled", *ON_RECEIPT, *ON_PLAN, *ON_COMPLETION, "progress", *EMERGENCY)
        self.cycle += 1
        self.paused_reason = self.acceptance = None
        self.is_reported = False
        self._start(*ON_RECEIPT)

    def _refuse(self) -> None:
        if self.cycle > MOST_REOPENED:  # beyond the count it lies with the office's director
            self._say("complaint.transferred")
        self._reopen()
        self._say("complaint.reopened")

    def _say(self, fact: str) -> None:
        self.version += 1
        self.facts.append(fact)

    def _regrade(self, grade: str) -> None:
        if self.grade == "1":  # the plan is a promise to the gravest grade only (sla.md 7: no target, cancelled)
            self._end("cancelled", *EMERGENCY)
        self.grade = grade
        if grade == "1" and not self.has_plan:
            self.has_plan = True
            self._say("complaint.emergency_started")
            self._start(*EMERGENCY)
        if grade == "1" and not self.has_leader:  # leaders coordinate grave cases of the special tier in person
            self.has_leader = True
            self._say("complaint.leader_named")
