"""Ten operations drawn by the commit, or those of `make fuzz`: no 5xx, no answer that the document does not tell."""

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fuzz.fuzzer import Fuzzer, askable
from tests.fuzz.people import People
from tests.support.platform import PlatformProcess

pytestmark = pytest.mark.fuzz

_SEED = 20260101
_DRAWN = 10
_DRAWN_EXAMPLES = 5
_ALL = os.environ.get("FUZZ_ALL") == "1"
_ONLY = os.environ.get("FUZZ_ONLY", "").replace(",", " ").split()


@pytest.fixture(scope="module")
def platform() -> Iterator[PlatformProcess]:
    folder = Path(tempfile.mkdtemp(prefix="gz-"))
    running = PlatformProcess(folder / "home")
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _names(every: list[str]) -> list[str]:
    if _ONLY:
        assert set(_ONLY) <= set(every), "FUZZ_ONLY names an operation that is not asked"
        return _ONLY
    return every if _ALL else random.Random(_commit()).sample(every, _DRAWN)


def _commit() -> str:
    root = Path(__file__).parents[2]
    try:
        asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return str(_SEED)
    return asked.stdout.strip() or str(_SEED)


def test_every_answer_is_documented(platform: PlatformProcess) -> None:
    base_url = platform.state["gateway_url"]
    document = httpx.get(f"{base_url}/openapi.json", timeout=30).json()
    names = _names(askable(document))
    examples = int(os.environ.get("FUZZ_EXAMPLES", "25" if _ALL or _ONLY else str(_DRAWN_EXAMPLES)))
    people = People(base_url)
    try:
        failures = Fuzzer(base_url, document, people).run(names, examples=examples, number=_SEED)
    finally:
        people.close()
    assert not failures, f"{len(failures)} of {names if len(names) < 20 else len(names)}:\n" + "\n".join(failures)
