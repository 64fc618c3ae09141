"""From the papers of an inspection to the entries of its package: data, printable pages, stored files, index."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.policy import InspectionGoverning
from services.inspection.reports.errors import ArchiveFileMissingError
from services.inspection.reports.rules.labels import LABELS, worded
from services.inspection.reports.service.documents import Document, Papers, documents, named_files
from shared.archive.canonical import canonical_json
from shared.archive.packing import Entry
from shared.archive.pages import Words, link, page, section, shown, table
from shared.files.errors import FileNotStoredError
from shared.files.register import StoredFile, read_file
from shared.files.store import FileStore

_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "text/csv": "csv",
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package holds, and what it is about; the same papers give the same contents."""

    about: Mapping[str, Any]
    entries: list[Entry]


async def contents_of(
    session: AsyncSession, store: FileStore, governing: InspectionGoverning, papers: Papers
) -> Contents:
    """Every entry with its digest; stored files are opened only when they are packed.

    Raises: ArchiveFileMissingError.
    """
    words = words_of(governing)
    files = await _files(session, store, papers)
    found = [*documents(papers), Document("09-files", "证据与证明文件", {"files": [one.said for one in files]})]
    found.sort(key=lambda one: one.name)
    entries: list[Entry] = []
    listed: list[tuple[Document, Entry, Entry]] = []
    for one in found:
        content = Entry.of(f"documents/{one.name}.json", canonical_json(one.content))
        printed = Entry.of(f"documents/{one.name}.html", page(one.title, shown(one.content, words)))
        listed.append((one, printed, content))
        entries += [content, printed]
    stored = {one.entry.path: one.entry for one in files}
    entries += stored.values()
    entries.append(Entry.of("index.html", _index(papers, listed, list(stored.values()), words)))
    return Contents(_about(papers), entries)


def words_of(governing: InspectionGoverning) -> Words:
    """Fields and codes as people read them, in the revision that governed the inspection."""
    chapter, common = governing.chapter, governing.policy.common
    departments = {code: one.name for code, one in common.departments.items()}
    kinds = {code: one.name for code, one in chapter.programme.kinds.items()}
    themes = {code: one.name for code, one in chapter.inspections.themes.items()}
    severities = {code: one.name for code, one in chapter.findings.severities.items()}
    names = {
        "department": departments,
        "led_by": departments,
        "team": {code: one.name for code, one in common.teams.items()},
        "kind": kinds,
        "inspection_kind": kinds,
        "theme": themes,
        "themes": themes,
        "method": {code: one.name for code, one in chapter.inspections.methods.items()},
        "severity": severities,
        "drafted_severity": severities,
        "clause": {code: f"{one.text}（{code}）" for code, one in chapter.clauses.items()},
    }
    labels = {**severities, **kinds, **LABELS}
    zone = governing.zone
    return Words(labels, lambda field, value: worded(field, value, names, zone))


@dataclass(frozen=True, slots=True)
class _Filed:
    said: dict[str, Any]
    entry: Entry


async def _files(session: AsyncSession, store: FileStore, papers: Papers) -> list[_Filed]:
    found = []
    for file_id, places in named_files(papers).items():
        stored = await _stored(session, file_id, papers.dossier.company)
        path = f"files/{stored.sha256}.{_EXTENSIONS.get(stored.media_type, 'bin')}"
        said = {
            "file_id": stored.id,
            "path": path,
            "media_type": stored.media_type,
            "bytes": stored.size,
            "sha256": stored.sha256,
            "named_by": places,
        }
        found.append(_Filed(said, _entry(store, path, stored)))
    return found


async def _stored(session: AsyncSession, file_id: UUID, company: str) -> StoredFile:
    try:
        return await read_file(session, file_id, (company,))
    except FileNotStoredError:
        raise ArchiveFileMissingError("检查资料引用的文件已不存在。", params={"file_id": str(file_id)}) from None


def _entry(store: FileStore, path: str, stored: StoredFile) -> Entry:
    async def opens() -> AsyncIterator[bytes]:
        try:
            return await store.stream(stored.company, stored.sha256)
        except FileNotStoredError:
            raise ArchiveFileMissingError("检查资料引用的文件已不存在。", params={"file_id": str(stored.id)}) from None

    return Entry(path, stored.sha256, stored.size, opens)


def _about(papers: Papers) -> dict[str, Any]:
    own = ("company", "number", "kind", "theme", "level", "department", "team", "held_at", "form_digest")
    return {
        "kind_of_package": "inspection_archive",
        "inspection_id": papers.dossier.id,
        **{name: getattr(papers.dossier, name) for name in own},
    }


def _index(papers: Papers, listed: list[tuple[Document, Entry, Entry]], files: list[Entry], words: Words) -> bytes:
    about = {
        name: getattr(papers.dossier, name)
        for name in ("number", "kind", "theme", "department", "team", "held_at", "score", "signed_at")
    }
    papers_table = table(
        ["材料", "打印页", "数据", "打印页 SHA-256", "数据 SHA-256"],
        [
            [one.title, link(printed.path, "打开"), link(content.path, "打开"), printed.sha256, content.sha256]
            for one, printed, content in listed
        ],
    )
    files_table = table(
        ["文件", "字节", "SHA-256"], [[link(one.path, one.path), str(one.size), one.sha256] for one in files]
    )
    body = shown(about, words) + section("材料目录", papers_table)
    if files:
        body += section("证据与证明文件", files_table)
    return page(f"服务检查档案 {papers.dossier.number}", body)
