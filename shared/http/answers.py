"""Answers whose JSON the database built: for hot reads of resources without personal fields (limits.md)."""

from collections.abc import Sequence
from uuid import UUID

import orjson
from fastapi import Response

from shared.http.etag import REPLAYED, etag_of
from shared.http.idempotency_store import Replay
from shared.http.page import PageAsk

JSON = "application/json"


def json_answer(
    version: int, body: str, *, status: int = 200, location: str | None = None, replay: Replay | None = None
) -> Response:
    """One resource with its ETag; 201 with its Location; marked where it is a replay."""
    headers = {"ETag": etag_of(version)}
    if location:
        headers["Location"] = location
    if replay is not None:
        headers[REPLAYED] = "true"
        status = replay.status
    return Response(body, status_code=status, headers=headers, media_type=JSON)


def json_page(ask: PageAsk, rows: Sequence[tuple[UUID, str]]) -> Response:
    """One page of resources, keyed by their ids."""
    cut = ask.cut(rows, key=lambda row: (row[0],))
    items = ",".join(body for _, body in cut["items"])
    return Response(f'{{"items":[{items}],"next_cursor":{orjson.dumps(cut["next_cursor"]).decode()}}}', media_type=JSON)
