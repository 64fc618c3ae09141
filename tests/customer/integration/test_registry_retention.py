"""What an import that failed or was cancelled leaves behind goes by the retention of the common chapter, audited."""

from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from services.customer.policy import CustomerChapter
from services.customer.registry import jobs
from services.customer.registry.service import importing, keeping
from shared.ids import new_id
from shared.jobs import queue
from shared.jobs.runner import Runner
from shared.jobs.schedules import enqueue_due, next_time
from shared.policy.book import Policy, Revision
from shared.policy.check import across_chapters
from shared.policy.loader import Pack, merge
from tests.customer.integration.conftest import NOW, Rig, StandingClock
from tests.support.packs import PACKS, policy_of, shipped

KEPT = timedelta(days=30)


async def upload(rig: Rig, company: str) -> UUID:
    import_id = new_id()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    async with rig.sessions.begin() as session:
        await importing.start(
            session,
            pieces(),
            import_id=import_id,
            company=company,
            cipher=rig.vault.cipher,
            actor="tester",
            now=NOW,
        )
    return import_id


async def end(rig: Rig, import_id: UUID, state: str) -> None:
    await rig.rows(
        "update jobs set state = :state, finished_at = :at where id = :id returning id",
        state=state,
        at=NOW,
        id=import_id,
    )


async def kept(rig: Rig, company: str) -> set[UUID]:
    rows = await rig.rows("select distinct import_id from import_parts where company = :c", c=company)
    return {row["import_id"] for row in rows}


async def nightly(rig: Rig, company: str, after: timedelta) -> None:
    """The schedule comes due at its time; the worker of another process runs the job."""
    clock = StandingClock()
    clock.at = NOW + after

    def policy(asked: str, _: object) -> Policy:
        return policy_of("chaohu", asked)

    runtime = SimpleNamespace(
        clock=clock,
        policy=SimpleNamespace(policy=policy),
        cipher=rig.vault.cipher,
        blind_index=rig.vault.index,
    )
    bodies = {keeping.KIND: jobs.bodies(runtime)[keeping.KIND]}
    async with rig.sessions.begin() as session:  # schedules of other tests are due as well
        while await enqueue_due(session, now=clock.at):
            pass
    runner = Runner(rig.sessions, clock, bodies)
    while await runner.step():
        pass
    assert not await rig.rows(
        "select 1 from jobs where company = :c and kind = :k and state <> 'done'", c=company, k=keeping.KIND
    )


@pytest.mark.parametrize("state", ["failed", "cancelled"])
async def test_leftover_file_goes_when_its_time_is_over(rig: Rig, company: str, state: str) -> None:
    left, under_way = await upload(rig, company), await upload(rig, company)
    await end(rig, left, state)
    await nightly(rig, company, KEPT - timedelta(minutes=1))
    assert await kept(rig, company) == {left, under_way}
    await nightly(rig, company, KEPT + timedelta(days=1))
    assert await kept(rig, company) == {under_way}, "a job that may still read its file keeps it"
    rows = await rig.rows(
        "select actor, resource_id, detail from audit where company = :c and action = 'customer.import_file_removed'",
        c=company,
    )
    assert rows == [
        {
            "actor": "system:job:import_retention",
            "resource_id": left,
            "detail": {"state": state, "parts": 2, "kept_days": 30},
        }
    ]
    async with rig.sessions.begin() as session:
        progress = await importing.read(session, left, [company])
    assert progress.job.state == state, "the job itself stays as the record"


async def test_many_files_go_in_stretches(rig: Rig, company: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "FILES_AT_ONCE", 2)
    for _ in range(5):
        await end(rig, await upload(rig, company), "failed")
    other = await upload(rig, f"{company}-b")
    await nightly(rig, company, KEPT + timedelta(days=1))
    assert (await kept(rig, company), await kept(rig, f"{company}-b")) == (set(), {other})
    (job,) = await rig.rows(
        "select progress_done, result from jobs where company = :c and kind = :k", c=company, k=keeping.KIND
    )
    assert job == {"progress_done": 5, "result": {"files": 5}}


async def test_import_sees_to_the_schedule_of_its_company(rig: Rig, company: str) -> None:
    await upload(rig, company)
    await upload(rig, company)
    rows = await rig.rows("select kind, every, next_at from schedules where company = :c", c=company)
    assert rows == [{"kind": "import_retention", "every": "day@03:40", "next_at": next_time(keeping.EVERY, NOW)}]


async def test_cancelled_import_keeps_its_file_till_then(rig: Rig, company: str) -> None:
    import_id = await upload(rig, company)
    async with rig.sessions.begin() as session:
        assert await queue.cancel(session, import_id, [company], now=NOW)
    await nightly(rig, company, timedelta(days=1))
    assert await kept(rig, company) == {import_id}
    await nightly(rig, company, KEPT + timedelta(days=1))
    assert await kept(rig, company) == set()


@pytest.mark.parametrize("pack", PACKS)
def test_retention_of_imports_is_an_open_setting_of_every_pack(pack: str) -> None:
    policy = policy_of(pack, "x")
    assert keeping.kept_for(policy) == KEPT
    assert policy.common.retention["import"].is_open_setting


def test_company_may_name_another_class_and_packs_check_names_a_missing_one() -> None:
    pack = shipped("chaohu")
    raw = merge(pack.raw["customer"], {"registry": {"import_retention": "case"}})
    policy = policy_of("chaohu", "x")
    revisions = {**policy.revisions, "customer": Revision(CustomerChapter.model_validate(raw), "")}
    assert keeping.kept_for(Policy("x", "chaohu", policy.on, revisions)) == timedelta(days=1825)
    wrong = merge(pack.raw["customer"], {"registry": {"import_retention": "nothing"}})
    chapters = {**pack.chapters, "customer": CustomerChapter.model_validate(wrong)}
    (mistake,) = across_chapters(Pack(pack.manifest, chapters, pack.raw, pack.sources))
    assert (mistake.path, mistake.reason) == ("/registry/import_retention", "保存期限 nothing 未定义")
