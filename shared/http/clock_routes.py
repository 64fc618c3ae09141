"""`/v1/<subjects>/{id}/clocks` and why each deadline is what it is (sla.md 16)."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.base_model import ApiModel
from shared.http.clock import Now
from shared.http.session import SessionDep
from shared.sla.book import ClockBook
from shared.sla.errors import ClockNotFoundError
from shared.sla.explain import Explanation
from shared.sla.views import ClockView

EnsureReadable = Callable[[AsyncSession, Principal, UUID], Awaitable[None]]
"""Raises the subject's not-found error when the caller may not read it."""


class ClockList(ApiModel):
    """The promises of one subject, oldest first."""

    items: list[ClockView]


def clock_router(plural: str, subject_type: str, *, permission: str, ensure_readable: EnsureReadable) -> APIRouter:
    """The clocks of one kind of subject; whoever may read the subject may read its clocks."""
    router = APIRouter(prefix=f"/v1/{plural}", tags=["clocks"])
    reader = Annotated[Principal, requires(permission)]

    async def list_clocks(
        request: Request,
        subject_id: UUID,
        principal: reader,
        session: SessionDep,
        now: Now,
    ) -> ClockList:
        await ensure_readable(session, principal, subject_id)
        book = ClockBook(session, calendars=request.app.state.runtime.calendars, now=now)
        return ClockList(items=list(await book.clocks(subject_type, subject_id)))

    async def explain_clock(
        request: Request,
        subject_id: UUID,
        clock_id: UUID,
        principal: reader,
        session: SessionDep,
        now: Now,
    ) -> Explanation:
        await ensure_readable(session, principal, subject_id)
        book = ClockBook(session, calendars=request.app.state.runtime.calendars, now=now)
        if clock_id not in {clock.id for clock in await book.clocks(subject_type, subject_id)}:
            raise ClockNotFoundError
        return await book.explain(clock_id)

    list_clocks.__name__ = f"list_{subject_type}_clocks"
    explain_clock.__name__ = f"explain_{subject_type}_clock"
    router.get("/{subject_id}/clocks", summary="时限一览")(list_clocks)
    router.get("/{subject_id}/clocks/{clock_id}/explanation", summary="该时限的由来")(explain_clock)
    return router
