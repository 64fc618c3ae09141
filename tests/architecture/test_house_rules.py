"""Rules that an import contract cannot express, read from the syntax trees."""

import ast
import re
import sys

from shared.events.topology import SERVICES
from tests.architecture.source import ROOT, Module, dotted, modules

REAL_TIME = {
    "shared.ids": "the time inside an id judges nothing",
    "shared.sla.time": "samples the database's clock",
    "shared.access.tokens": "tokens expire by real time",
    "shared.access.issuer": "tokens expire by real time",
    "shared.access.grants": "grants expire by real time",
}
"""Who may look at a real clock, and why (design.md 2)."""
CLOCK_CALLS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
SQL_CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\)"
    r"|\b(current_timestamp|current_date|localtimestamp)\b",
    re.IGNORECASE,
)
VISIBLE_ROOMS = {"service", "events", "models", "rules"}
"""What a feature may import of another (design.md 3)."""
SESSION_MAKERS = {"create_sessions", "async_sessionmaker", "AsyncSession", "create_async_engine", "get_session"}


def _calls(module: Module) -> list[ast.Call]:
    return [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]


def _feature(module: Module) -> tuple[str, str] | None:
    parts = module.parts
    is_feature = parts[0] == "services" and len(parts) >= 4
    return (parts[1], parts[2]) if is_feature else None


def test_sessions_come_only_from_the_door() -> None:
    found = []
    for module in modules("services", "gateway", "shared"):
        if module.name == "shared.http.session":
            continue
        found += [module.at(node) for node, name in module.imports() if name.endswith(".get_session")]
        if _feature(module):
            found += [module.at(call) for call in _calls(module) if dotted(call.func) in SESSION_MAKERS]
            found += [
                module.at(node)
                for node in ast.walk(module.tree)
                if isinstance(node, ast.Attribute) and node.attr == "sessions"
            ]
    assert found == []


def test_nobody_commits_but_the_door() -> None:
    found = [
        module.at(call)
        for module in modules("services")
        for call in _calls(module)
        if re.search(r"(session|connection)\.(commit|rollback|begin)$", dotted(call.func))
    ]
    assert found == []


def test_time_comes_from_the_clock() -> None:
    found = []
    for module in modules("services", "shared"):
        if module.name in REAL_TIME:
            continue
        found += [module.at(call) for call in _calls(module) if dotted(call.func) in CLOCK_CALLS]
        found += [module.at(text) for text in module.texts() if SQL_CLOCK.search(str(text.value))]
    assert found == []


def test_sql_default_clock_is_not_used_through_sqlalchemy() -> None:
    found = [
        module.at(call)
        for module in modules("services", "shared")
        for call in _calls(module)
        if re.fullmatch(r"(sqlalchemy\.|sa\.)?func\.(now|current_timestamp|clock_timestamp)", dotted(call.func))
    ]
    assert found == []


def test_nats_is_imported_only_in_shared_events() -> None:
    found = [
        module.at(node)
        for module in modules("services", "gateway", "shared", "deploy")
        for node, name in module.imports()
        if name.partition(".")[0] == "nats" and not module.name.startswith("shared.events.")
    ]
    assert found == []


def test_contracts_import_only_pydantic_and_themselves() -> None:
    allowed = sys.stdlib_module_names | {"pydantic"}
    found = [
        f"{module.at(node)} {name}"
        for module in modules("shared/contracts")
        for node, name in module.imports()
        if name.partition(".")[0] not in allowed and not name.startswith("shared.contracts.")
    ]
    assert found == []


def test_features_show_one_another_only_some_rooms() -> None:
    found = []
    for module in modules("services"):
        own = _feature(module)
        if own is None:
            continue
        for node, name in module.imports():
            parts = name.split(".")
            is_other = parts[:2] == ["services", own[0]] and len(parts) > 3 and parts[2] != own[1]
            if is_other and _is_folder(parts[1], parts[2]) and parts[3] not in VISIBLE_ROOMS:
                found.append(f"{module.at(node)} {name}")
    assert found == []


def _is_folder(service: str, name: str) -> bool:
    return (ROOT / "services" / service / name).is_dir()


def test_a_use_case_takes_no_schema() -> None:
    found = [
        f"{module.at(node)} {name}"
        for module in modules("services")
        if _feature(module) and module.parts[3] == "service"
        for node, name in module.imports()
        if ".schemas" in name
    ]
    assert found == []


def test_shared_tables_are_identical_in_all_services() -> None:
    texts = {
        service: (ROOT / f"services/{service}/migrations/versions/0001_shared_tables.py").read_text()
        for service in SERVICES
    }
    assert {service for service, text in texts.items() if text != texts["complaint"]} == set()


def test_migrations_import_nothing_of_the_project() -> None:
    found = []
    for path in sorted((ROOT / "services").glob("*/migrations/versions/*.py")):
        module = Module(path.stem, path, ast.parse(path.read_text()))
        found += [
            module.at(node)
            for node, name in module.imports()
            if name.partition(".")[0] in {"services", "shared", "gateway", "deploy"}
        ]
    assert found == []


def test_no_module_bears_a_drawer_name() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base_service"}
    found = [
        module.name
        for module in modules("services", "gateway", "shared", "deploy", "tests")
        if drawers & {*module.parts}
    ]
    assert found == []


def test_packages_are_regular() -> None:
    missing = {
        str(path.parent.relative_to(ROOT))
        for folder in ("services", "gateway", "shared", "deploy", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if not (path.parent / "__init__.py").exists()
    }
    assert missing == set()
