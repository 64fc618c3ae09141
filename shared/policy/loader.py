"""From a folder of YAML to a pack: `extends` merges maps by code, replaces lists, and `null` removes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from typing_extensions import override

from shared.policy.model import ChapterHeader, CommonChapter, PackManifest
from shared.policy.places import Source, place_of, source_of

SHIPPED = Path(__file__).parent / "packs"
COMMON = "common"
MANIFEST = "pack.yaml"
_OWN = ("version", "effective_on", "trial_months", "approval")
"""A chapter's own: never inherited from the pack that it extends."""

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a pack: file, path in it, why, and the line where it is known."""

    file: str
    path: str
    reason: str
    line: int | None = None

    @override
    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.path or '/'}: {self.reason}"


class PackError(Exception):
    """A pack cannot be used; all its mistakes."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Pack:
    """A validated pack: manifest and chapters by name."""

    manifest: PackManifest
    # a pack's text is half a megabyte: asyncio writes what a task has answered whenever it takes over a signal
    chapters: Mapping[str, ChapterHeader] = field(repr=False)
    raw: Mapping[str, Raw] = field(repr=False)
    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Per chapter the files that it came from, the pack's own first."""

    @property
    def code(self) -> str:
        """The pack's code."""
        return self.manifest.code

    @property
    def common(self) -> CommonChapter:
        """The common chapter."""
        chapter = self.chapters[COMMON]
        if not isinstance(chapter, CommonChapter):
            raise TypeError("the common chapter has another type")
        return chapter

    def mistake(self, chapter: str, path: str, reason: str) -> Mistake:
        """A mistake in a chapter (or in `pack`), at the file and line where the value was written."""
        return _mistake(self.sources.get(chapter, ()), f"{self.code}/{chapter}.yaml", path, reason)


class _Loader(yaml.CSafeLoader):
    """YAML that refuses a key written twice and takes only true and false as booleans (`on` is a key of ours)."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML reads it as a class attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping(loader: yaml.CSafeLoader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.MarkedYAMLError(problem=f"键 {key} 重复", problem_mark=key_node.start_mark)
        seen.add(key)
    return yaml.CSafeLoader.construct_mapping(loader, node, deep=deep)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@dataclass(slots=True)
class _Read:
    """A pack's files with what they inherit, before validation."""

    raw: dict[str, Raw]
    sources: dict[str, tuple[Source, ...]]


def load_pack(folder: Path, chapters: Mapping[str, type[BaseModel]], packs: Path | None = None) -> Pack:
    """Read and validate the pack in `folder`; `packs` holds the packs that it may extend.  Raises: PackError."""
    mistakes: list[Mistake] = []
    read = _resolved(folder, packs or folder.parent, mistakes, ())
    manifest = _validated(PackManifest, read, "pack", folder.name, mistakes)
    types: dict[str, type[BaseModel]] = {COMMON: CommonChapter, **chapters}
    typed: dict[str, ChapterHeader] = {}
    for name in sorted(read.raw.keys() - {"pack"}):
        file = f"{folder.name}/{name}.yaml"
        if name not in types:
            mistakes.append(Mistake(file, "", "没有服务认领这一章（unknown chapter）"))
            continue
        chapter = _validated(types[name], read, name, folder.name, mistakes)
        if isinstance(chapter, ChapterHeader):
            typed[name] = chapter
    if COMMON not in read.raw:
        mistakes.append(Mistake(f"{folder.name}/{COMMON}.yaml", "", "缺少公共章"))
    if manifest is not None and manifest.code != folder.name:
        mistakes.append(Mistake(f"{folder.name}/{MANIFEST}", "/code", f"代码须与文件夹同名（{folder.name}）"))
    if mistakes or manifest is None:
        raise PackError(mistakes)
    raw = {name: content for name, content in read.raw.items() if name != "pack"}
    return Pack(manifest, typed, raw, read.sources)


def merge(base: Any, change: Any) -> Any:
    """Maps merge by key, `null` removes a key, everything else replaces."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    merged = dict(base)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def _resolved(folder: Path, packs: Path, mistakes: list[Mistake], seen: tuple[str, ...]) -> _Read:
    if folder.name in seen:
        mistakes.append(Mistake(f"{folder.name}/{MANIFEST}", "/extends", "继承成环"))
        return _Read({}, {})
    own = _files(folder, mistakes)
    base_name = own.raw.get("pack", {}).get("extends")
    if base_name is None:
        return own
    base = _base(packs, str(base_name))
    if base is None:
        mistakes.append(Mistake(f"{folder.name}/{MANIFEST}", "/extends", f"没有可继承的包 {base_name}"))
        return own
    inherited = _resolved(base, packs, mistakes, (*seen, folder.name))
    merged = _Read({"pack": own.raw.get("pack", {})}, {"pack": own.sources.get("pack", ())})
    for name in sorted((inherited.raw.keys() | own.raw.keys()) - {"pack"}):
        head = inherited.raw.get(name, {})
        if name in own.raw:
            head = {key: value for key, value in head.items() if key not in _OWN}
        merged.raw[name] = merge(head, own.raw.get(name, {}))
        merged.sources[name] = own.sources.get(name, ()) + inherited.sources.get(name, ())
    return merged


def _base(packs: Path, name: str) -> Path | None:
    candidates = (packs / name, SHIPPED / name)
    return next((folder for folder in candidates if (folder / MANIFEST).exists()), None)


def _files(folder: Path, mistakes: list[Mistake]) -> _Read:
    found = _Read({}, {})
    for path in sorted(folder.glob("*.yaml")):
        file = f"{folder.name}/{path.name}"
        try:
            text = path.read_text("utf-8")
            content = yaml.load(text, _Loader)  # noqa: S506  # a SafeLoader
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            reason = str(getattr(error, "problem", None) or error)
            mistakes.append(Mistake(file, "", reason, mark.line + 1 if mark else None))
            continue
        if not isinstance(content, dict):
            mistakes.append(Mistake(file, "", "应为键值映射"))
            continue
        found.raw[path.stem] = content
        found.sources[path.stem] = (source_of(file, text),)
    if not (folder / MANIFEST).exists():
        mistakes.append(Mistake(f"{folder.name}/{MANIFEST}", "", "缺少 pack.yaml"))
    return found


def _validated(model: type[BaseModel], read: _Read, name: str, pack: str, mistakes: list[Mistake]) -> Any:
    try:
        return model.model_validate(read.raw.get(name, {}))
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            path = "".join(f"/{part}" for part in fault["loc"])
            mistakes.append(_mistake(read.sources.get(name, ()), f"{pack}/{name}.yaml", path, fault["msg"]))
        return None


def _mistake(sources: tuple[Source, ...], file: str, path: str, reason: str) -> Mistake:
    found, line = place_of(sources, path)
    return Mistake(found or file, path, reason, line)
