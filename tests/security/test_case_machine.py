"""I14 and I15: no illegal step ever takes effect, and of many who step at once one wins."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.complaint.cases import repository
from services.complaint.cases.rules import ALLOWED, Action, ComplaintState
from tests.security.case_desk import VERBS, Desk, open_desk
from tests.security.case_model import FROM, LINES, STATES, CaseModel
from tests.security.house import House

T = TypeVar("T")

PACE = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)
"""Always the same examples, so a red one is red again; making it smaller takes minutes (add `Phase.shrink`)."""
ARGUMENTS = {
    "regrade": st.sampled_from(["1", "2", "3"]),
    "pause": st.sampled_from(["wait_customer", "wait_third_party"]),
    "transfer": st.sampled_from(["leader", "crew", "agent"]),
    "line": st.sampled_from(LINES),
}
STEPS = st.sampled_from(VERBS).flatmap(lambda verb: st.tuples(st.just(verb), ARGUMENTS.get(verb, st.just(""))))


@pytest.fixture
async def desk(house: House, company: str) -> Desk:
    return await open_desk(house, company)


def machine_of(desk: Desk, loop: asyncio.AbstractEventLoop) -> type[RuleBasedStateMachine]:
    """The machine bound to the door; hypothesis drives it from a thread, the door answers on the loop."""

    def call(coroutine: Coroutine[Any, Any, T]) -> T:
        future: Future[T] = asyncio.run_coroutine_threadsafe(coroutine, loop)
        return future.result(30)

    class CaseMachine(RuleBasedStateMachine):
        """One case beside its model."""

        @initialize()
        def open(self) -> None:
            self.case = call(desk.opened())
            self.model = CaseModel.received()

        @rule(step=STEPS)
        def take(self, step: tuple[str, str]) -> None:
            verb, argument = step
            code = self.model.refusal(verb, argument)
            before = call(desk.fingerprint()) if code else None
            answer = call(desk.post(self.case, verb, argument, version=self.model.version))
            told = answer.json().get("code") if answer.status_code != 200 else None
            assert told == self.model.take(verb, argument), (self.model, step, answer.text)
            assert before is None or call(desk.fingerprint()) == before, (self.model, step)

        @rule(first=STEPS, second=STEPS)
        def race(self, first: tuple[str, str], second: tuple[str, str]) -> None:
            codes = [self.model.refusal(*step) for step in (first, second)]
            answers = call(desk.at_once(self.case, [first, second], self.model.version))
            won = [step for step, answer in zip((first, second), answers, strict=True) if answer.status_code == 200]
            assert len(won) == min(1, codes.count(None)), (self.model, first, second)
            for code, answer in zip(codes, answers, strict=True):
                assert answer.status_code == 200 or answer.json()["code"] in {code, "stale_version"}, answer.text
            for step in won:
                assert self.model.take(*step) is None

        @invariant()
        def rows_equal_the_model(self) -> None:
            if hasattr(self, "model"):
                row = call(desk.row(self.case))
                last_step = row.pop("last_step")
                assert CaseModel(**row) == self.model
                assert last_step == self.model.state

    return CaseMachine


async def test_case_does_what_its_model_does(desk: Desk) -> None:
    machine = machine_of(desk, asyncio.get_running_loop())
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=PACE)


async def illegal_steps_taken(desk: Desk) -> list[tuple[str, str, str]]:
    """Every state x verb that the model refuses: state, verb and what happened instead of its problem."""
    found = []
    for state in STATES:
        case, model = await desk.brought_to(state)
        before = await desk.fingerprint()
        for verb in VERBS:
            code = model.refusal(verb, "lead")
            if code is None:
                continue
            answer = await desk.post(case, verb, version=model.version)
            told = answer.json().get("code", str(answer.status_code))
            is_same = await desk.fingerprint() == before
            if told != code or not is_same:
                found.append((state, verb, told))
                before = await desk.fingerprint()
    return found


async def test_every_illegal_step_has_its_problem_and_changes_nothing(desk: Desk) -> None:
    assert sum(state not in FROM[verb] for verb in FROM for state in STATES) >= 40
    assert await illegal_steps_taken(desk) == []


async def test_a_dropped_guard_is_reported(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALLOWED, Action.CLOSE, frozenset(ComplaintState))
    assert {(state, verb) for state, verb, _ in await illegal_steps_taken(desk)} >= {("received", "close")}


async def fifty_at_once(desk: Desk) -> Counter[int]:
    """One step of one case on one version, fifty times at once; the statuses."""
    case = await desk.opened()
    answers = await desk.at_once(case, [("acknowledge", "")] * 50, 1)
    return Counter(answer.status_code for answer in answers)


async def test_of_fifty_who_saw_the_same_version_one_wins(desk: Desk) -> None:
    assert await fifty_at_once(desk) == {200: 1, 412: 49}


async def test_a_row_that_is_not_locked_is_reported(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = repository.get

    async def unlocked(session: Any, complaint_id: Any, scope: Any, *, lock: bool = False) -> Any:
        row = await locked(session, complaint_id, scope)
        await asyncio.sleep(0.05)
        return row

    monkeypatch.setattr(repository, "get", unlocked)
    assert (await fifty_at_once(desk))[200] > 1


@pytest.mark.parametrize("verb", VERBS)
async def test_a_step_without_the_version_it_was_based_on_is_refused(desk: Desk, verb: str) -> None:
    case = await desk.opened()
    before = await desk.fingerprint()
    missing = await desk.post(case, verb, version=None)
    stale = await desk.post(case, verb, version=7)
    assert (missing.status_code, missing.json()["code"]) == (428, "if_match_missing")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert await desk.fingerprint() == before
