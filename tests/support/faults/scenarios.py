"""The scenarios of reliability.md 1 and 5.1: which processes run, what befalls them, what must hold afterwards.

`make test` and `make soak` run the same ones with other figures; a mutant makes the same run turn red.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from typing_extensions import override

from shared.database import asyncpg_dsn
from tests.support.faults.ledger import (
    Ledger,
    Violation,
    check_commands,
    check_effects,
    check_letters,
    check_outbox,
    check_stream,
    summary,
)
from tests.support.faults.load import Load, Straddler, under_load
from tests.support.faults.loop import HANDLED
from tests.support.faults.nemesis import Fault, Nemesis, doing, kill_all, killing
from tests.support.faults.rig import Rig
from tests.support.world import Company

QUIET_SECONDS = 180.0
"""The limit of catching up once the faults have stopped; a busy machine stays far below it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How much a run takes: acknowledged commands, kills of each part, seconds at most; everything by one seed."""

    seed: int
    acked: int = 5000
    kills: int = 20
    seconds: float = 600.0


@dataclass
class Outcome:
    """What a run came to."""

    figures: Figures
    ledger: Ledger
    kills: Counter[str]
    violations: list[Violation]
    crashes: list[str] = field(default_factory=list)
    acked: int = 0

    def __post_init__(self) -> None:
        """Say it."""
        self.acked = self.acked or self.ledger.acked
        print(self)

    @override
    def __str__(self) -> str:
        kinds = dict(Counter(one.kind for one in self.violations))
        return (
            f"seed {self.figures.seed}: acked {self.acked}, kills {dict(self.kills)}, violations {kinds},"
            f" storms {self.ledger.storms}, answers dropped {self.ledger.dropped}, facts {len(self.ledger.facts)},"
            f" withdrawn {len(self.ledger.withdrawn)}, errors retried {dict(self.ledger.troubles)}"
        )

    def require_green(self) -> None:
        """Raises: AssertionError naming what is broken, or the process that ended by itself."""
        assert not self.violations, summary(self.violations)
        assert not self.crashes, self.crashes

    def require_red(self, *kinds: str) -> None:
        """Raises: AssertionError when one of `kinds` was not found: its check would not notice its mutant."""
        missed = set(kinds) - {one.kind for one in self.violations}
        assert not missed, f"alive in spite of {missed}: {summary(self.violations)}"


async def processes(rig: Rig, figures: Figures) -> Outcome:
    """Services and workers as `gasdesk serve` and `work` start them, and all of Postgres, are killed (I1–I3)."""
    company = await rig.company()
    names = ("http-a", "http-b", "work-a", "work-b")
    urls = [(await rig.serve(name)).url for name in names[:2]]
    for name in names[2:]:
        await rig.work(name)
    await rig.fleet.answering(*names)
    load, straddlers = _load(rig, company, urls, figures)
    nemesis = Nemesis(
        [
            Fault("service", (0.6, 1.2), killing(rig.fleet, *names[:2])),
            Fault("worker", (0.8, 1.6), killing(rig.fleet, *names[2:])),
            Fault("postgres", (0.8, 1.6), doing(rig.kill_postgres)),
        ],
        seed=figures.seed,
        kills=figures.kills,
    )
    async with under_load(load, straddlers):
        await nemesis.run(lambda: load.ledger.acked >= figures.acked, seconds=figures.seconds)
    await rig.published(company.code, QUIET_SECONDS)
    violations = await _published_exactly(rig, company, load.ledger)
    return Outcome(figures, load.ledger, nemesis.counts, violations, list(rig.fleet.crashes))


async def spoilt_service(rig: Rig, figures: Figures, mutant: str) -> Outcome:
    """Two services of a mutant are killed (I1, I2)."""
    company = await rig.company()
    names = ("http-a", "http-b")
    urls = [(await rig.serve(name, mutant=mutant)).url for name in names]
    await rig.fleet.answering(*names)
    load, _ = _load(rig, company, urls, figures)
    fault = Fault("service", (0.2, 0.6), killing(rig.fleet, *names))
    nemesis = Nemesis([fault], seed=figures.seed, kills=figures.kills)
    async with under_load(load):
        await nemesis.run(lambda: load.ledger.acked >= figures.acked, seconds=figures.seconds)
    cases, keys = await rig.cases(company.code), await rig.keys(company.code)
    return Outcome(figures, load.ledger, nemesis.counts, check_commands(load.ledger, cases, keys))


async def events(
    rig: Rig, figures: Figures, *, relay: str = "", consumer: str = "", loses_store: bool = False
) -> Outcome:
    """Relays, consumers and the broker are killed, the broker also hangs; at the end its store may be lost (I3–I6, I8).

    Sometimes the relays die while the broker is down, with whatever they hold for it.
    `relay` and `consumer` name mutants.
    """
    began = datetime.now(UTC)
    company = await rig.company()
    await rig.begin_consumer()
    url = (await rig.serve("http-a")).url
    relays, consumers = ("relay-a", "relay-b"), ("consumer-a", "consumer-b")
    for name in relays:
        await rig.loop(name, "relay", "complaint", mutant=relay)
    for name in consumers:
        await rig.loop(name, "consumer", "callback", "COMPLAINT", mutant=consumer)
    await rig.fleet.answering("http-a")
    load, straddlers = _load(rig, company, [url], figures)
    nemesis = Nemesis(
        [
            Fault("relay", (0.3, 0.8), killing(rig.fleet, *relays)),
            Fault("consumer", (0.3, 0.8), killing(rig.fleet, *consumers)),
            Fault("nats", (0.6, 1.2), doing(rig.kill_nats)),
            Fault("relays and nats", (2.0, 3.0), doing(lambda: rig.kill_nats(kill_all(rig.fleet, *relays)))),
            Fault("nats hangs", (5.0, 8.0), doing(lambda: rig.freeze_nats(1.5))),
        ],
        seed=figures.seed,
        kills=figures.kills,
        rare={"relays and nats": max(3, figures.kills // 4), "nats hangs": figures.kills // 10},
    )
    async with under_load(load, straddlers):
        await nemesis.run(lambda: load.ledger.acked >= figures.acked, seconds=figures.seconds)
    await rig.consumed(company.code, QUIET_SECONDS)
    violations = await _buried_exactly(rig, company, load.ledger)
    if loses_store:
        async with under_load(load, straddlers):
            await _lose_and_refill(rig, company, began)
        await rig.consumed(company.code, QUIET_SECONDS)
    violations += await _published_exactly(rig, company, load.ledger)
    violations += await _applied_exactly(rig, company, load.ledger)
    return Outcome(figures, load.ledger, nemesis.counts, violations, list(rig.fleet.crashes))


async def _lose_and_refill(rig: Rig, company: Company, since: datetime) -> None:
    """The broker's store goes; that the check notices it is seen before the outbox fills it again (I4)."""
    published = [row for row in await rig.outbox(company.code) if row.is_published]
    await rig.lose_store()
    noticed = Counter(one.kind for one in check_stream(published, await rig.stream(company.code)))
    assert noticed["missing_message"] == len(published) > 0, "the check does not notice that the store is lost"
    print(await rig.replay(since))


def _load(rig: Rig, company: Company, urls: Sequence[str], figures: Figures) -> tuple[Load, list[Straddler]]:
    load = Load(company, urls, seed=figures.seed, enough=figures.acked)
    dsn = asyncpg_dsn(rig.url("complaint"))
    return load, [Straddler(company, dsn, load.ledger, seed=figures.seed + number) for number in range(4)]


async def _published_exactly(rig: Rig, company: Company, ledger: Ledger) -> list[Violation]:
    code = company.code
    rows, cases = await rig.outbox(code), await rig.cases(code)
    return [
        *check_commands(ledger, cases, await rig.keys(code)),
        *check_outbox(ledger, rows, cases, await rig.clocks(code)),
        *check_stream(rows, await rig.stream(code)),
    ]


async def _applied_exactly(rig: Rig, company: Company, ledger: Ledger) -> list[Violation]:
    effects, versions = await rig.effects(company.code), await rig.versions(company.code)
    return check_effects(await rig.outbox(company.code), effects, versions, HANDLED, ledger.poison)


async def _buried_exactly(rig: Rig, company: Company, ledger: Ledger) -> list[Violation]:
    return check_letters(ledger, await rig.outbox(company.code), await rig.letters(company.code))
