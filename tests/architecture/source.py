"""The project's modules as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One file of the project."""

    name: str
    path: Path
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """Where a node stands."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"

    @property
    def parts(self) -> list[str]:
        """The dotted name, split."""
        return self.name.split(".")

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Every imported name, dotted in full: `from a import b` gives `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def texts(self) -> Iterator[ast.Constant]:
        """Every string that is not a docstring."""
        documents = {id(node.value) for node in ast.walk(self.tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
                yield node


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """All modules of the packages but migrations."""
    paths = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return tuple(
        Module(".".join(path.relative_to(ROOT).with_suffix("").parts), path, ast.parse(path.read_text()))
        for path in paths
        if "migrations" not in path.parts
    )


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute, else the empty string; a call in between is written `()`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return ""
