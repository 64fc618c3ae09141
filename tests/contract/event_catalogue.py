"""The catalogue in docs/events.md, made from the contracts: `.venv/bin/python -m tests.contract.event_catalogue`."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from shared.events.catalogue import EventType, catalogue

DOCUMENT = Path(__file__).parents[2] / "docs" / "events.md"
START, END = "<!-- catalogue: made by tests.contract.event_catalogue -->\n", "<!-- end of the catalogue -->"

HEAD = ("| type | stream | when | payload besides `routing` |", "| --- | --- | --- | --- |")


def render() -> str:
    """The whole catalogue, a table per owner."""
    return "\n".join(line for lines in _owners() for line in lines) + "\n"


def with_catalogue(document: str) -> str:
    """The document with its catalogue made anew.  Raises: ValueError without the marks."""
    before, start, rest = document.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError("docs/events.md has lost the marks of its catalogue")
    return f"{before}{START}{render()}{END}{after}"


def _owners() -> Iterator[list[str]]:
    for owner, types in groupby(catalogue().values(), key=lambda entry: entry.owner):
        yield [
            "",
            f"### {owner}",
            "",
            "| type | stream | when | payload besides `routing` |",
            "| --- | --- | --- | --- |",
        ]
        yield [_row(entry) for entry in types]
        yield [""]


def _row(entry: EventType) -> str:
    document = entry.model.__doc__ or ""
    when = " ".join(document.split()).replace("|", "\\|")
    return f"| `{entry.name}` | `{entry.stream}` | {when} | {_fields(entry)} |"


def _fields(entry: EventType) -> str:
    schema = entry.model.model_json_schema(mode="serialization")
    fields = [(name, value) for name, value in schema.get("properties", {}).items() if name != "routing"]
    return ", ".join(f"`{name}` {_kind(value)}" for name, value in fields) or "–"


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return "/".join(_kind(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    kind = str(schema.get("format") or schema.get("type", "any"))
    return f"[{_kind(schema['items'])}]" if kind == "array" and "items" in schema else kind


if __name__ == "__main__":
    DOCUMENT.write_text(with_catalogue(DOCUMENT.read_text("utf-8")), "utf-8")
