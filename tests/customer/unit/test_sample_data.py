"""The sample base: deterministic, realistic in its counts, and read by the import without surprises."""

import math
from pathlib import Path

from deploy.gasdesk import sample
from deploy.gasdesk.sample.base import COLUMNS, MEMBER_COLUMNS, generate
from deploy.gasdesk.sample.workbook import write_base
from services.customer.registry.rules import columns
from services.customer.registry.rules.rows import check_chunk, read_file
from services.customer.registry.rules.sheets import CUSTOMERS, MEMBERS
from services.customer.registry.service.terms import entry_terms
from tests.support.packs import policy_of


def test_headers_are_those_of_the_import() -> None:
    for sheet, used in ((CUSTOMERS, COLUMNS), (MEMBERS, MEMBER_COLUMNS)):
        assert tuple(column.title for column in columns.SHEETS[sheet] if column.title in used) == used


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_base(tmp_path / name, generate(7, residential=300, commercial=30))
    write_base(tmp_path / "other", generate(8, residential=300, commercial=30))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def test_the_whole_base_has_the_promised_counts_and_only_the_known_dirt(tmp_path: Path) -> None:
    path = tmp_path / "base.xlsx"
    base = sample.write(path)
    reading = read_file(path.read_bytes(), 5000)
    words = entry_terms(policy_of("xxx-gas", "any")).words
    refused = {sheet: frozenset(e.line for e in reading.errors if e.sheet == sheet) for sheet in (0, 1)}
    parts = [check_chunk(c, reading.layout.headers[c.sheet], words, refused[c.sheet]) for c in reading.layout.chunks]
    clean = [row for part in parts for row in part.customers]
    dirty = len(reading.errors) + len({e.line for part in parts for e in part.errors})
    assert dirty == base.dirty > 30
    by_kind = [sum(row.kind == "residential" for row in clean), sum(row.kind != "residential" for row in clean)]
    assert by_kind == [30_000, 150]
    volumes = [row.volume for row in clean if row.kind != "residential" and row.volume is not None]
    assert (math.floor(min(volumes)), math.ceil(max(volumes))) == (20, 20_000)
    carried = [tag for row in clean for tag in row.tags or ()]
    assert {tag: carried.count(tag) for tag in ("official", "social_supervisor", "vulnerable", "news_media")} == {
        "official": 24,
        "social_supervisor": 20,
        "vulnerable": 300,
        "news_media": 3,
    }
    phones = [phone for row in clean for phone in row.phones]
    assert all(phone.startswith("+86100") and len(phone) == 14 for phone in phones)
    assert [row.party for row in clean].count("group") == 1
    assert sum(len(part.members) for part in parts) == len(base.members) > 30
