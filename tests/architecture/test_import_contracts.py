"""Each contract of .importlinter refuses what it is for: a seeded violation breaks it, by name."""

import configparser
from pathlib import Path

import pytest

from tests.architecture import skeleton

CASES = "services.complaint.cases"
VIOLATIONS: list[tuple[str, str, str]] = [
    ("1", f"{CASES}.service", "import services.customer.registry.service"),
    ("1", f"{CASES}.events", "import services.customer.policy"),
    ("1", "services.complaint.main", "import gateway.main"),
    ("2", f"{CASES}.helpers", ""),
    ("2", "services.complaint.delegation.utils", ""),
    ("2", f"{CASES}.service", f"import {CASES}.schemas"),
    ("2", f"{CASES}.repository", f"import {CASES}.events"),
    ("2", f"{CASES}.models", f"import {CASES}.repository"),
    ("2", f"{CASES}.errors", f"import {CASES}.rules"),
    ("2b", f"{CASES}.service", "import services.complaint.consumers"),
    ("2b", f"{CASES}.jobs", "import services.complaint.worker"),
    ("2c", "services.complaint.policy", f"import {CASES}.rules"),
    ("2c", "services.complaint.policy_more", f"import {CASES}.errors"),
    ("2c", "services.complaint.database", f"import {CASES}.models"),
    ("2c", "services.complaint.settings", f"import {CASES}.rules"),
    ("2d", f"{CASES}.service", "import services.complaint.appeals.service"),
    ("3", f"{CASES}.routes", f"import {CASES}.repository"),
    ("3", "services.complaint.consumers", f"import {CASES}.repository"),
    ("4", f"{CASES}.rules", "import sqlalchemy"),
    ("4", f"{CASES}.rules", "import services.complaint.settings"),
    ("4", f"{CASES}.errors", "import httpx"),
    ("5", f"{CASES}.service", "import fastapi"),
    ("5", f"{CASES}.schemas", "from fastapi import Query"),
    ("5", "services.complaint.worker", "import starlette.requests"),
    ("5", "shared.access.keys", "import fastapi"),
    ("6", f"{CASES}.service", "import nats"),
    ("6", "gateway.main", "import nats.errors"),
    ("6", "shared.sla.book", "import nats"),
    ("6b", f"{CASES}.service", "import httpx"),
    ("6b", "services.complaint.worker", "import aiohttp"),
    ("7", "shared.sla.book", f"import {CASES}.rules"),
    ("7", "shared.http.session", "import gateway.main"),
    ("8", "shared.contracts.base", "import shared.ids"),
    ("8", "shared.contracts.base", "import sqlalchemy"),
    ("9", "gateway.main", "import services.complaint.policy"),
    ("9", "gateway.main", "import sqlalchemy"),
    ("9", "gateway.main", "import shared.events.outbox"),
    ("9", "gateway.main", "import shared.runtime.runtime"),
    ("10", "gateway.main", "import deploy.gasdesk.main"),
    ("11", "deploy.gasdesk.main", f"import {CASES}.service"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    skeleton.build(tmp_path)
    return tmp_path


def test_contracts_are_kept_when_nothing_is_wrong(tree: Path) -> None:
    assert skeleton.broken_contracts(tree) == []


@pytest.mark.parametrize(("contract", "module", "text"), VIOLATIONS)
def test_contract_breaks_when_violated(tree: Path, contract: str, module: str, text: str) -> None:
    skeleton.write(tree, module, text)
    assert contract in [name.partition(" ")[0] for name in skeleton.broken_contracts(tree)]


def test_every_contract_is_proven() -> None:
    config = configparser.ConfigParser()
    config.read(skeleton.ROOT / ".importlinter")
    numbers = {
        config[part]["name"].partition(" ")[0] for part in config.sections() if part.startswith("importlinter:c")
    }
    assert numbers == {contract for contract, _, _ in VIOLATIONS}


def test_services_keep_every_contract() -> None:
    assert skeleton.broken_contracts(skeleton.ROOT) == []
