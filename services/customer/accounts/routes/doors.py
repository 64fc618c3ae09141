"""What the doors of contracts and accounts ask for alike."""

from datetime import datetime
from typing import Annotated

from fastapi import Request

from services.customer.accounts.service.clocks import Hand
from services.customer.registry.service.terms import writer_of
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.step_door import StepDoor, step_door

Reader = Annotated[Principal, requires("customer.read")]
Writer = Annotated[Principal, requires("customer.write")]
Stepper = Annotated[StepDoor, step_door("customer.write")]


def hand_of(request: Request, principal: Principal, now: datetime) -> Hand:
    """Who writes, by the policy of the caller's company."""
    runtime = request.app.state.runtime
    policy = runtime.policy.policy(principal.company, now)
    return Hand(principal.companies, writer_of(policy, principal), policy, runtime.calendars, now)
