"""What tests do with proposals: facts come in, people raise and decide."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.base import EventPayload, Routing
from shared.contracts.finding import FindingConfirmed, ProposedConsequence
from shared.contracts.inspection_findings import GoodExampleConfirmed, InspectionFindingFact
from shared.contracts.inspection_notices import InspectionNoticeFact
from shared.contracts.sla import ClockBreached, Segment
from tests.support.stage import Json, Stage
from tests.support.world import Company

PROPOSALS = "/v1/incentive-proposals"
HOUR = timedelta(hours=1)


def breach(stage: Stage, owner: UUID | None, **more: Any) -> ClockBreached:
    """The response to a complaint came too late; `owner` holds it."""
    now = stage.clock.now()
    said: Json = {
        "clock_id": uuid4(),
        "subject_type": "complaint",
        "subject_id": uuid4(),
        "metric": "response",
        "cycle": 1,
        "sequence": 1,
        "state": "breached",
        "breached_at": now - HOUR,
        "detected_at": now,
        "occurred_at": now - HOUR,
        "cause": "deadline",
        "routing": Routing(owner_id=owner, department="customer_service"),
    }
    return ClockBreached(**{**said, **more})


def held(owner: UUID | None, minutes: int, department: str, at: datetime) -> Segment:
    """A holder's part of a clock."""
    return Segment(owner_id=owner, department=department, from_at=at, consumed_us=minutes * 60_000_000)


def finding(stage: Stage, *people: UUID, marks: tuple[str, ...] = ("mishandled",), **more: Any) -> FindingConfirmed:
    """The office confirmed a finding on a complaint."""
    said: Json = {
        "finding_id": uuid4(),
        "complaint_id": uuid4(),
        "number": "TS1",
        "cycle": 1,
        "revision": 1,
        "state": "confirmed",
        "verdict": "founded",
        "holds_responsible": True,
        "responsible_department": "customer_service",
        "person_ids": list(people),
        "consequences": [ProposedConsequence(mark=mark, clause="penalty-3") for mark in marks],
        "category": "service",
        "grade": "2",
        "tier": "general",
        "occurred_at": stage.clock.now(),
    }
    return FindingConfirmed(**{**said, **more})


def inspected(kind: type[InspectionFindingFact], stage: Stage, person: UUID | None, **more: object) -> EventPayload:
    """A finding of an inspection."""
    now = stage.clock.now()
    said: Json = {
        "finding_id": uuid4(),
        "number": "FX1",
        "source_type": "inspection",
        "severity": "minor",
        "is_good_example": kind is GoodExampleConfirmed,
        "clause": "inspection-finding",
        "department": "customer_service",
        "person_id": person,
        "remedy": "on_spot",
        "points": 2,
        "state": "confirmed",
        "matter_id": uuid4(),
        "found_at": now,
        "occurred_at": now,
        "confirmed_by": uuid4(),
        "is_publishable": True,
        "overturned_id": uuid4(),
        "previous_points": 4,
    }
    return kind(**{**said, **more})


def noticed(kind: type[InspectionNoticeFact], stage: Stage, **more: object) -> EventPayload:
    """A rectification notice to the customer service."""
    now = stage.clock.now()
    said: Json = {
        "notice_id": uuid4(),
        "number": "ZG1",
        "department": "customer_service",
        "severity": "minor",
        "state": "issued",
        "cycle": 1,
        "clause": "rectification",
        "finding_ids": [uuid4()],
        "finding_clauses": ["check-conduct-dress"],
        "person_ids": [],
        "deadline_at": now,
        "is_late": True,
        "matter_id": uuid4(),
        "occurred_at": now,
    }
    return kind(**{**said, **more})


def praise(stage: Stage, fact: type, **more: object) -> EventPayload:
    """Somebody praised, or suggested something."""
    said: Json = {
        "complaint_id": uuid4(),
        "number": "TS1",
        "kind": "praise",
        "channel": "hotline",
        "category": "service",
        "grade": None,
        "tier": "general",
        "state": "resolved",
        "cycle": 1,
        "customer_id": uuid4(),
        "occurred_at": stage.clock.now(),
    }
    made: EventPayload = fact(**{**said, **more})
    return made


async def heard(stage: Stage, company: Company, said: EventPayload, **more: Any) -> list[Json]:
    """Let a fact come in; answers all proposals of its company, oldest first."""
    await stage.hear(stage.event(company, said, **more))
    return await rows(stage, company)


async def rows(stage: Stage, company: Company) -> list[Json]:
    """All proposals of the company as the database has them, oldest first."""
    found = await stage.pool.fetch("select * from incentive_proposals where company = $1 order by id", company.code)
    return [dict(row) for row in found]


async def one(stage: Stage, company: Company, proposal_id: object, login: str = "office") -> Json:
    """One with its evidence."""
    found: Json = await stage.get(company, f"{PROPOSALS}/{proposal_id}", login=login)
    return found


async def step(stage: Stage, company: Company, row: Json, act: str, login: str, **body: Any) -> Json:
    """A step that must succeed."""
    answer = await stage.post(company, f"{PROPOSALS}/{row['id']}/{act}", body, login=login, version=row["version"])
    assert answer.status_code == 200, answer.text
    after: Json = answer.json()
    return after


async def refused(stage: Stage, company: Company, row: Json, act: str, login: str, **body: Any) -> tuple[int, str]:
    """Status and code of a step that must fail and change nothing."""
    answer = await stage.post(company, f"{PROPOSALS}/{row['id']}/{act}", body, login=login, version=row["version"])
    after = next(other for other in await rows(stage, company) if str(other["id"]) == str(row["id"]))
    assert (after["version"], after["state"]) == (row["version"], row["state"]), "nothing changed"
    return answer.status_code, answer.json()["code"]


async def file(stage: Stage, company: Company, login: str, content: bytes = b"%PDF-1.4\n%evidence\n%%EOF\n") -> str:
    """An uploaded piece of evidence."""
    answer = await stage.client.post(
        "/v1/files", files={"file": ("evidence.pdf", content)}, headers=company.headers(login)
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def raised(stage: Stage, company: Company, provision: str, login: str = "office", **body: Any) -> Any:
    """The answer to somebody who raises a proposal."""
    said = {
        "provision": provision,
        "statement": "经核实",
        "happened_at": (stage.clock.now() - HOUR).isoformat(),
        **body,
    }
    return await stage.post(company, PROPOSALS, said, login=login)
