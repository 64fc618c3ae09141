"""An image holds one service, shared and deploy: a hidden import of another service dies at start (style.md 2)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

_START = "import services.{name}.main as m, services.{name}.worker; m.create_app(); import deploy.gasdesk.main"


@pytest.mark.parametrize("service", ["customer", "complaint", "callback", "inspection", "incentive"])
def test_service_starts_without_the_others(tmp_path: Path, service: str) -> None:
    for folder in ("shared", "deploy", f"services/{service}"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "services/__init__.py", tmp_path / "services")

    started = subprocess.run(
        [sys.executable, "-P", "-c", _START.format(name=service)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode == 0, started.stderr
