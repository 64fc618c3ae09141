"""What tests do with counters: cases take effect, or their facts come in; own facts are heard as the worker hears."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.base import EventPayload, Routing
from shared.contracts.incentive_cases import (
    IncentiveCaseFact,
    IncentiveReversed,
    IncentiveSuspended,
    IncentiveTookEffect,
)
from shared.contracts.inspection_notices import InspectionNoticeFact
from shared.events.envelope import Event
from tests.incentive.integration.cases.board import CASES, again, do
from tests.incentive.integration.proposals.board import noticed, step
from tests.support.stage import Json, Stage
from tests.support.world import Company

HEARD = {one.TYPE: one for one in (IncentiveTookEffect, IncentiveSuspended, IncentiveReversed)}


def took(stage: Stage, provision: str, person: UUID | None = None, **more: Any) -> IncentiveTookEffect:
    """A case about a person, or about the customer service, took effect."""
    now = stage.clock.now()
    said: Json = {
        "case_id": uuid4(),
        "number": "JC1",
        "proposal_id": uuid4(),
        "source": "person",
        "provision": provision,
        "kind": "penalty",
        "subject_type": "employee" if person else "department",
        "subject_id": person,
        "subject_department": "customer_service",
        "staff_ids": [person] if person else [],
        "state": "effective",
        "matter_id": uuid4(),
        "cause_type": "clock",
        "cause_id": uuid4(),
        "happened_at": now,
        "month": f"{now:%Y-%m}",
        "occurred_at": now,
        "effect": 1,
        "routing": Routing(owner_id=person, department="customer_service"),
    }
    return IncentiveTookEffect(**{**said, **more})


def turned(said: IncentiveCaseFact, kind: type[IncentiveCaseFact], **more: Any) -> IncentiveCaseFact:
    """The next fact about the same case."""
    own: Json = {"effect": 1, "reason": "appeal"}
    fields = {name: value for name, value in {**said.model_dump(), **own, **more}.items() if name in kind.model_fields}
    return kind(**fields)


def grave_notice(kind: type[InspectionNoticeFact], stage: Stage, **more: object) -> EventPayload:
    """A grave notice to the customer service."""
    return noticed(kind, stage, **{"severity": "grave", "issued_at": stage.clock.now(), "is_late": False, **more})


def turned_notice(said: EventPayload, kind: type[InspectionNoticeFact], **more: Any) -> InspectionNoticeFact:
    """The next fact about the same notice."""
    fields = {**said.model_dump(), **more}
    return kind(**{name: value for name, value in fields.items() if name in kind.model_fields})


async def hear(stage: Stage, company: Company, *said: EventPayload, version: int = 1) -> None:
    """Facts come in, one after the other."""
    for one in said:
        await stage.hear(stage.event(company, one, version=version))


async def follow(stage: Stage, company: Company) -> int:
    """Hear the service's own facts about cases, until none is left, as the worker does; answers how many."""
    number = 0
    while True:
        found = await stage.pool.fetch(
            "select id, type, aggregate_id, aggregate_version, at, matter_id, payload from outbox o"
            " where company = $1 and type = any($2::text[])"
            " and not exists (select from inbox i where i.event_id = o.id) order by seq",
            company.code,
            list(HEARD),
        )
        if not found:
            return number
        for row in found:
            await stage.hear(_own(stage, company, dict(row)))
            number += 1


def _own(stage: Stage, company: Company, row: Json) -> Event:
    said = HEARD[row["type"]].model_validate(row["payload"])
    return stage.event(
        company,
        said,
        version=row["aggregate_version"],
        event_id=row["id"],
        subject=row["aggregate_id"],
        matter_id=row["matter_id"],
        at=row["at"],
    )


async def confirmed(stage: Stage, company: Company, row: Json) -> Json:
    """The proposal became a case."""
    await step(stage, company, row, "confirm", "officestaff", opinion="属实")
    (case,) = (await stage.get(company, CASES, proposal_id=str(row["id"])))["items"]
    return dict(case)


async def decided(stage: Stage, company: Company, row: Json) -> Json:
    """The proposal is a case in effect: signed by all, told, no statement made."""
    case = await confirmed(stage, company, row)
    while case["state"] == "signing":
        case = await do(stage, company, case, "sign", login_of(company, case["signer_ids"][0]), opinion="同意")
    if case["state"] == "approved":
        case = await do(stage, company, case, "tell", "officestaff")
        speaker = "head" if case["subject_type"] == "department" else login_of(company, case["subject"])
        case = await do(stage, company, case, "statement", speaker)
    return await again(stage, company, case)


def login_of(company: Company, staff_id: str) -> str:
    """Whose id it is."""
    return next(login for login in company.pack.common.demo_staff if str(company.person(login)) == staff_id)


async def tallies(stage: Stage, company: Company) -> dict[tuple[str, str, int], int]:
    """Counts by counter, subject and year."""
    found = await stage.pool.fetch(
        "select counter, subject, year, count from counter_tallies where company = $1", company.code
    )
    return {(row["counter"], row["subject"], row["year"]): row["count"] for row in found}


async def standings(stage: Stage, company: Company) -> dict[tuple[str, str], tuple[str, bool, str | None]]:
    """Period, whether it holds and why not, by kind and subject."""
    found = await stage.pool.fetch(
        "select kind, subject, period, ended_at, ended_for from standings where company = $1 order by since, id",
        company.code,
    )
    return {(row["kind"], row["subject"]): (row["period"], row["ended_at"] is None, row["ended_for"]) for row in found}


def brief(rows: list[Json]) -> list[tuple[str, str, str]]:
    """Clause, subject and state of proposals."""
    return [(row["provision"], row["subject"], row["state"]) for row in rows]


def year_before(at: datetime) -> datetime:
    """The same moment a year earlier."""
    return at.replace(year=at.year - 1)
