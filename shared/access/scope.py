"""Which rows a person may touch, as SQL for SQLAlchemy and for raw asyncpg, and as a test in Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, and_, bindparam, cast, false, or_
from sqlalchemy.dialects.postgresql import UUID as PGUUID

from shared.access.permissions import ScopeLevel

Column = ColumnElement[Any] | Any
"""A SQLAlchemy column or a mapped attribute."""


@dataclass(frozen=True, slots=True)
class ScopeColumns:
    """The columns of a statement that say whose a row is; what is absent never matches."""

    company: Column
    owners: Sequence[Column] = ()
    team: Column | None = None
    department: Column | None = None
    posts: Column | None = None


@dataclass(frozen=True, slots=True)
class ScopeNames:
    """The same by column name, for raw SQL; names come from code, never from a request."""

    alias: str = ""
    company: str = "company"
    owners: Sequence[str] = ("owner_id",)
    team: str | None = "team"
    department: str | None = "department"
    posts: str | None = None

    def of(self, name: str) -> str:
        """`name` with the alias."""
        return f"{self.alias}.{name}" if self.alias else name


@dataclass(frozen=True, slots=True)
class RowScope:
    """The rows of one permission: own, team, department or company; the levels add up.

    `staff_ids` are the person and those deputised for today; `departments` include the lines in charge.
    """

    level: ScopeLevel
    companies: tuple[str, ...]
    staff_ids: tuple[UUID, ...] = ()
    teams: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()

    @classmethod
    def everything(cls, *companies: str) -> "RowScope":
        """All rows of `companies`: for jobs and consumers, which act for the house."""
        return cls(level=ScopeLevel.COMPANY, companies=companies)

    def clause(self, columns: ScopeColumns) -> ColumnElement[bool]:
        """The condition for a SQLAlchemy statement; always limits the company."""
        company: ColumnElement[bool] = columns.company == _any(self.companies)
        if self.level is ScopeLevel.COMPANY:
            return company
        parts: list[ColumnElement[bool]] = [owner == _any_id(self.staff_ids) for owner in columns.owners]
        if columns.posts is not None:
            parts.append(columns.posts.op("&&")(cast(_texts(self.posts), ARRAY(Text))))
        if columns.team is not None and self.level >= ScopeLevel.TEAM:
            parts.append(columns.team == _any(self.teams))
        if columns.department is not None and self.level >= ScopeLevel.DEPARTMENT:
            parts.append(columns.department == _any(self.departments))
        return and_(company, or_(false(), *parts))

    def sql(self, names: ScopeNames, start_index: int) -> tuple[str, list[object]]:
        """The condition as text with `$start_index …` and its arguments in order, for asyncpg."""
        args: list[object] = []

        def place(value: object, kind: str) -> str:
            args.append(value)
            return f"${start_index + len(args) - 1}::{kind}[]"

        company = f"{names.of(names.company)} = any({place(list(self.companies), 'text')})"
        if self.level is ScopeLevel.COMPANY:
            return f"({company})", args
        parts = []
        if names.owners:
            ids = place(list(self.staff_ids), "uuid")
            parts += [f"{names.of(owner)} = any({ids})" for owner in names.owners]
        if names.posts is not None:
            parts.append(f"{names.of(names.posts)} && {place(list(self.posts), 'text')}")
        if names.team is not None and self.level >= ScopeLevel.TEAM:
            parts.append(f"{names.of(names.team)} = any({place(list(self.teams), 'text')})")
        if names.department is not None and self.level >= ScopeLevel.DEPARTMENT:
            parts.append(f"{names.of(names.department)} = any({place(list(self.departments), 'text')})")
        return f"({company} and ({' or '.join(parts) or 'false'}))", args

    def admits(
        self,
        *,
        company: str,
        owner_ids: Iterable[UUID | None] = (),
        team: str | None = None,
        department: str | None = None,
        posts: Iterable[str] = (),
    ) -> bool:
        """The same rule for one row or event at hand."""
        if company not in self.companies:
            return False
        if self.level is ScopeLevel.COMPANY:
            return True
        if any(owner in self.staff_ids for owner in owner_ids) or not set(self.posts).isdisjoint(posts):
            return True
        if self.level >= ScopeLevel.TEAM and team is not None and team in self.teams:
            return True
        return self.level >= ScopeLevel.DEPARTMENT and department is not None and department in self.departments


def _texts(values: Sequence[str]) -> ColumnElement[Any]:
    return bindparam(None, list(values), type_=ARRAY(Text), unique=True)


def _any(values: Sequence[str]) -> ColumnElement[Any]:
    return _texts(values).any_()


def _any_id(values: Sequence[UUID]) -> ColumnElement[Any]:
    return bindparam(None, list(values), type_=ARRAY(PGUUID(as_uuid=True)), unique=True).any_()
