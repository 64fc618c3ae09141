"""What the desk's doors answer: JSON that was put together already, never kept by anybody on the way."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Response

from shared.http.problems import MEDIA_TYPE


def said(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The response."""
    media_type = MEDIA_TYPE if status >= 400 else "application/json"
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-store", **(headers or {})}, media_type)
