"""What cases leave standing; a suspension is lifted here."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.incentive.counters.rules.standings import StandingKind
from services.incentive.counters.schemas import counters as schemas
from services.incentive.counters.service import lifting, reading
from services.incentive.policy_catalogue import Subject
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.etag import changed, set_etag
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/incentive-standings", tags=["incentives"])

READ, LIFT = "incentive.read", "incentive_standing.lift"
Reader = Annotated[Principal, requires(READ)]
Lifter = Annotated[StepDoor, step_door(LIFT)]
Optional = SkipJsonSchema[None]


@router.get("", summary="奖惩后果：评先资格、待岗、警告、月度等级")
async def list_incentive_standings(
    principal: Reader,
    session: SessionDep,
    page: Paging,
    kind: Annotated[StandingKind | Optional, Query()] = None,
    subject_type: Annotated[Subject | Optional, Query()] = None,
    subject: Annotated[str | Optional, Query(max_length=40, description="人员编号或部门代码")] = None,
    department: Annotated[Code | Optional, Query()] = None,
    period: Annotated[str | Optional, Query(max_length=7, examples=["2026-11"])] = None,
    is_holding: Annotated[bool | Optional, Query(description="是否仍在执行")] = None,
) -> schemas.IncentiveStandingPage:
    rows = await reading.standings_page(
        session,
        principal.scope(READ),
        {
            "kind": kind,
            "subject_type": subject_type,
            "subject": subject,
            "department": department,
            "period": period,
        },
        is_holding=is_holding,
        before=page.after[0] if page.after else None,
        limit=page.fetch,
    )
    items = [schemas.standing(row) for row in rows]
    return schemas.IncentiveStandingPage(**page.cut(items, key=lambda one: (one.id,)))


@router.get("/{standing_id}", summary="查看奖惩后果")
async def get_incentive_standing(
    standing_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> schemas.IncentiveStanding:
    return set_etag(response, schemas.standing(await reading.standing(session, standing_id, principal.scope(READ))))


@router.post("/{standing_id}/lift", summary="解除待岗")
async def lift_suspension(
    request: Request, standing_id: UUID, body: schemas.IncentiveStandingLift, door: Lifter, response: Response
) -> schemas.IncentiveStanding:
    scope = door.principal.scope(LIFT)
    replay = await door.claim(standing_id)
    if replay is None:
        row = await lifting.lift(
            door.session,
            request.app.state.desk,
            door.principal,
            scope,
            standing_id,
            expected_version=door.expected_version,
            reason=body.reason,
            now=door.now,
        )
    else:
        row = await reading.standing(door.session, standing_id, scope)
    return changed(response, schemas.standing(row), replay=replay)
