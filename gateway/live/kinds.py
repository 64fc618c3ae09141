"""What an event means to one person: the decision of the catalogue, and with whom the matter lies."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.contracts.base import Routing
from shared.contracts.live import LiveKind, Telling, telling_of


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where work lies that is a person's: their own, and that of the people deputised for."""

    staff_ids: Collection[UUID] = ()
    teams: Collection[str] = ()
    departments: Collection[str] = ()
    posts: Collection[str] = ()

    @classmethod
    def of(cls, principal: Principal) -> "Whereabouts":
        """By name, team, department and post; whoever sees the whole company has a place of their own, too."""
        return cls(
            staff_ids=frozenset((principal.staff_id, *principal.acting_for)),
            teams=_known(principal.team, *(one.team for one in principal.acting)),
            departments=_known(
                *(principal.department, *principal.lines),
                *(code for one in principal.acting for code in (one.department, *one.lines)),
            ),
            posts=frozenset((*principal.posts, *(post for one in principal.acting for post in one.posts))),
        )

    @classmethod
    def of_scope(cls, scope: RowScope) -> "Whereabouts":
        """As far as the scope tells."""
        return cls(scope.staff_ids, scope.teams, scope.departments, scope.posts)

    def holds(self, routing: Routing) -> bool:
        """Whether the matter lies with the person, by whichever of the four."""
        return (
            routing.owner_id in self.staff_ids
            or routing.team in self.teams
            or routing.department in self.departments
            or not set(routing.posts).isdisjoint(self.posts)
        )


def kind_of(
    event_type: str, routing: Routing, data: Mapping[str, object], named: Collection[UUID], person: Whereabouts
) -> LiveKind:
    """What the event is to `person`; `named` are those whom its payload names as concerned."""
    is_named = not set(named).isdisjoint(person.staff_ids)
    is_owner = routing.owner_id in person.staff_ids
    match telling_of(event_type):
        case Telling.WARNING:
            return LiveKind.WARNING
        case Telling.BREACH:
            return LiveKind.BREACH
        case Telling.RUNG:
            return LiveKind.BREACH if data.get("trigger") == "breach" else LiveKind.WARNING
        case Telling.ANSWER:
            return LiveKind.ANSWER if is_named or person.holds(routing) else LiveKind.OTHER
        case Telling.BIRTH | Telling.MOVE if is_named or is_owner:
            return LiveKind.ASSIGNMENT
        case Telling.QUEUE | Telling.MOVE if person.holds(routing):
            return LiveKind.QUEUE_NEW
        case _:
            return LiveKind.OTHER


def _known(*values: str | None) -> frozenset[str]:
    return frozenset(value for value in values if value)
