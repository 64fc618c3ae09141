"""Who may write which kind of data: the pack's concerns, by post (domain.md 2.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.customer.registry.errors import ConcernNotWritableError
from shared.errors import FieldError


@dataclass(frozen=True, slots=True)
class Right:
    """What the pack says of a field: its name and the concerns that it is entered and changed under."""

    name: str
    entered: str
    changed: str


@dataclass(frozen=True, slots=True)
class ConcernRight:
    """What the pack says of a concern: its name and the posts that write or import it."""

    name: str
    written_by: frozenset[str]
    imported_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: the posts held or stood in for, and what each field asks for; the house itself writes all."""

    posts: frozenset[str] = frozenset()
    rights: Mapping[str, Right] = field(default_factory=dict)
    concerns: Mapping[str, ConcernRight] = field(default_factory=dict)
    post_names: Mapping[str, str] = field(default_factory=dict)
    is_house: bool = False
    withdrawn: frozenset[str] = frozenset()
    """Concerns that the person may not write any more, whatever the posts (domain.md 2.7)."""

    def ensure_enters(self, *fields: str, pointer: str | None = None) -> None:
        """Each field may be entered.  Raises: ConcernNotWritableError."""
        self._ensure(((name, self._entered(name)) for name in fields), pointer)

    def ensure_changes(self, *fields: str, pointer: str | None = None) -> None:
        """Each field may be changed.  Raises: ConcernNotWritableError."""
        self._ensure(((name, self._changed(name)) for name in fields), pointer)

    def foreign_to_import(self, fields: Iterable[str]) -> list[str]:
        """Those of the fields that the posts may neither write nor bring in by a file."""
        return [name for name in fields if not self._may(self._entered(name), is_import=True)]

    def refusal(self, name: str, concern: str) -> str:
        """Why the field is refused: its name, the concern and who writes it."""
        right = self.concerns[concern]
        if concern in self.withdrawn:
            return f"“{self.rights[name].name}”属于“{right.name}”（{concern}），您录入该类资料的权限已被收回"
        posts = "、".join(self.post_names.get(post, post) for post in sorted(right.written_by))
        return f"“{self.rights[name].name}”属于“{right.name}”（{concern}），由{posts}录入"

    def _ensure(self, asked: Iterable[tuple[str, str]], pointer: str | None) -> None:
        refused = [(name, concern) for name, concern in asked if not self._may(concern)]
        if refused:
            errors = tuple(
                FieldError(pointer or f"/{name}", ConcernNotWritableError.code, self.refusal(name, concern))
                for name, concern in refused
            )
            name, concern = refused[0]
            raise ConcernNotWritableError(errors[0].message, errors=errors, params={"field": name, "concern": concern})

    def _entered(self, name: str) -> str:
        return "" if self.is_house else self.rights[name].entered

    def _changed(self, name: str) -> str:
        return "" if self.is_house else self.rights[name].changed

    def _may(self, concern: str, *, is_import: bool = False) -> bool:
        if self.is_house:
            return True
        if concern in self.withdrawn:
            return False
        right = self.concerns[concern]
        return bool(self.posts & (right.written_by | right.imported_by if is_import else right.written_by))


HOUSE = Writer(is_house=True)
"""Jobs and consumers, which act for the house."""
