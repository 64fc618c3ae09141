"""What several features of the service take and show."""

from typing import Annotated

from pydantic import Field

from shared.http.base_model import ApiModel, ShortText

Fen = Annotated[int, Field(ge=0, le=100_000_000)]
Points = Annotated[int, Field(ge=0, le=1000)]


class IncentiveAmounts(ApiModel):
    """Money in fen and points; what is left out stays as it was suggested or decided so far."""

    amount_fen: Fen | None = None
    head_amount_fen: Fen | None = None
    points: Points | None = None
    department_points: Points | None = None
    gift: ShortText | None = None
    """One of the clause's gifts; for a customer, instead of the amount."""
