"""The packs' sources name facts that exist, by fields that they have, and read them where the contracts say so."""

import typing
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from deploy.gasdesk.provision.everything import load_packs
from services.incentive.consumers import handlers
from services.incentive.policy import IncentiveChapter
from services.incentive.policy_catalogue import Subject
from services.incentive.policy_proposals import Source
from services.incentive.proposals.rules.facts import READINGS, RETRACTIONS, SUSPENSIONS, UPHELD, Reading, Retraction
from shared.events.catalogue import catalogue
from shared.events.topology import CONSUMES, stream_of


def chapters() -> Iterator[tuple[str, IncentiveChapter]]:
    for pack in load_packs():
        chapter = pack.chapters["incentive"]
        assert isinstance(chapter, IncentiveChapter)
        yield pack.code, chapter


SOURCES = [
    pytest.param(chapter, source, id=f"{pack}-{code}")
    for pack, chapter in chapters()
    for code, source in chapter.proposals.sources.items()
]


def has_field(kind: object, path: list[str]) -> bool:
    """Whether a contract has the field at the path; lists are looked into."""
    if not path:
        return True
    inner = [one for one in typing.get_args(kind) if one is not type(None)]
    if inner:
        return any(has_field(one, path) for one in inner)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)) or path[0] not in kind.model_fields:
        return False
    return has_field(kind.model_fields[path[0]].annotation, path[1:])


@pytest.mark.parametrize(("chapter", "source"), SOURCES)
def test_a_source_names_a_fact_that_exists_by_fields_that_it_has(chapter: IncentiveChapter, source: Source) -> None:
    assert source.fact in catalogue()
    assert source.fact in READINGS
    for path in source.where:
        assert has_field(catalogue()[source.fact].model, path.split(".")), path


@pytest.mark.parametrize(("chapter", "source"), SOURCES)
def test_what_a_source_proposes_is_about_its_subject(chapter: IncentiveChapter, source: Source) -> None:
    provisions = chapter.catalogue.provisions
    assert provisions[source.proposes].subject is source.subject
    if source.proposes_department is not None:
        assert provisions[source.proposes_department].subject is Subject.DEPARTMENT


@pytest.mark.parametrize(("pack", "chapter"), [pytest.param(*one, id=one[0]) for one in chapters()])
def test_the_order_of_the_sources_is_said_and_not_left_to_the_file(pack: str, chapter: IncentiveChapter) -> None:
    positions = [source.position for source in chapter.proposals.sources.values()]
    assert len(set(positions)) == len(positions)


@pytest.mark.parametrize(("fact", "reading"), READINGS.items(), ids=list(READINGS))
def test_a_reading_names_fields_of_the_contract(fact: str, reading: Reading) -> None:
    fields = catalogue()[fact].model.model_fields
    named = {getattr(reading, name) for name in Reading.__slots__ if name != "cause_type"} - {None}
    assert named <= set(fields)


@pytest.mark.parametrize(("fact", "rule"), [*RETRACTIONS.items(), *SUSPENSIONS.items(), *UPHELD.items()])
def test_what_undoes_a_cause_names_fields_of_the_contract(fact: str, rule: Retraction) -> None:
    assert {rule.cause_id, *rule.only} <= set(catalogue()[fact].model.model_fields)
    assert rule.cause_type in {reading.cause_type for reading in READINGS.values()}


def test_every_source_of_the_packs_is_heard_and_every_reading_has_a_source() -> None:
    named = {source.fact for _, chapter in chapters() for source in chapter.proposals.sources.values()}
    assert named == set(READINGS)


BY_HAND = {
    "reward-other", "penalty-1-dress", "penalty-1-idle", "penalty-1-absence", "penalty-1-littering",
    "penalty-2-conduct", "penalty-2-taboo", "penalty-2-quarrel", "penalty-2-request",
    "penalty-4-loss", "penalty-4-image", "beyond-loss", "beyond-graver",
    "department-projects", "department-measures", "department-investigation", "tier-reward",
}  # fmt: skip
"""No fact says them: somebody raises them."""


@pytest.mark.parametrize(("pack", "chapter"), [pytest.param(*one, id=one[0]) for one in chapters()])
def test_every_clause_has_a_way_to_it(pack: str, chapter: IncentiveChapter) -> None:
    sources = chapter.proposals.sources.values()
    proposed = {one for source in sources for one in (source.proposes, source.proposes_department)}
    counted = {counter.then for counter in chapter.catalogue.counters.values()}
    assert set(chapter.catalogue.provisions) - proposed - counted == BY_HAND & set(chapter.catalogue.provisions)
    assert not BY_HAND & (proposed | counted)


def test_every_fact_is_heard_on_a_stream_that_is_read() -> None:
    heard = {*READINGS, *RETRACTIONS, *SUSPENSIONS, *UPHELD}
    publishers = {one for fact in heard for one in catalogue()[fact].publishers} - {"incentive"}
    assert {stream_of(one) for one in publishers} <= set(CONSUMES["incentive"])
    assert heard <= set(handlers(None, None))  # type: ignore[arg-type]
