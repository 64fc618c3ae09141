"""Nemesis: faults at seeded moments, counted, on processes that the test itself started."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.support.faults.fleet import Fleet

_GROWN_UP_SECONDS = 0.6
"""From then on a process does its work; killed earlier it would only ever start."""
_LATER = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that comes again: its name, its rest in seconds (from, to), and the deed."""

    name: str
    rest: tuple[float, float]
    act: Callable[[random.Random], Awaitable[bool]]


class Nemesis:
    """Works until each fault has happened often enough and the load is far enough, or the time is up."""

    def __init__(
        self, faults: Sequence[Fault], *, seed: int, kills: int = 20, rare: Mapping[str, int] | None = None
    ) -> None:
        """`kills`: how often each fault has to happen, `rare` has others by name.

        A fault that has happened often enough comes more rarely, so that the load gets on.
        """
        self.counts: Counter[str] = Counter()
        self._wanted = {fault.name: kills for fault in faults} | dict(rare or {})
        self._faults = faults
        self._seed = seed
        self._over = asyncio.Event()

    async def run(self, is_enough: Callable[[], bool], *, seconds: float) -> None:
        """Raises: AssertionError when the figures were not reached in `seconds`."""
        tasks = [asyncio.create_task(self._torment(fault)) for fault in self._faults]
        try:
            async with asyncio.timeout(seconds):
                while not (is_enough() and all(self.counts[name] >= wanted for name, wanted in self._wanted.items())):
                    for task in tasks:
                        if task.done():
                            task.result()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"after {seconds} s only {dict(self.counts)}") from None
        finally:
            # A deed under way is brought to its end: a half-started server would be the test's own fault.
            self._over.set()
            await asyncio.gather(*tasks)

    async def _torment(self, fault: Fault) -> None:
        dice = random.Random(f"{self._seed}:{fault.name}")
        while True:
            is_done = self.counts[fault.name] >= self._wanted[fault.name]
            with suppress(TimeoutError):
                async with asyncio.timeout(dice.uniform(*fault.rest) * (_LATER if is_done else 1)):
                    await self._over.wait()
            if self._over.is_set():
                return
            if await fault.act(dice):
                self.counts[fault.name] += 1


def killing(fleet: Fleet, *names: str) -> Callable[[random.Random], Awaitable[bool]]:
    """`kill -9` of one of the named processes that is up; the fleet starts it again."""

    async def kill(dice: random.Random) -> bool:
        ready = [one for one in (fleet.processes[name] for name in names) if one.age > _GROWN_UP_SECONDS]
        return bool(ready) and dice.choice(ready).signal(signal.SIGKILL)

    return kill


def kill_all(fleet: Fleet, *names: str) -> Callable[[], None]:
    """`kill -9` of every named process that is up, all at once."""

    def kill() -> None:
        for name in names:
            fleet.processes[name].signal(signal.SIGKILL)

    return kill


def doing(act: Callable[[], Awaitable[None]]) -> Callable[[random.Random], Awaitable[bool]]:
    """A deed without choice."""

    async def do(_: random.Random) -> bool:
        await act()
        return True

    return do
