"""Running the load generator, and pairing a floor with ours so that a busy machine hits both alike."""

import asyncio
import json
import statistics
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

CONNECTIONS = 16
SECONDS = 3.0
RUNS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: answers a second, and milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Target:
    """What to ask of which port."""

    port: int
    requests: Sequence[Mapping[str, str]]
    headers: Mapping[str, str]
    fresh_key: bool = False


async def drive(
    target: Target, *, seconds: float = SECONDS, connections: int = CONNECTIONS, rate: float | None = None
) -> Figures:
    """One run of the generator.  Raises: RuntimeError when an answer was a refusal."""
    spec = {
        "port": target.port,
        "requests": list(target.requests),
        "headers": dict(target.headers),
        "fresh_key": target.fresh_key,
        "connections": connections,
        "seconds": seconds,
        "warmup": 0.5,
        "rate": rate,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate(json.dumps(spec).encode())
    found = json.loads(out)
    if found["refused"]:
        raise RuntimeError(f"{found['refused']} refusals, such as {found['sample']}")
    return Figures(found["rate"], found["p50"], found["p95"], found["p99"])


@dataclass(frozen=True, slots=True)
class Pair:
    """Medians of a floor and of ours, and of the ratios of each pair of runs."""

    floor: float
    ours: float
    ratio: float


async def paired(
    floor: Callable[[], Awaitable[float]], ours: Callable[[], Awaitable[float]], *, runs: int = RUNS
) -> Pair:
    """Alternate the two; `ratio` is ours over floor."""
    found = [(await floor(), await ours()) for _ in range(runs)]
    return Pair(
        statistics.median(one for one, _ in found),
        statistics.median(other for _, other in found),
        statistics.median(other / one for one, other in found),
    )


async def rate_of(target: Target) -> float:
    """Answers a second of one run."""
    return (await drive(target)).rate
