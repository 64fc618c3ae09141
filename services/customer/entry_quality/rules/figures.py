"""The month's figures: per operator, department and kind, with the digest that freezes them: pure."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Line:
    """One operator's errors of one kind."""

    operator_id: UUID | None
    department: str | None
    kind: str
    found: int
    confirmed: int
    dismissed: int
    entries: int


def summary(lines: Iterable[Line]) -> dict[str, Any]:
    """Totals of the company, by kind and by department."""
    total: dict[str, int] = defaultdict(int)
    kinds: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    departments: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    entries: dict[tuple[UUID | None, str | None], int] = {}
    for line in lines:
        entries[line.operator_id, line.department] = line.entries
        for name in ("found", "confirmed", "dismissed"):
            count = getattr(line, name)
            total[name] += count
            kinds[line.kind][name] += count
            departments[line.department or "-"][name] += count
    for (_, department), count in entries.items():
        total["entries"] += count
        departments[department or "-"]["entries"] += count
    return {
        "total": dict(total),
        "kinds": {code: dict(said) for code, said in sorted(kinds.items())},
        "departments": {code: dict(said) for code, said in sorted(departments.items())},
    }


def digest(month: str, lines: Iterable[Line]) -> str:
    """SHA-256 of the lines: the same for the same lines, in whatever order."""
    told = sorted(json.dumps(asdict(line), default=str, sort_keys=True) for line in lines)
    return hashlib.sha256("\n".join([month, *told]).encode()).hexdigest()
