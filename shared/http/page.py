"""Pages by keyset: what is asked for, and the page that answers."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypedDict, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import SkipJsonSchema
from starlette.datastructures import QueryParams

from shared.http.cursor import CursorCodec, Value

DEFAULT_PAGE = 50
MAX_PAGE = 200

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page; subclass it with a name of its own, so that clients get a named model."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True, use_attribute_docstrings=True)

    items: list[T]
    next_cursor: str | None = None
    """To be sent as `cursor` for the next page; null on the last."""


class Cut(TypedDict, Generic[T]):
    """The fields of a page."""

    items: list[T]
    next_cursor: str | None


class PageAsk:
    """The page that was asked for; fetch `fetch` rows after `after`, then `cut` them."""

    __slots__ = ("_bound_to", "_codec", "after", "limit")

    def __init__(self, codec: CursorCodec, bound_to: str, limit: int, after: tuple[Value, ...] | None) -> None:
        self._codec = codec
        self._bound_to = bound_to
        self.limit = limit
        """How many items the page holds at most."""
        self.after: tuple[Any, ...] | None = after
        """Keyset values of the last row that the caller has; None on the first page."""

    @property
    def fetch(self) -> int:
        """How many rows to read: one more than the page holds, which tells whether there is a next."""
        return self.limit + 1

    def cut(self, rows: Sequence[T], key: Callable[[T], Sequence[Value]]) -> Cut[T]:
        """The page's fields; `key` gives the keyset values of a row, in the order of the sort."""
        items = list(rows[: self.limit])
        if len(rows) <= self.limit:
            return {"items": items, "next_cursor": None}
        return {"items": items, "next_cursor": self._codec.encode(key(items[-1]), bound_to=self._bound_to)}


def paging(*, maximum: int = MAX_PAGE, default: int = DEFAULT_PAGE) -> Any:
    """The dependency that reads `limit` and `cursor`; `maximum` items a page."""

    async def ask(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=maximum, description="每页条数")] = min(default, maximum),
        cursor: Annotated[
            str | SkipJsonSchema[None], Query(description="上一页的 next_cursor", max_length=2048)
        ] = None,
    ) -> PageAsk:
        codec = cursor_codec(request)
        bound_to = _bound_to(request.scope["endpoint"].__name__, request.query_params)
        after = None if cursor is None else codec.decode(cursor, bound_to=bound_to)
        return PageAsk(codec, bound_to, limit, after)

    return Depends(ask)


Paging = Annotated[PageAsk, paging()]
"""Pages of 50, at most 200."""


def cursor_codec(request: Request) -> CursorCodec:
    """The application's codec, made once from the runtime's key."""
    state = request.app.state
    codec: CursorCodec | None = getattr(state, "cursor_codec", None)
    if codec is None:
        codec = state.cursor_codec = CursorCodec(state.runtime.cursor_key)
    return codec


def _bound_to(operation: str, query: QueryParams) -> str:
    kept = sorted((name, value) for name, value in query.multi_items() if name not in {"limit", "cursor"})
    return f"{operation}?" + "&".join(f"{name}={value}" for name, value in kept)
