"""Whatever is posted, replayed and reversed in whatever order: the real tables keep the books."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.ledger.rules import LedgerSubject, Movement, Posting, Unit
from services.incentive.ledger.service import balances, posting
from shared.database import create_engine, create_sessions
from shared.ids import new_id
from tests.support.servers import TestPostgres

NOW = datetime(2026, 12, 24, 2, 0, tzinfo=UTC)
PEOPLE = [LedgerSubject.employee(UUID(int=number)) for number in range(1, 4)]
AMOUNTS = st.integers(min_value=-999, max_value=999).filter(bool)
MOVED = st.lists(
    st.builds(Movement, st.sampled_from(PEOPLE), st.sampled_from(list(Unit)), AMOUNTS), min_size=1, max_size=3
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("post", "replay", "reverse", "close")),
        MOVED,
        st.sampled_from(("2026-10", "2026-11", "2026-12")),
        st.integers(0, 9),
    ),
    min_size=2,
    max_size=7,
)


def test_any_sequence_of_posting_replaying_and_reversing_keeps_the_books(postgres: TestPostgres) -> None:
    loop = asyncio.new_event_loop()
    engine = create_engine(postgres.url("incentive"), application_name="test", schema="incentive")
    sessions = create_sessions(engine)

    async def example(steps: list[tuple[str, list[Movement], str, int]]) -> None:
        async with sessions() as session:
            await play(session, steps)
            await session.execute(text("set constraints all immediate"))
            await session.rollback()

    @settings(max_examples=10, deadline=None, derandomize=True, database=None)
    @given(STEPS)
    def holds(steps: list[tuple[str, list[Movement], str, int]]) -> None:
        loop.run_until_complete(example(steps))

    try:
        holds()
    finally:
        loop.run_until_complete(engine.dispose())
        loop.close()


async def play(session: AsyncSession, steps: list[tuple[str, list[Movement], str, int]]) -> None:
    company, stands, taken = f"p-{uuid4()}", dict[UUID, Posting](), dict[UUID, Posting]()
    for act, movements, month, which in steps:
        if act == "post":
            wanted = Posting(new_id(), "effect", new_id(), "penalty-2", month, tuple(movements))
            await posting.post(session, company=company, posting=wanted, now=NOW)
            stands[wanted.case_id] = wanted
        elif act == "close":
            await session.execute(
                text("update ledger_heads set closed_through = greatest(closed_through, '2026-10') where company = :c"),
                {"c": company},
            )
        elif known := [*stands.values(), *taken.values()]:
            one = known[which % len(known)]
            if act == "replay":
                await posting.post(session, company=company, posting=one, now=NOW)
            else:
                await posting.reverse(session, company=company, case_id=one.case_id, reason="更正", now=NOW)
                taken[one.case_id] = stands.pop(one.case_id, one)
    await check(session, company, list(stands.values()))


async def check(session: AsyncSession, company: str, stands: list[Posting]) -> None:
    for subject in PEOPLE:
        found = await balances.of(session, company, subject, "2026")
        for unit in Unit:
            moved = [one for made in stands for one in made.movements if (one.subject, one.unit) == (subject, unit)]
            assert found.of(unit).net == found.of(unit).concerning == sum(one.amount for one in moved)
    for period in ("2026", "2026-10", "2026-11", "2026-12"):
        lines = await balances.trial(session, company, period)
        for unit in Unit:
            assert sum(line.figures.net for line in lines if line.unit is unit) == 0
