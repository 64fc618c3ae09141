"""What each event means to whom: the whole catalogue is decided, and the rule by its cases."""

from typing import Any
from uuid import uuid4

import pytest

from gateway.live.kinds import Whereabouts, kind_of
from shared.contracts.base import Routing
from shared.contracts.live import DECIDED, NAMES, LiveKind, named_in
from shared.events.catalogue import catalogue

ME, SOMEBODY = uuid4(), uuid4()
PERSON = Whereabouts((ME,), ("t1",), ("repair",), ("repair_worker",))
MINE = Routing(owner_id=ME)
TEAM = Routing(owner_id=SOMEBODY, team="t1")
DEPARTMENT = Routing(department="repair", team="t9")
POST = Routing(posts=["gm", "repair_worker"])
FOREIGN = Routing(owner_id=SOMEBODY, team="t2", department="market", posts=["gm"])


def test_every_event_of_the_catalogue_is_decided_once() -> None:
    decided = [event_type for types in DECIDED.values() for event_type in types]
    assert len(decided) == len(set(decided))
    assert set(decided) ^ set(catalogue()) == set(), "a new event type is named in shared/contracts/live.py"


def test_named_fields_stand_in_their_payloads() -> None:
    missing = [
        (name, field)
        for name, fields in NAMES.items()
        for field in fields.split()
        if field not in catalogue()[name].model.model_fields
    ]
    assert missing == []


CASES: list[tuple[str, Routing, dict[str, Any], LiveKind]] = [
    ("sla.started", MINE, {}, LiveKind.QUEUE_NEW),
    ("sla.started", TEAM, {}, LiveKind.QUEUE_NEW),
    ("sla.started", DEPARTMENT, {}, LiveKind.QUEUE_NEW),
    ("sla.started", POST, {}, LiveKind.QUEUE_NEW),
    ("sla.started", FOREIGN, {}, LiveKind.OTHER),
    ("sla.warned", FOREIGN, {}, LiveKind.WARNING),
    ("sla.breached", MINE, {}, LiveKind.BREACH),
    ("sla.escalated", POST, {"trigger": "warning"}, LiveKind.WARNING),
    ("sla.escalated", POST, {"trigger": "breach"}, LiveKind.BREACH),
    ("sla.met", MINE, {}, LiveKind.OTHER),
    ("complaint.opened", MINE, {}, LiveKind.ASSIGNMENT),
    ("complaint.opened", POST, {}, LiveKind.OTHER),
    ("complaint.transferred", MINE, {}, LiveKind.ASSIGNMENT),
    ("complaint.transferred", DEPARTMENT, {}, LiveKind.QUEUE_NEW),
    ("complaint.transferred", FOREIGN, {}, LiveKind.OTHER),
    ("customer.order_dispatched", FOREIGN, {"staff_ids": [str(SOMEBODY), str(ME)]}, LiveKind.ASSIGNMENT),
    ("customer.order_dispatched", TEAM, {"staff_ids": [str(SOMEBODY)]}, LiveKind.QUEUE_NEW),
    ("customer.hand_over_answered", FOREIGN, {"handed_by": str(ME)}, LiveKind.ANSWER),
    ("customer.hand_over_answered", FOREIGN, {"handed_by": str(SOMEBODY)}, LiveKind.OTHER),
    ("inspection.improvement_declined", FOREIGN, {"proposer_id": str(ME), "owner_id": None}, LiveKind.ANSWER),
    ("complaint.appeal_decided", FOREIGN, {"appellant_id": str(ME)}, LiveKind.ANSWER),
    ("complaint.consultation_answered", MINE, {}, LiveKind.ANSWER),
    ("customer.updated", MINE, {}, LiveKind.OTHER),
    ("complaint.invented_tomorrow", MINE, {}, LiveKind.OTHER),
]


@pytest.mark.parametrize(("event_type", "routing", "data", "expected"), CASES)
def test_kind_follows_from_the_type_and_with_whom_it_lies(
    event_type: str, routing: Routing, data: dict[str, Any], expected: LiveKind
) -> None:
    named = [one for one in (ME, SOMEBODY) if str(one) in named_in(event_type, data)]
    assert kind_of(event_type, routing, data, named, PERSON) is expected


def test_nobody_of_no_place_is_concerned_by_what_lies_nowhere() -> None:
    assert kind_of("sla.started", Routing(), {}, (), Whereabouts((ME,))) is LiveKind.OTHER
