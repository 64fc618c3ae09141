"""Bodies of imports."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.http.base_model import ApiModel


class ImportState(StrEnum):
    """Where the job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ImportError(ApiModel):  # noqa: A001  # the word that users expect
    """One refused cell; its row was left out."""

    sheet: str
    row: int
    """The line as Excel shows it."""
    column: str
    rule: str
    message: str


class Import(ApiModel):
    """An import: progress, counts of rows, refused cells by rule and one page of them."""

    id: UUID
    state: ImportState
    rows_done: int
    rows_total: int | None
    created: int
    updated: int
    unchanged: int
    refused: int
    errors_by_rule: dict[str, int]
    errors: list[ImportError]
    next_cursor: str | None
    failure: str | None
    created_at: datetime
    finished_at: datetime | None
    version: int
