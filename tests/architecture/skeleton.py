"""A small tree with the names that the contracts speak of, to prove what they refuse."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"

_PROCESSES = ("main", "worker", "consumers", "database", "settings", "policy", "policy_more", "models")
_ROOMS = ("routes", "jobs", "schemas", "service", "repository", "events", "models", "rules", "errors")
_FEATURES = {"complaint": ("cases", "appeals"), "customer": ("registry", "tiering")}
_SHARED = (
    "access.keys",
    "audit.trail",
    "contracts.base",
    "contracts.complaint",
    "database.engine",
    "errors",
    "events.consumer",
    "events.inbox",
    "events.outbox",
    "events.relay",
    "files.store",
    "http.session",
    "ids",
    "jobs.queue",
    "observability.context",
    "policy.model",
    "runtime.runtime",
    "runtime.worker",
    "sla.book",
)
_LEGAL = {
    "services.complaint.main": "import fastapi\nfrom services.complaint.cases import routes",
    "services.complaint.worker": "from services.complaint import consumers\nfrom services.complaint.cases import jobs",
    "services.complaint.consumers": "from services.complaint.cases import service",
    "services.complaint.models": "from services.complaint.cases import models\nimport sqlalchemy",
    "services.complaint.policy": "from services.complaint import policy_more",
    "services.complaint.cases.routes": "import fastapi\nfrom services.complaint.cases import service, schemas",
    "services.complaint.cases.jobs": "from services.complaint.cases import service",
    "services.complaint.cases.service": "import shared.events.outbox\nfrom services.complaint.cases import repository",
    "services.complaint.cases.repository": "import sqlalchemy\nfrom services.complaint.cases import models, errors",
    "services.complaint.cases.models": "import services.complaint.database\nfrom services.complaint.cases import rules",
    "services.complaint.cases.rules": "import services.complaint.policy\nfrom services.complaint.cases import errors",
    "services.complaint.appeals.service": "from services.complaint.cases import service",
    "services.complaint.migrations.env": "import alembic",
    "shared.http.session": "import fastapi, starlette",
    "shared.events.consumer": "import nats",
    "shared.contracts.complaint": "import pydantic\nimport shared.contracts.base",
    "gateway.main": "import fastapi\nimport shared.http.session",
    "deploy.gasdesk.main": "import shared.errors",
}


def build(root: Path) -> None:
    """Write the tree, which keeps every contract."""
    modules = ["gateway.main", "deploy.gasdesk.main", *(f"shared.{name}" for name in _SHARED)]
    for service, features in _FEATURES.items():
        modules += [
            f"services.{service}.{name}" for name in (*_PROCESSES, "migrations.env", "migrations.versions.__init__")
        ]
        modules += [f"services.{service}.{feature}.{room}" for feature in features for room in _ROOMS]
    for module in modules:
        write(root, module, _LEGAL.get(module, ""))
    (root / ".importlinter").write_text((ROOT / ".importlinter").read_text())


def write(root: Path, module: str, text: str) -> None:
    """One module and the packages above it."""
    path = root / f"{module.replace('.', '/')}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    for folder in path.parents:
        if folder == root:
            break
        (folder / "__init__.py").touch()
    path.write_text(text + "\n")


def broken_contracts(root: Path) -> list[str]:
    """The names of the contracts that the linter finds broken there.  Raises: AssertionError when it did not work."""
    done = subprocess.run(
        [str(LINTER), "--no-cache"],
        cwd=root,
        env={**os.environ, "COLUMNS": "400", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.strip() for line in done.stdout.splitlines()]
    verdicts = [line for line in lines if " KEPT" in line or " BROKEN" in line]
    assert verdicts, done.stdout + done.stderr
    broken = [line.partition(" BROKEN")[0] for line in verdicts if " BROKEN" in line]
    assert bool(broken) == bool(done.returncode), done.stdout + done.stderr
    return broken
