"""Moving what belongs to a customer, remembering it, and moving it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.merging.repository.places import MOVED, Place


@dataclass(frozen=True, slots=True)
class Move:
    """From whom to whom, under which merge."""

    merge_id: UUID
    company: str
    losing_id: UUID
    losing_number: str
    surviving_id: UUID
    actor: UUID
    now: datetime

    @property
    def bound(self) -> dict[str, Any]:
        """As parameters."""
        return {
            "merge_id": self.merge_id,
            "company": self.company,
            "losing": self.losing_id,
            "losing_number": self.losing_number,
            "surviving": self.surviving_id,
            "actor": self.actor,
            "now": self.now,
        }


async def move_all(session: AsyncSession, move: Move) -> dict[str, int]:
    """Move or set aside everything; answers how many rows of each place."""
    counts: dict[str, int] = {}
    for place in MOVED:
        moved = await _run(session, _move(place), move) if place.moves else 0
        aside = await _run(session, _aside(place), move) if place.on_aside is not None else 0
        if moved + aside:
            counts[place.code] = moved + aside
    return counts


async def restore_all(session: AsyncSession, move: Move) -> dict[str, int]:
    """Give everything back with the columns that it had; answers how many rows of each place."""
    counts: dict[str, int] = {}
    for place in reversed(MOVED):
        done = await _run(session, _restore(place), move)
        if place.is_living and place.hangs_on:
            done += await _run(session, _follow(place), move)
        if done:
            counts[place.code] = done
    return counts


async def _run(session: AsyncSession, sql: str, move: Move) -> int:
    return int((await session.execute(text(sql), move.bound)).scalar_one())


def _before(place: Place, *, version: str) -> str:
    said = [f"'{column}', t.{column}" for column in place.kept]
    if place.is_watched:
        said.append(f"'version', {version}")
    return f"jsonb_build_object({', '.join(said)})"


def _sets(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _move(place: Place) -> str:
    """Rows that the survivor can take; the version that they get is remembered, to tell a later change."""
    bump = "version = t.version + 1" if place.is_watched else ""
    clash = (
        f" and not exists (select from {place.table} o where o.{place.column} = :surviving and {place.clash})"
        if place.clash
        else ""
    )
    return (
        f"with picked as (select t.id, {_before(place, version='t.version + 1')} as before from {place.table} t"  # noqa: S608
        f" where t.{place.column} = :losing and t.company = :company and {place.standing}{clash} for update of t),"
        f" moved as (update {place.table} t set {_sets(f'{place.column} = :surviving', place.on_move, bump)}"
        " from picked where t.id = picked.id returning t.id),"
        " kept as (insert into merge_moves (merge_id, place, row_id, company, has_moved, before)"
        f" select :merge_id, '{place.code}', picked.id, :company, true, picked.before"
        " from picked join moved on moved.id = picked.id returning 1) select count(*) from kept"
    )


def _aside(place: Place) -> str:
    """Rows that stay with the row that ended, and count no more."""
    bump = "version = t.version + 1" if place.is_watched else ""
    return (
        f"with picked as (select t.id, {_before(place, version='t.version + 1')} as before from {place.table} t"  # noqa: S608
        f" where t.{place.column} = :losing and t.company = :company and {place.standing} for update of t),"
        f" put as (update {place.table} t set {_sets(place.on_aside or '', bump)}"
        " from picked where t.id = picked.id returning t.id),"
        " kept as (insert into merge_moves (merge_id, place, row_id, company, has_moved, before)"
        f" select :merge_id, '{place.code}', picked.id, :company, false, picked.before"
        " from picked join put on put.id = picked.id returning 1) select count(*) from kept"
    )


def _restore(place: Place) -> str:
    columns = [f"{column} = (jsonb_populate_record(null::{place.table}, m.before)).{column}" for column in place.kept]
    bump = "version = t.version + 1" if place.is_watched else ""
    owner = f"{place.column} = case when m.has_moved then :losing else t.{place.column} end"
    return (
        f"with back as (update {place.table} t set {_sets(owner, *columns, bump)} from merge_moves m"  # noqa: S608
        f" where m.merge_id = :merge_id and m.place = '{place.code}' and m.row_id = t.id returning 1)"
        " select count(*) from back"
    )


@dataclass(frozen=True, slots=True)
class Blocker:
    """What happened since a merge and forbids undoing it."""

    place: str
    name: str
    kind: str
    """moved_on, changed or added."""
    count: int


async def blockers(session: AsyncSession, merge_id: UUID, surviving_id: UUID) -> Sequence[Blocker]:
    """Rows that were moved on or changed since, and rows that were entered since at premises that would go back."""
    found: list[Blocker] = []
    bound = {"merge_id": merge_id, "surviving": surviving_id}
    for place in MOVED:
        for kind, sql in _questions(place):
            count = int((await session.execute(text(sql), bound)).scalar_one())
            if count:
                found.append(Blocker(place.code, place.name, kind, count))
    return found


def _questions(place: Place) -> list[tuple[str, str]]:
    moves = (
        f"select count(*) from merge_moves m join {place.table} t on t.id = m.row_id"  # noqa: S608
        f" where m.merge_id = :merge_id and m.place = '{place.code}'"
    )
    asked = []
    if place.moves:
        asked.append(("moved_on", f"{moves} and m.has_moved and t.{place.column} is distinct from :surviving"))
    if place.is_watched:
        same = f" and (not m.has_moved or t.{place.column} = :surviving)" if place.moves else ""
        asked.append(("changed", f"{moves} and t.version <> cast(m.before ->> 'version' as bigint){same}"))
    if not place.is_living:
        asked += [("added", _added(place, column, code)) for column, code in place.hangs_on]
    return asked


def _hanging(column: str, code: str) -> str:
    return (
        f"exists (select from merge_moves p where p.merge_id = :merge_id and p.place = '{code}'"
        f" and p.has_moved and p.row_id = t.{column})"
    )


def _follow(place: Place) -> str:
    """What was entered since on something that goes back goes back with it."""
    hanging = " or ".join(_hanging(column, code) for column, code in place.hangs_on)
    return (
        f"with back as (update {place.table} t set {place.column} = :losing"  # noqa: S608
        f" where t.{place.column} = :surviving and t.company = :company and ({hanging}) returning 1)"
        " select count(*) from back"
    )


def _added(place: Place, column: str, code: str) -> str:
    return (
        f"select count(*) from {place.table} t where t.{place.column} = :surviving"  # noqa: S608
        f" and {_hanging(column, code)} and not exists (select from merge_moves m"
        f" where m.merge_id = :merge_id and m.place = '{place.code}' and m.row_id = t.id)"
    )
