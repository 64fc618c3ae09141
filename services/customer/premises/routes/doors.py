"""What the doors at premises ask for alike."""

from datetime import datetime
from typing import Annotated

from fastapi import Request

from services.customer.policy_records import Records
from services.customer.registry.rules import rights
from services.customer.registry.service.terms import records_of, writer_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.step_door import StepDoor, step_door

Reader = Annotated[Principal, requires("customer.read")]
Writer = Annotated[Principal, requires("customer.write")]
Stepper = Annotated[StepDoor, step_door("customer.write")]


def hand_of(request: Request, principal: Principal, now: datetime) -> tuple[rights.Writer, Records]:
    """What the posts of the caller may write, and the pack's kinds, in the caller's company."""
    policy = request.app.state.runtime.policy.policy(principal.company, now)
    return writer_of(policy, principal), records_of(policy)
