"""The table of ratios against the goals of limits.md, printed and written to a file."""

import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

WHERE = Path(__file__).resolve().parents[2] / "docs" / "bench.md"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure; `is_met` is None where limits.md has no goal for it."""

    path: str
    floor: str
    ours: str
    result: str
    goal: str
    is_met: bool | None


@dataclass(slots=True)
class Report:
    """What a run found."""

    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def at_least(self, path: str, *, floor: str, ours: str, ratio: float, goal: float) -> None:
        """A ratio that must not be smaller."""
        self._add(Line(path, floor, ours, f"{ratio:.2f}", f"≥ {goal:g}", ratio >= goal))

    def at_most(self, path: str, *, floor: str, ours: str, value: float, goal: float, unit: str = "") -> None:
        """A value or ratio that must not be greater."""
        shown = f"{value:.2f}" if value < 10 else f"{value:,.0f}"
        self._add(Line(path, floor, ours, f"{shown}{unit}", f"≤ {goal:g}{unit}", value <= goal))

    def tell(self, path: str, *, floor: str, ours: str, result: str) -> None:
        """A figure without a goal."""
        self._add(Line(path, floor, ours, result, "", None))

    def _add(self, line: Line) -> None:
        self.lines.append(line)
        print(
            f"  {line.path}: floor {line.floor}, ours {line.ours}, {line.result} {line.goal} {_mark(line)}", flush=True
        )

    def render(self, seconds: float) -> str:
        """The whole file."""
        head = [
            "# Ratios against floors of the same run",
            "",
            (
                "Written by `make bench`; the goals are those of limits.md. Absolute figures drift, the"
                " ratios are the point."
            ),
            "",
            (
                f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, Python {platform.python_version()},"
                f" {seconds / 60:.1f} minutes."
            ),
            "",
            "| path | floor | ours | result | goal | met |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        rows = [
            f"| {one.path} | {one.floor} | {one.ours} | {one.result} | {one.goal} | {_mark(one)} |"
            for one in self.lines
        ]
        notes = ["", *(f"- {note}" for note in self.notes)]
        return "\n".join([*head, *rows, *notes, ""])


def _mark(line: Line) -> str:
    return {True: "yes", False: "**no**", None: ""}[line.is_met]
