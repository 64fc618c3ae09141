"""The doors of the invitations: who is asked, the link that is handed over, the call and what was said."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.callback.policy_surveys import Channel
from services.callback.surveys.routes.doors import call_of, desk_of
from services.callback.surveys.rules.states import InvitationState
from services.callback.surveys.schemas import bodies, views
from services.callback.surveys.service import answering, inviting, reading
from services.callback.surveys.service.desk import SurveyCall
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.http.auth import requires
from shared.http.base_model import Code
from shared.http.clock import Now
from shared.http.etag import changed, set_etag
from shared.http.idempotency import Once
from shared.http.page import Paging
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

router = APIRouter(prefix="/v1/surveys/{survey_id}", tags=["surveys"])

READ, ASK = "survey.invitations", "survey.ask"
Reader = Annotated[Principal, requires(READ)]
Linker = Annotated[StepDoor, step_door("survey.link")]
Caller = Annotated[Principal, requires(ASK)]
Asker = Annotated[StepDoor, step_door(ASK)]
Optional = SkipJsonSchema[None]


@router.get("/questionnaire", summary="本次调查的问卷")
async def get_survey_questionnaire(
    request: Request, survey_id: UUID, principal: Reader, session: SessionDep
) -> views.SurveyQuestionnaire:
    scope = RowScope.everything(*principal.scope(READ).companies)
    shown = await reading.shown(session, desk_of(request), survey_id, scope)
    return views.SurveyQuestionnaire.of(shown.questionnaire)


@router.get("/invitations", summary="样本客户的邀请")
async def list_survey_invitations(
    survey_id: UUID,
    principal: Reader,
    session: SessionDep,
    page: Paging,
    state: Annotated[InvitationState | Optional, Query()] = None,
    channel: Annotated[Channel | Optional, Query()] = None,
    tier: Annotated[Code | Optional, Query()] = None,
    customer_id: Annotated[UUID | Optional, Query()] = None,
) -> views.SurveyInvitationPage:
    wanted = {
        "state": state.value if state else None,
        "channel": channel.value if channel else None,
        "tier": tier,
        "customer_id": customer_id,
    }
    after = page.after[0] if page.after else None
    rows = await reading.invitations_of(
        session, survey_id, principal.scope(READ), wanted, after=after, limit=page.fetch
    )
    shown = [views.SurveyInvitation.model_validate(row) for row in rows]
    return views.SurveyInvitationPage(**page.cut(shown, key=lambda one: (one.id,)))


@router.get("/invitations/{invitation_id}", summary="查看一份邀请")
async def get_survey_invitation(
    survey_id: UUID, invitation_id: UUID, principal: Reader, session: SessionDep, response: Response
) -> views.SurveyInvitation:
    row = await reading.invitation(session, survey_id, invitation_id, principal.scope(READ))
    return set_etag(response, views.SurveyInvitation.model_validate(row))


@router.post("/invitations/{invitation_id}/link", summary="生成交给客户的一次性链接")
async def make_survey_link(
    request: Request, survey_id: UUID, invitation_id: UUID, door: Linker, response: Response
) -> views.SurveyLink:
    replay = await door.claim(invitation_id)
    call = call_of(request, door, survey_id)
    handed = await (inviting.hand_over if replay is None else inviting.hand_again)(call, invitation_id)
    response.headers["Cache-Control"] = "no-store"
    return changed(response, views.SurveyLink.of(handed), replay=replay)


@router.post("/invitations/{invitation_id}/contact", summary="领取客户并取得电话授权，仅限本次通话")
async def contact_surveyed_customer(
    request: Request,
    survey_id: UUID,
    invitation_id: UUID,
    body: bodies.SurveyContact,
    principal: Caller,
    session: SessionDep,
    once: Once,
    now: Now,
) -> views.SurveyGrant:
    await once.claim(session, resource_id=invitation_id, version=None, status=200, now=now)
    call = SurveyCall(session, principal, principal.scope(ASK), desk_of(request), survey_id, None, now)
    return views.SurveyGrant.model_validate(await answering.contact(call, invitation_id, body.purpose))


@router.post("/invitations/{invitation_id}/answers", summary="登记客户在电话中的作答或谢绝")
async def record_survey_answers(
    request: Request,
    survey_id: UUID,
    invitation_id: UUID,
    body: bodies.SurveyReplies,
    door: Asker,
    response: Response,
) -> views.SurveyInvitation:
    replay = await door.claim(invitation_id)
    call = call_of(request, door, survey_id)
    if replay is None:
        await answering.write_down(call, invitation_id, body.told())
    row = await reading.invitation(door.session, survey_id, invitation_id, call.scope)
    return changed(response, views.SurveyInvitation.model_validate(row), replay=replay)
