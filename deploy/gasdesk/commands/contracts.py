"""`gasdesk openapi`, `asyncapi` and `contracts`: the contracts as files, and what was promised of them."""

import importlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.gasdesk.releases import kept
from shared.events.topology import SERVICES

OPENAPI = Path("docs/openapi")
ASYNCAPI = Path("docs/asyncapi.json")


def openapi_documents() -> dict[str, dict[str, Any]]:
    """The document of each service, made from its code without a database."""
    return {service: importlib.import_module(f"services.{service}.main").create_app().openapi() for service in SERVICES}


def merged_openapi() -> dict[str, Any]:
    """The gateway's own document with the services' merged in."""
    gateway = importlib.import_module("gateway.main")
    merge = importlib.import_module("gateway.openapi").merge
    document: dict[str, Any] = merge(openapi_documents(), gateway.create_app().openapi())
    return document


def event_document() -> dict[str, Any]:
    """The document of what is published."""
    made: dict[str, Any] = importlib.import_module("shared.events.asyncapi").document("1")
    return made


def write(path: Path, document: dict[str, Any]) -> None:
    """One document, keys sorted, so that a diff shows only what changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def openapi(folder: Annotated[Path, typer.Argument(help="写入的文件夹")] = OPENAPI) -> None:
        """写出各服务与合并后的 OpenAPI 文档。"""
        for service, document in openapi_documents().items():
            write(folder / f"{service}.json", document)
        write(folder / "gateway.json", merged_openapi())

    @app.command()
    def asyncapi(path: Annotated[Path, typer.Argument(help="写入的文件")] = ASYNCAPI) -> None:
        """写出事件的 AsyncAPI 文档。"""
        write(path, event_document())

    contracts = typer.Typer(no_args_is_help=True, help="已发布的接口与事件约定")
    app.add_typer(contracts, name="contracts")

    @contracts.command()
    def check(folder: Annotated[Path, typer.Argument(help="已发布约定所在的文件夹")] = kept.FOLDER) -> None:
        """与已发布的约定相比，列出不兼容之处。"""
        found = kept.breaks(merged_openapi(), event_document(), folder)
        typer.echo("\n".join(found) or "没有不兼容的变更")
        raise typer.Exit(1 if found else 0)

    @contracts.command()
    def release(folder: Annotated[Path, typer.Argument(help="已发布约定所在的文件夹")] = kept.FOLDER) -> None:
        """把现有的接口与事件作为约定发布；此后只增不减。"""
        kept.release(merged_openapi(), event_document(), folder)
