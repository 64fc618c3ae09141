"""What is behind a figure: exactly what was counted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.indicators.errors import CountsTimeError, FigureUnknownError
from services.customer.indicators.repository import figures as repository
from services.customer.indicators.rules import Figure, Part
from services.customer.indicators.service.figures import closed
from services.customer.indicators.service.naming import Said, from_record
from shared.access.scope import RowScope
from shared.figures.asking import FigureAsk


async def counted(
    connection: Any,
    session: AsyncSession,
    ask: FigureAsk,
    figure: str,
    part: Part | None,
    wanted: Mapping[str, str | None],
    scope: RowScope,
    *,
    after: UUID | None,
    limit: int,
) -> list[Mapping[str, Any]]:
    """A page of what the figure counted in the period, within the caller's rows.

    Raises: PolicyNotFoundError, FigureUnknownError, CountsTimeError for a part of the supply's continuity.
    """
    said = Said.of(ask.policy)
    namings = said.namings
    if ask.is_over:
        namings = from_record((await closed(connection, session, ask, said))["namings"])
    if figure not in namings:
        raise FigureUnknownError
    if figure == Figure.SUPPLY and part is not None:
        raise CountsTimeError.of_part()
    return await repository.page(
        connection,
        (ask.company, ask.period.name) if ask.is_over else said.span(ask),
        figure,
        scope=scope,
        wanted=wanted,
        part=part.value if part else None,
        after=after,
        limit=limit,
    )
