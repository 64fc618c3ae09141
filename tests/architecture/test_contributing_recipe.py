"""CONTRIBUTING's "add a feature" is true: followed word for word in a copy of the tree, it passes the gate."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

TREE = ("services", "gateway", "shared", "deploy", "tests", "docs")
FILES = ("pyproject.toml", ".importlinter", "README.md", "CONTRIBUTING.md", "Makefile")
CACHES = (".mypy_cache", ".import_linter_cache")
_BLOCK = re.compile(r'^```(?P<kind>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: a file where it has a title, commands otherwise."""

    kind: str
    title: str | None
    body: str


def blocks(heading: str) -> list[Block]:
    """The blocks of one recipe, in their order."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [Block(found["kind"], found["title"], found["body"]) for found in _BLOCK.finditer(section)]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with this virtual environment."""
    root = tmp_path_factory.mktemp("recipe")
    for name in (*TREE, *CACHES):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", ".gasdesk"))
    for name in FILES:
        shutil.copy2(ROOT / name, root / name)
    (root / ".venv").symlink_to(sys.prefix)
    return root


def run(tree: Path, commands: str) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GASDESK_"))}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=tree,
        env={**variables, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"


def test_the_recipe_makes_a_feature_that_passes_the_gate(tree: Path) -> None:
    recipe = blocks("Add a feature")
    assert sum(block.title is None for block in recipe) >= 4
    for block in recipe:
        if block.title is None:
            assert block.kind == "sh"
            run(tree, block.body)
        else:
            path = tree / block.title
            assert not path.exists(), f"{block.title} is there already: the recipe must say what to add to it"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.body, "utf-8")
    assert "/v1/box-cards/{box_card_id}/answer" in (tree / "docs/openapi/gateway.json").read_text("utf-8")
    assert "inspection.box_card_answered" in (tree / "docs/events.md").read_text("utf-8")


def test_the_other_recipes_name_files_that_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("\n## Add a route\n")[2]
    named = set(re.findall(r"`?((?:services|shared|gateway|deploy|tests)/[\w./]+\.(?:py|yaml))", text))
    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()
