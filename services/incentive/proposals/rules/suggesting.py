"""From a fact and the pack's sources to drafts: who is concerned, what it rests on, on which matter."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.incentive.policy import IncentiveChapter
from services.incentive.policy_catalogue import IncentiveKind, Subject
from services.incentive.proposals.rules import blame, evidence
from services.incentive.proposals.rules.drafts import Cause, Draft, Target
from services.incentive.proposals.rules.facts import READINGS, Reading
from services.incentive.proposals.rules.matching import Fitting, fitting
from services.incentive.proposals.rules.matters import yearly
from shared.contracts.base import EventPayload


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact as it came in."""

    id: UUID
    type: str
    source: str
    time: datetime
    company: str
    matter_id: UUID | None
    correlation_id: UUID
    causation_id: UUID | None
    said: EventPayload


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works."""

    department: str | None
    team: str | None


@dataclass(frozen=True, slots=True)
class _Concerned:
    """A subject, with its part of a clock's time."""

    target: Target
    share_us: int | None = None
    share_of_us: int | None = None
    carries_department_points: bool = True


def suggestions(
    heard: Heard, chapter: IncentiveChapter, place_of: Callable[[UUID], Place | None], zone: ZoneInfo, *, fact: str
) -> list[Draft]:
    """The drafts that a fact suggests; `fact` is the type by whose fields and sources it is read."""
    reading, payload = READINGS[fact], heard.said.model_dump(mode="json")
    points = payload.get(reading.points) if reading.points else None
    if points == 0:
        return []
    cause_id = _first_id(payload[reading.cause_id])
    if cause_id is None:
        return []
    rests_on = evidence.of_fact(
        event_id=heard.id,
        fact=heard.type,
        source=heard.source,
        time=heard.time.isoformat(),
        correlation_id=heard.correlation_id,
        causation_id=heard.causation_id,
        said=heard.said,
    )
    happened_at: datetime = getattr(heard.said, reading.happened)
    drafts = []
    for one in fitting(fact, payload, chapter.proposals):
        for provision, concerned in _concerned(one, heard, reading, payload, chapter, place_of):
            year = payload[reading.year] if reading.year else happened_at.astimezone(zone).year
            drafts.append(
                Draft(
                    provision=provision,
                    target=concerned.target,
                    cause=Cause(reading.cause_type, cause_id, heard.id),
                    matter_id=yearly(heard.company, provision, concerned.target.key, year)
                    if one.source.is_yearly
                    else _matter(heard, reading, payload, cause_id),
                    happened_at=happened_at,
                    evidence=rests_on,
                    source=one.code,
                    is_yearly=one.source.is_yearly,
                    points=points if one.source.points is None else one.source.points,
                    carries_department_points=concerned.carries_department_points,
                    segments=payload.get(reading.holders or "", []),
                    share_us=concerned.share_us,
                    share_of_us=concerned.share_of_us,
                )
            )
    return drafts


def _concerned(
    one: Fitting,
    heard: Heard,
    reading: Reading,
    payload: Mapping[str, Any],
    chapter: IncentiveChapter,
    place_of: Callable[[UUID], Place | None],
) -> Iterator[tuple[str, _Concerned]]:
    source = one.source
    department: str | None = payload.get(reading.department or "")
    if source.subject is Subject.CUSTOMER:
        customer_id = payload.get(reading.customer or "")
        if customer_id:
            yield source.proposes, _Concerned(Target.customer(UUID(customer_id)))
        return
    if source.subject is Subject.DEPARTMENT:
        if department:
            yield source.proposes, _Concerned(Target.of_department(department))
        return
    if reading.holders:
        held = blame.holders(
            getattr(heard.said, reading.holders),
            heard.said.routing,
            least_percent=chapter.proposals.least_share_percent,
        )
        yield from _held(held, source.proposes, source.proposes_department, place_of)
        return
    named = [*_ids(payload.get(reading.people or "")), *_ids(payload.get(reading.beside or ""))]
    people = list(dict.fromkeys(named))
    is_reward = chapter.catalogue.provisions[source.proposes].kind is IncentiveKind.REWARD
    if is_reward and reading.never:
        people = [person for person in people if str(person) != payload.get(reading.never)]
    charged: set[str] = set()
    for person in people:
        place = place_of(person) or Place(department, None)
        yield (
            source.proposes,
            _Concerned(
                Target.employee(person, place.department or department, place.team),
                carries_department_points=place.department not in charged,
            ),
        )
        charged |= {place.department} if place.department else set()
    if not people and department and source.proposes_department:
        yield source.proposes_department, _Concerned(Target.of_department(department))


def _held(
    held: Iterable[blame.Held],
    provision: str,
    for_department: str | None,
    place_of: Callable[[UUID], Place | None],
) -> Iterator[tuple[str, _Concerned]]:
    charged: set[str | None] = set()
    for one in held:
        if one.owner_id is not None:
            place = place_of(one.owner_id) or Place(one.department, one.team)
            # The clock says for which department it was held; only where it does not, the person's own.
            department = one.department or place.department
            proposed, target = provision, Target.employee(one.owner_id, department, one.team or place.team)
        elif one.department is not None and for_department is not None:
            department = one.department
            proposed, target = for_department, Target.of_department(one.department)
        else:
            continue
        is_first = department not in charged
        yield proposed, _Concerned(target, one.consumed_us, one.of_us, is_first)
        charged.add(department)


def _matter(heard: Heard, reading: Reading, payload: Mapping[str, Any], cause_id: UUID) -> UUID:
    said = payload.get(reading.matter or "")
    return heard.matter_id or (UUID(said) if said else cause_id)


def _first_id(value: Any) -> UUID | None:
    return next(iter(_ids(value)), None)


def _ids(value: Any) -> list[UUID]:
    several = value if isinstance(value, list) else [value]
    return [UUID(one) for one in several if one]
