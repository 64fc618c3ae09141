"""The documents that clients and subscribers work from are those that the code makes, valid and free of doubles."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from deploy.gasdesk.commands import contracts
from deploy.gasdesk.releases import kept
from shared.events.asyncapi import document
from shared.events.topology import SERVICES
from tests.contract import event_catalogue

ROOT = Path(__file__).parents[2]
METHODS = {"get", "put", "post", "patch", "delete", "head", "options"}


def stored(path: Path) -> Any:
    return json.loads((ROOT / path).read_text("utf-8"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_document_is_what_its_code_makes(service: str) -> None:
    made = contracts.openapi_documents()[service]
    assert json.loads(json.dumps(made)) == stored(contracts.OPENAPI / f"{service}.json"), "run: gasdesk openapi"


def test_the_merged_document_is_what_the_code_makes() -> None:
    made = contracts.merged_openapi()
    assert json.loads(json.dumps(made)) == stored(contracts.OPENAPI / "gateway.json"), "run: gasdesk openapi"


def test_the_merged_document_is_valid() -> None:
    validate(stored(contracts.OPENAPI / "gateway.json"))


def test_the_documents_name_no_service_that_is_gone() -> None:
    names = {path.stem for path in (ROOT / contracts.OPENAPI).glob("*.json")}
    assert names == {*SERVICES, "gateway"}


@pytest.mark.parametrize("name", [*SERVICES, "gateway"])
def test_an_operation_id_stands_for_one_operation(name: str) -> None:
    paths = stored(contracts.OPENAPI / f"{name}.json")["paths"]
    ids = Counter(
        operation["operationId"] for item in paths.values() for method, operation in item.items() if method in METHODS
    )
    assert ids
    assert {one: count for one, count in ids.items() if count > 1} == {}


def test_the_merged_document_leaves_no_operation_out() -> None:
    merged = stored(contracts.OPENAPI / "gateway.json")["paths"]
    missing = {
        f"{method} {path}"
        for service in SERVICES
        for path, item in stored(contracts.OPENAPI / f"{service}.json")["paths"].items()
        for method in METHODS & item.keys()
        if path.startswith("/v1/") and method not in merged.get(path, {})
    }
    assert missing == set()


def test_the_event_document_is_what_the_contracts_make() -> None:
    assert json.loads(json.dumps(document("1"))) == stored(contracts.ASYNCAPI), "run: gasdesk asyncapi"


def test_what_was_released_still_holds() -> None:
    found = kept.breaks(stored(contracts.OPENAPI / "gateway.json"), stored(contracts.ASYNCAPI))
    assert found == [], "break nothing, or decide to: gasdesk contracts release"


def test_the_catalogue_for_people_is_what_the_contracts_make() -> None:
    text = event_catalogue.DOCUMENT.read_text("utf-8")
    assert event_catalogue.with_catalogue(text) == text, "run: python -m tests.contract.event_catalogue"


def test_both_readmes_give_the_same_commands() -> None:
    def commands(name: str) -> list[str]:
        text = (ROOT / name).read_text("utf-8")
        blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        return [re.sub(r" {2,}#.*", "", block) for block in blocks]

    assert commands("README.zh-CN.md") == commands("README.md")
    assert len(commands("README.md")) >= 8
