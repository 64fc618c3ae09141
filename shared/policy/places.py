"""Where in a pack's files a value was written, so that a mistake names file and line, also for what is inherited."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class Source:
    """One file with the line of each path in it."""

    file: str
    lines: dict[str, int]


def source_of(file: str, text: str) -> Source:
    """The lines of well-formed YAML, counted from 1; paths such as `/tiers/vip/rank` and `/approval/0`."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    return Source(file, dict(_lines(root, "", ())) if root is not None else {})


def place_of(sources: Sequence[Source], path: str) -> tuple[str, int | None]:
    """File and line of a path, or of the nearest thing around it; the pack's own file wins over inherited ones."""
    inner = path
    while inner:
        for source in sources:
            if inner in source.lines:
                return source.file, source.lines[inner]
        inner = inner.rpartition("/")[0]
    return (sources[0].file, None) if sources else ("", None)


def _lines(node: yaml.Node, path: str, above: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    yield path, node.start_mark.line + 1
    if id(node) in above:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = f"{path}/{key.value}"
            yield from _lines(value, inner, (*above, id(node)))
            yield inner, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            yield from _lines(item, f"{path}/{place}", (*above, id(node)))
