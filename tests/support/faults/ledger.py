"""What clients were told, kept outside the system, and the checks of reliability.md 1: by id sets, never by count."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken promise."""

    kind: str
    what: str


@dataclass
class Ledger:
    """Key → what the client was told; and what the load went through."""

    told: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    sent: set[str] = field(default_factory=set)
    surprises: list[str] = field(default_factory=list)
    """Answers that no fault explains."""
    troubles: Counter[str] = field(default_factory=Counter)
    """Errors that clients saw and retried."""
    dropped: int = 0
    storms: int = 0
    facts: set[UUID] = field(default_factory=set)
    """Facts stated in transactions that were open for a while, and committed."""
    withdrawn: set[UUID] = field(default_factory=set)
    """Facts whose transaction was rolled back."""
    poison: set[UUID] = field(default_factory=set)
    """Facts that no handler can take."""

    @property
    def acked(self) -> int:
        """Commands that were acknowledged."""
        return len(self.told)


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint as stored."""

    id: UUID
    summary: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the outbox."""

    id: UUID
    type: str
    aggregate_id: UUID
    version: int
    is_published: bool


def check_commands(ledger: Ledger, cases: Iterable[Case], keys: Mapping[str, UUID]) -> list[Violation]:
    """I1 and I2: what was told is there with its content, once, and under its key."""
    found = [Violation("surprise", text) for text in ledger.surprises]
    by_summary: dict[str, set[UUID]] = defaultdict(set)
    for case in cases:
        by_summary[case.summary].add(case.id)
    for key, ids in ledger.told.items():
        stored = by_summary.get(key, set())
        found += [Violation("lost", f"{key}: {one}") for one in ids - stored]
        if len(ids) > 1:
            found.append(Violation("told_twice", f"{key}: {len(ids)} ids"))
        if keys.get(key) not in ids:
            found.append(Violation("key_astray", key))
    found += [Violation("duplicate", f"{key}: {len(ids)}") for key, ids in by_summary.items() if len(ids) > 1]
    found += [Violation("phantom_case", key) for key in by_summary.keys() - ledger.sent]
    return found


def check_outbox(
    ledger: Ledger, rows: Collection[Row], cases: Iterable[Case], clocks: Collection[UUID]
) -> list[Violation]:
    """I3, first half: each change has its fact in the outbox, each fact its change, everything is stamped."""
    opened = Counter(row.aggregate_id for row in rows if row.type == "complaint.opened")
    started = Counter(row.aggregate_id for row in rows if row.type == "sla.started")
    ids = {row.id for row in rows}
    found = _compare("fact", {case.id for case in cases}, opened.keys())
    found += _compare("clock_fact", set(clocks), started.keys())
    found += _repeated("fact", opened) + _repeated("clock_fact", started)
    found += _repeated("event_id", Counter(row.id for row in rows))
    found += [Violation("missing_fact", str(one)) for one in ledger.facts - ids]
    found += [Violation("phantom_fact", str(one)) for one in ledger.withdrawn & ids]
    found += [Violation("unpublished", str(row.id)) for row in rows if not row.is_published]
    return found


def check_stream(rows: Collection[Row], stream: Collection[UUID]) -> list[Violation]:
    """I3, second half: the stream holds what the outbox holds (a message twice is allowed, I5 swallows it)."""
    return _compare("message", {row.id for row in rows}, set(stream))


def check_letters(ledger: Ledger, rows: Collection[Row], letters: Collection[UUID]) -> list[Violation]:
    """I8: each fact that cannot be taken lies among the dead letters, once, and nothing else does."""
    buried = Counter(letters)
    return _compare("letter", {row.id for row in rows} & ledger.poison, buried.keys()) + _repeated("letter", buried)


def check_effects(
    rows: Collection[Row],
    effects: Collection[UUID],
    versions: Mapping[UUID, int],
    handled: Collection[str],
    poison: Collection[UUID] = (),
) -> list[Violation]:
    """I5 and I6: one effect for each handled event, projections at the newest version."""
    expected = [row for row in rows if row.type in handled and row.id not in poison]
    counted = Counter(effects)
    found = _compare("effect", {row.id for row in expected}, counted.keys()) + _repeated("effect", counted)
    newest: dict[UUID, int] = {}
    for row in expected:
        newest[row.aggregate_id] = max(row.version, newest.get(row.aggregate_id, 0))
    return found + [
        Violation("wrong_projection", f"{one}: {versions.get(one)} of {version}")
        for one, version in newest.items()
        if versions.get(one) != version
    ]


@dataclass(frozen=True, slots=True)
class Said:
    """A clock's fact as said: in the outbox or in the clock's history."""

    clock_id: UUID
    fact: str
    level: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What a clock has to say, and when."""

    clock_id: UUID
    fact: str
    level: str | None
    at: datetime


def check_clocks(
    due: Collection[Due],
    said: Collection[Said],
    stopped: Mapping[UUID, datetime],
    retracted: Collection[UUID],
) -> list[Violation]:
    """I7: each due fact exactly once and never early; none due after a stop but a breach that was taken back."""
    expected = {(one.clock_id, one.fact, one.level): one.at for one in due}
    counted = Counter((one.clock_id, one.fact, one.level) for one in said)
    found = _repeated("clock_event", counted)
    for one in said:
        at = expected.get((one.clock_id, one.fact, one.level))
        if at is None:
            found.append(Violation("phantom_clock_event", f"{one.clock_id} {one.fact} {one.level}"))
        elif one.at < at:
            found.append(Violation("early", f"{one.clock_id} {one.fact}: {at - one.at}"))
        elif one.clock_id in stopped and at > stopped[one.clock_id] and one.clock_id not in retracted:
            found.append(Violation("after_stop", f"{one.clock_id} {one.fact}"))
    for (clock_id, fact, level), at in expected.items():
        is_owed = clock_id not in stopped or (fact == "breached" and stopped[clock_id] > at)
        if is_owed and (clock_id, fact, level) not in counted:
            found.append(Violation("missing_clock_event", f"{clock_id} {fact} {level}"))
    return found


def summary(violations: Iterable[Violation], limit: int = 5) -> str:
    """Counts by kind, and the first of them."""
    listed = list(violations)
    counts = Counter(one.kind for one in listed)
    return f"{dict(counts)} e.g. {[f'{one.kind}: {one.what}' for one in listed[:limit]]}"


def _compare(name: str, wanted: Collection[UUID], there: Collection[UUID]) -> list[Violation]:
    wanted, there = set(wanted), set(there)
    return [Violation(f"missing_{name}", str(one)) for one in wanted - there] + [
        Violation(f"phantom_{name}", str(one)) for one in there - wanted
    ]


def _repeated(name: str, counts: "Counter[UUID] | Counter[tuple[UUID, str, str | None]]") -> list[Violation]:
    return [Violation(f"duplicate_{name}", f"{one}: {times}") for one, times in counts.items() if times > 1]
