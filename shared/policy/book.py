"""The policy in force: look-up is always `policy(company, at)`; whole revisions are swapped (design.md 5)."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from shared.database.outage import DATABASE_AWAY
from shared.errors import NotFoundError
from shared.policy.loader import COMMON
from shared.policy.model import ChapterHeader, CommonChapter

log = logging.getLogger(__name__)
_SHANGHAI = ZoneInfo("Asia/Shanghai")

C = TypeVar("C", bound=ChapterHeader)


class PolicyNotFoundError(NotFoundError):
    """No pack runs for the company, or no approved chapter is in force."""

    code = "policy_not_found"
    title = "没有生效的规章"


class RevisionUnreadableError(RuntimeError):
    """A stored revision does not fit the chapter's type of this release; the message names it."""


class RevisionInForce(NamedTuple):
    """Which revision governs."""

    version: str
    sha256: str
    is_trial: bool


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored revision, typed."""

    chapter: ChapterHeader
    sha256: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The chapters that govern one company at one instant."""

    company: str
    pack: str
    on: date
    revisions: Mapping[str, Revision]

    @property
    def common(self) -> CommonChapter:
        """The common chapter in force.  Raises: PolicyNotFoundError."""
        return self.chapter_as(COMMON, CommonChapter)

    def chapter(self, name: str) -> Any:
        """A chapter in force, typed as the service declared it.  Raises: PolicyNotFoundError."""
        return self._revision(name).chapter

    def chapter_as(self, name: str, kind: type[C]) -> C:
        """The same, checked to be of `kind`."""
        chapter = self._revision(name).chapter
        if not isinstance(chapter, kind):
            raise TypeError(f"chapter {name} is no {kind.__name__}")
        return chapter

    def revision(self, name: str) -> RevisionInForce:
        """Version, hash and trial mark of a chapter in force.  Raises: PolicyNotFoundError."""
        found = self._revision(name)
        return RevisionInForce(found.chapter.version, found.sha256, found.chapter.is_trial(self.on))

    def _revision(self, name: str) -> Revision:
        found = self.revisions.get(name)
        if found is None:
            raise PolicyNotFoundError(f"公司 {self.company} 在该日没有生效的“{name}”章。", params={"chapter": name})
        return found


class PolicyBook:
    """Stored revisions of one schema, polled every 30 s."""

    def __init__(self, chapters: Mapping[str, type[ChapterHeader]]) -> None:
        """`chapters`: the chapter types that this process reads, by name; the common one is always read."""
        self._types: dict[str, type[BaseModel]] = {COMMON: CommonChapter, **chapters}
        self._pack_of: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._revisions: dict[tuple[str, str, str], Revision] = {}
        self._cache: dict[tuple[str, date], Policy] = {}

    @property
    def companies(self) -> Mapping[str, str]:
        """Company to pack."""
        return self._pack_of

    def name_of(self, company: str) -> str:
        """The company's name in Chinese."""
        return self._names.get(company, company)

    def policy(self, company: str, at: datetime) -> Policy:
        """What governs a company at an instant: per chapter the newest approved revision in effect on that date.

        Raises: PolicyNotFoundError.
        """
        on = at.astimezone(_SHANGHAI).date()
        found = self._cache.get((company, on))
        if found is None:
            found = self._cache[company, on] = self._find(company, on)
        return found

    def at_revision(self, company: str, chapter: str, version: str, at: datetime | None = None) -> Policy:
        """The policy in which one chapter stands at the revision recorded on a case that started at `at`.

        Without `at` the other chapters stand at their newest.  Raises: PolicyNotFoundError.
        """
        pack = self._pack(company)
        revision = self._revisions.get((pack, chapter, version))
        if revision is None:
            raise PolicyNotFoundError(f"没有 {pack}/{chapter} 的版本 {version}。")
        base = self._find(company, self._newest_on(pack)) if at is None else self.policy(company, at)
        return Policy(company, pack, base.on, {**base.revisions, chapter: revision})

    async def refresh(self, source: Any) -> bool:
        """Read what is new from an asyncpg pool or connection and swap it in whole; whether there was anything.

        Raises: RevisionUnreadableError; what was read before stays in force.
        """
        companies = await source.fetch("select company, pack, name from pack_companies order by company")
        known = [f"{pack}/{chapter}/{version}" for pack, chapter, version in self._revisions]
        rows = await source.fetch(
            "select pack, chapter, version, sha256, canonical from policy_revisions"
            " where chapter = any($1::text[]) and pack || '/' || chapter || '/' || version <> all($2::text[])",
            list(self._types),
            known,
        )
        revisions = dict(self._revisions)
        for row in rows:
            chapter = self._typed(row)
            revisions[row["pack"], row["chapter"], row["version"]] = Revision(chapter, row["sha256"])
        pack_of = {row["company"]: row["pack"] for row in companies}
        is_new = bool(rows) or pack_of != self._pack_of
        if is_new:
            self._names = {row["company"]: row["name"] for row in companies}
            self._revisions, self._pack_of, self._cache = revisions, pack_of, {}
        return is_new

    async def run(self, source: Any, stop: asyncio.Event, *, seconds: float = 30.0) -> None:
        """Poll until `stop`; a database that is away leaves the last revisions in force."""
        while not stop.is_set():
            try:
                await self.refresh(source)
            except DATABASE_AWAY as error:
                log.warning("policy not read: %s", type(error).__name__)
            except RevisionUnreadableError as error:
                log.error("policy not read: %s", error)  # noqa: TRY400  # the text names the revision
            try:
                await asyncio.wait_for(stop.wait(), seconds)
            except TimeoutError:
                continue

    def _pack(self, company: str) -> str:
        pack = self._pack_of.get(company)
        if pack is None:
            raise PolicyNotFoundError(f"没有公司 {company} 的规章包。")
        return pack

    def _find(self, company: str, on: date) -> Policy:
        pack = self._pack(company)
        newest: dict[str, Revision] = {}
        for (owner, name, _), revision in self._revisions.items():
            chapter = revision.chapter
            if owner != pack or not chapter.is_approved or chapter.effective_on > on:
                continue
            best = newest.get(name)
            if best is None or _order(best) < _order(revision):
                newest[name] = revision
        return Policy(company, pack, on, newest)

    def _newest_on(self, pack: str) -> date:
        dates = (
            revision.chapter.effective_on
            for (owner, _, _), revision in self._revisions.items()
            if owner == pack and revision.chapter.is_approved
        )
        return max(dates, default=date.min)

    def _typed(self, row: Any) -> ChapterHeader:
        kind = self._types[row["chapter"]]
        try:
            chapter = kind.model_validate_json(row["canonical"])
        except ValidationError as error:
            name = f"{row['pack']}/{row['chapter']} {row['version']}"
            raise RevisionUnreadableError(f"{name}: {error.error_count()} fields do not fit") from error
        if not isinstance(chapter, ChapterHeader):
            raise TypeError(f"{kind.__name__} is no chapter")
        return chapter


def _order(revision: Revision) -> tuple[date, tuple[int, ...]]:
    chapter = revision.chapter
    return chapter.effective_on, tuple(int(part) for part in chapter.version.split("."))
