"""An opinion comes in: to the department that answers it, with its clock.  Other features call this too."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.opinions import events, repository
from services.callback.opinions.errors import OpinionDepartmentError
from services.callback.opinions.models import OpinionRow
from services.callback.opinions.rules import ANSWER, OpinionState
from services.callback.opinions.service.work import subject_of
from services.callback.policy_in_force import Governing
from shared.audit.trail import record
from shared.contracts.calls import OpinionReceived
from shared.database.numbers import Numbers
from shared.events import outbox
from shared.ids import human_number, new_id
from shared.policy.commitments import Promised
from shared.sla.book import ClockBook

SEQUENCE = "opinion_numbers"
PREFIX = "YJ"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was said, by whom it was taken in, and where it came from."""

    kind: str
    source: str
    source_id: UUID | None
    words: str | None
    department: str
    customer_id: UUID | None = None
    tier: str | None = None
    opened_by: UUID | None = None
    matter_id: UUID | None = None


async def open_opinion(
    session: AsyncSession,
    opinion: Opinion,
    governing: Governing,
    numbers: Numbers,
    *,
    now: datetime,
    pointer: str = "/department",
    answer: Promised | None = None,
) -> OpinionRow:
    """Give it to its department and start the answer's clock; `answer` where a centre set its own limit.

    Raises: OpinionDepartmentError at `pointer`.
    """
    department = governing.policy.common.departments.get(opinion.department)
    if department is None:
        raise OpinionDepartmentError.at_pointer(pointer)
    opinion_id = new_id()
    row = OpinionRow(
        id=opinion_id,
        company=governing.policy.company,
        number=human_number(PREFIX, now.astimezone(governing.zone).date(), await numbers.take(SEQUENCE)),
        kind=opinion.kind,
        source=opinion.source,
        source_id=opinion.source_id,
        state=OpinionState.OPEN.value,
        words=opinion.words,
        customer_id=opinion.customer_id,
        tier=opinion.tier,
        department=opinion.department,
        posts=[department.default_post],
        opened_by=opinion.opened_by,
        opened_at=now,
        matter_id=opinion.matter_id or opinion_id,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
    )
    await repository.add(session, row)
    promise = governing.promise(ANSWER, answer or governing.chapter.calls.opinion_answer, is_consequence=True)
    await ClockBook(session, calendars=governing.calendars, now=now).start(
        subject_of(row), governing.stamp(row.tier), [promise], started_at=now
    )
    await record(
        session,
        company=row.company,
        action="open_opinion",
        at=now,
        resource_type="opinion",
        resource_id=row.id,
        detail={"source": row.source, "department": row.department},
    )
    await outbox.add(session, events.said(row, OpinionReceived, now))
    return row
