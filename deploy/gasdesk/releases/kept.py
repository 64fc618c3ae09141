"""Where the released shapes lie, and how they are renewed."""

from pathlib import Path
from typing import Any

from deploy.gasdesk.releases.breaks import breaking_changes
from deploy.gasdesk.releases.shape import Shape, of_asyncapi, of_openapi, shape_of, text_of

FOLDER = Path("docs/released")
API, EVENTS = "api.tsv", "events.tsv"

Document = dict[str, Any]


def shapes(api: Document, events: Document) -> dict[str, Shape]:
    """File name to shape."""
    return {API: of_openapi(api), EVENTS: of_asyncapi(events)}


def breaks(api: Document, events: Document, folder: Path = FOLDER) -> list[str]:
    """What these documents break of what was released.  Raises: FileNotFoundError when nothing was."""
    return [
        line
        for name, shape in shapes(api, events).items()
        for line in breaking_changes(shape_of((folder / name).read_text("utf-8")), shape)
    ]


def release(api: Document, events: Document, folder: Path = FOLDER) -> None:
    """Promise these documents from now on."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, shape in shapes(api, events).items():
        (folder / name).write_text(text_of(shape), "utf-8")
