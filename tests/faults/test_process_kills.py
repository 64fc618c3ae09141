"""`kill -9` of services, workers and all of Postgres under load: nothing acknowledged is lost, nothing happens twice."""

from tests.support.faults.ledger import check_commands, check_outbox, check_stream, summary
from tests.support.faults.load import Load, Straddler, under_load
from tests.support.faults.nemesis import Fault, Nemesis, doing, killing
from tests.support.faults.rig import Rig

SEED = 20261123


async def test_killed_services_workers_and_postgres_lose_and_repeat_nothing(rig: Rig) -> None:
    company = await rig.company()
    services = [await rig.serve("http-a"), await rig.serve("http-b")]
    await rig.work("work-a")
    await rig.work("work-b")
    await rig.fleet.answering("http-a", "http-b", "work-a", "work-b")
    load = Load(company, [one.url for one in services], seed=SEED)
    straddlers = [Straddler(company, rig.dsn("complaint"), load.ledger, seed=SEED + n) for n in range(4)]
    nemesis = Nemesis(
        [
            Fault("service", (0.3, 0.8), killing(rig.fleet, "http-a", "http-b", answering=True)),
            Fault("worker", (0.3, 0.8), killing(rig.fleet, "work-a", "work-b", answering=True)),
            Fault("postgres", (1.5, 2.5), doing(rig.kill_postgres)),
        ],
        seed=SEED,
    )
    async with under_load(load, straddlers):
      try:
        await nemesis.run(is_enough=lambda: load.ledger.acked >= 5000, seconds=40)
      finally:
        print(load.ledger.acked, nemesis.counts, load.ledger.troubles, rig.fleet.crashes)
    await rig.published(company.code, 30)
    crashes = rig.fleet.crashes
    rows = await rig.outbox(company.code)
    cases = await rig.cases(company.code)
    violations = check_commands(load.ledger, cases, await rig.keys(company.code))
    violations += check_outbox(load.ledger, rows, cases, await rig.clocks(company.code))
    violations += check_stream(rows, await rig.stream(company.code))
    print(SEED, load.ledger.acked, nemesis.counts, load.ledger.troubles, crashes)
    await rig.fleet.end("http-a", "http-b", "work-a", "work-b")
    assert not violations, summary(violations)
    assert crashes == []
