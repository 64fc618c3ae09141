"""The transaction of a request: opened and committed at the door, before the answer is sent (style.md 5)."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from shared.http.hot_tx import HotTx

_READING = frozenset(("GET", "HEAD", "OPTIONS"))


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """One session in one transaction: committed on success, rolled back on any exception."""
    state = request.app.state
    async with state.runtime.sessions.begin() as session:
        yield session
    if state.wake is not None and request.method not in _READING:
        state.wake()


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
"""The only way to a session.  `scope="function"`: with the default the caller hears 201 and then the commit fails."""


async def get_hot(request: Request) -> HotTx:
    """The hot path of this application."""
    state = request.app.state
    return HotTx(state.runtime.hot, None if request.method in _READING else state.wake)


HotTxDep = Annotated[HotTx, Depends(get_hot)]
"""One statement, one transaction; for hot writes and hot reads only (design.md 3)."""
