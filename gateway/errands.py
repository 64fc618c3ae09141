"""What the gateway needs to ask services in a caller's name: the caller's own token, and the time that is left."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.upstream import MARGIN, Deadline
from shared.http.auth import bearer_token
from shared.observability import context


@dataclass(frozen=True, slots=True)
class Errand:
    """One request of a signed-in person, as far as services must know of it."""

    token: str
    deadline: Deadline

    def headers(self, seconds: float) -> list[tuple[str, str]]:
        """The headers of a call that may take `seconds`."""
        call = context.current()
        found = [
            ("authorization", f"Bearer {self.token}"),
            ("accept", "application/json"),
            ("x-deadline-ms", str(max(1, int((seconds - MARGIN / 2) * 1000)))),
        ]
        if call.traceparent:
            found.append(("traceparent", call.traceparent))
        if call.request_id:
            found.append(("x-request-id", call.request_id))
        return found


async def errand_of(request: Request) -> Errand:
    """The errand of this request; its deadline begins now.  Raises: UnauthenticatedError."""
    milliseconds: int = request.app.state.runtime.settings.deadline_ms
    return Errand(bearer_token(request), Deadline.after(milliseconds))


ErrandDep = Annotated[Errand, Depends(errand_of)]
"""Put it before the principal in a signature, so that asking who it is counts as well."""
