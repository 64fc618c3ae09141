"""From a folder of YAML to a pack: `extends` merges maps by code, replaces lists, and `null` removes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from typing_extensions import override

from shared.policy.model import ChapterHeader, CommonChapter, PackManifest

SHIPPED = Path(__file__).parent / "packs"
COMMON = "common"
MANIFEST = "pack.yaml"
_OWN = ("version", "effective_on", "trial_months", "approval")
"""A chapter's own: never inherited from the pack that it extends."""

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a pack: file, path in it, and why."""

    file: str
    path: str
    reason: str

    @override
    def __str__(self) -> str:
        return f"{self.file}: {self.path or '/'}: {self.reason}"


class PackError(Exception):
    """A pack cannot be used; all its mistakes."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Pack:
    """A validated pack: manifest and chapters by name."""

    manifest: PackManifest
    chapters: Mapping[str, ChapterHeader]
    raw: Mapping[str, Raw]

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


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key written twice and takes only true and false as booleans (`on` is a key of ours)."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML reads it as a class attribute
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.MarkedYAMLError(problem=f"键 {key} 重复", problem_mark=key_node.start_mark)
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=deep)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load_pack(folder: Path, chapters: Mapping[str, type[BaseModel]], packs: Path | None = None) -> Pack:
    """Read and validate the pack in `folder`; `packs` holds the packs that it may extend.  Raises: PackError."""
    mistakes: list[Mistake] = []
    raw = _resolved(folder, packs or folder.parent, mistakes, ())
    manifest = _validated(PackManifest, raw.pop("pack", {}), f"{folder.name}/{MANIFEST}", mistakes)
    types: dict[str, type[BaseModel]] = {COMMON: CommonChapter, **chapters}
    typed: dict[str, ChapterHeader] = {}
    for name in sorted(raw):
        file = f"{folder.name}/{name}.yaml"
        if name not in types:
            mistakes.append(Mistake(file, "", "没有服务认领这一章（unknown chapter）"))
            continue
        chapter = _validated(types[name], raw[name], file, mistakes)
        if isinstance(chapter, ChapterHeader):
            typed[name] = chapter
    if COMMON not in raw:
        mistakes.append(Mistake(f"{folder.name}/{COMMON}.yaml", "", "缺少公共章"))
    if mistakes or manifest is None:
        raise PackError(mistakes)
    return Pack(manifest, typed, raw)


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


def _resolved(folder: Path, packs: Path, mistakes: list[Mistake], seen: tuple[str, ...]) -> dict[str, Raw]:
    if folder.name in seen:
        mistakes.append(Mistake(f"{folder.name}/{MANIFEST}", "/extends", "继承成环"))
        return {}
    own = _files(folder, mistakes)
    base_name = own.get("pack", {}).get("extends")
    if base_name is None:
        return own
    base = packs / str(base_name)
    if not (base / MANIFEST).exists():
        base = SHIPPED / str(base_name)
    if not (base / MANIFEST).exists():
        mistakes.append(Mistake(f"{folder.name}/{MANIFEST}", "/extends", f"没有可继承的包 {base_name}"))
        return own
    inherited = _resolved(base, packs, mistakes, (*seen, folder.name))
    merged: dict[str, Raw] = {"pack": own.get("pack", {})}
    for name in sorted((inherited.keys() | own.keys()) - {"pack"}):
        head = inherited.get(name, {})
        if name in own:
            head = {key: value for key, value in head.items() if key not in _OWN}
        merged[name] = merge(head, own.get(name, {}))
    return merged


def _files(folder: Path, mistakes: list[Mistake]) -> dict[str, Raw]:
    found: dict[str, Raw] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = f"{folder.name}/{path.name}"
        try:
            content = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506  # a SafeLoader
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            line = f"第 {mark.line + 1} 行" if mark else ""
            mistakes.append(Mistake(file, line, str(getattr(error, "problem", error))))
            continue
        if not isinstance(content, dict):
            mistakes.append(Mistake(file, "", "应为键值映射"))
            continue
        found[path.stem] = content
    if "pack" not in found:
        mistakes.append(Mistake(f"{folder.name}/{MANIFEST}", "", "缺少 pack.yaml"))
    return found


def _validated(model: type[BaseModel], raw: Raw, file: str, mistakes: list[Mistake]) -> Any:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            path = "/" + "/".join(str(part) for part in fault["loc"])
            mistakes.append(Mistake(file, path, fault["msg"]))
        return None
