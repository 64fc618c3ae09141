"""The time of a request, from the service's clock."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request


async def get_now(request: Request) -> datetime:
    """Aware UTC; the same for the whole request."""
    now: datetime = request.app.state.runtime.clock.now()
    return now


Now = Annotated[datetime, Depends(get_now)]
"""The instant at which the request is judged."""
