"""What the doors of the groups have alike: who, the keys of personal columns, the call, today."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Request, Response

from services.customer.groups import schemas
from services.customer.groups.service import reading
from services.customer.groups.service.work import GroupCall, terms_of
from services.customer.registry.models import MemberRow
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import writer_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.etag import changed
from shared.http.session import SessionDep
from shared.http.step_door import StepDoor, step_door

Reader = Annotated[Principal, requires("customer.read")]
Writer = Annotated[Principal, requires("customer.write")]
WriterStep = Annotated[StepDoor, step_door("customer.write")]
CorrectorStep = Annotated[StepDoor, step_door("member.correct")]


def _vault(request: Request) -> Vault:
    runtime = request.app.state.runtime
    return Vault(runtime.cipher, runtime.blind_index)


VaultDep = Annotated[Vault, Depends(_vault)]


def today(request: Request, principal: Principal, now: datetime) -> date:
    """The company's civil date."""
    zone = request.app.state.runtime.policy.policy(principal.company, now).common.zone
    return now.astimezone(ZoneInfo(zone)).date()


def call_of(request: Request, principal: Principal, session: SessionDep, now: datetime, group_id: UUID) -> GroupCall:
    """The call of a use case, by the pack in force."""
    policy = request.app.state.runtime.policy.policy(principal.company, now)
    return GroupCall(
        session, principal.companies, principal.staff_id, terms_of(policy), group_id, now, writer_of(policy, principal)
    )


async def shown(
    session: SessionDep, group_id: UUID, member_id: UUID, principal: Principal, vault: Vault
) -> schemas.GroupMember:
    """One member, masked."""
    row, phone = await reading.one(session, group_id, member_id, principal.companies)
    return schemas.GroupMember.of(row, phone, vault)


async def take(
    door: StepDoor,
    response: Response,
    ids: tuple[UUID, UUID],
    vault: Vault,
    step: Callable[[], Awaitable[MemberRow]],
) -> schemas.GroupMember:
    """One step on a member, once, answered with the member after it."""
    replay = await door.claim(ids[1])
    if replay is None:
        await step()
    return changed(response, await shown(door.session, *ids, door.principal, vault), replay=replay)
