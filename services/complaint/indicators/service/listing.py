"""The cases behind a figure: exactly those that were counted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.complaint.indicators.errors import CountsCustomersError, FigureUnknownError
from services.complaint.indicators.repository import figures as repository
from services.complaint.indicators.rules import RULES, Figure, Part
from services.complaint.indicators.service.figures import closed
from services.complaint.indicators.service.naming import Said
from shared.access.scope import RowScope
from shared.figures.asking import FigureAsk


def figure_of(code: str) -> Figure:
    """Raises: FigureUnknownError."""
    try:
        return Figure(code)
    except ValueError as error:
        raise FigureUnknownError from error


async def counted(
    connection: Any,
    ask: FigureAsk,
    figure: Figure,
    part: Part | None,
    wanted: Mapping[str, str | None],
    scope: RowScope,
    *,
    after: UUID | None,
    limit: int,
) -> list[Mapping[str, Any]]:
    """A page of what the figure counted in the period, within the caller's rows.

    Raises: CountsCustomersError for the denominator of the complaint rate.
    """
    if figure is Figure.RATE and part is Part.DENOMINATOR:
        raise CountsCustomersError.of_part()
    said = Said.of(ask.policy)
    if ask.is_over:
        await closed(connection, ask, said)
    return await repository.page(
        connection,
        (ask.company, ask.period.name) if ask.is_over else said.span(ask),
        figure,
        RULES[figure],
        scope=scope,
        wanted=wanted,
        part=part.value if part else None,
        after=after,
        limit=limit,
    )
