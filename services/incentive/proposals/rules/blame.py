"""Who held a breached clock how long: who held it is responsible, not who happens to hold it now (sla.md 17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.base import Routing
from shared.contracts.sla import Segment


@dataclass(frozen=True, slots=True)
class Held:
    """A person's part of a clock's time, or a department's where nobody in person held it."""

    owner_id: UUID | None
    team: str | None
    department: str | None
    consumed_us: int
    of_us: int


def holders(segments: Sequence[Segment], routing: Routing, *, least_percent: int) -> list[Held]:
    """Everybody who is responsible, the longest first.

    Time that nobody in person held is the department's.  Whoever held less than `least_percent` is left out, unless
    nobody held more; without segments the holder of the moment held it all along.
    """
    known = [one for one in segments if one.owner_id is not None or one.department is not None]
    if not known:
        return _whole(routing)
    total = sum(max(0, one.consumed_us) for one in known)
    held = sorted(_summed(known, total), key=lambda one: (-one.consumed_us, str(one.owner_id), one.department or ""))
    enough = [one for one in held if one.consumed_us > 0 and one.consumed_us * 100 >= least_percent * total]
    return enough or held[:1]


def _whole(routing: Routing) -> list[Held]:
    if routing.owner_id is None and routing.department is None:
        return []
    return [Held(routing.owner_id, routing.team, routing.department, 1, 1)]


def _summed(segments: Iterable[Segment], total: int) -> list[Held]:
    parts: dict[tuple[UUID | None, str | None], list[Segment]] = {}
    for one in segments:
        # A person is one, whatever departments they held it in; unheld time is kept apart by department.
        key = (one.owner_id, None if one.owner_id else one.department)
        parts.setdefault(key, []).append(one)
    return [
        Held(
            owner_id,
            last[-1].team if owner_id else None,
            last[-1].department,
            sum(max(0, one.consumed_us) for one in last),
            total,
        )
        for (owner_id, _), last in parts.items()
    ]
