"""`gasdesk packs check`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.gasdesk.commands.terminal import group

app = group("规章包")


@app.command()
def check(folder: Annotated[Path | None, typer.Argument(help="规章包所在文件夹；默认为随附的四个包")] = None) -> None:
    """检查规章包，逐条列出文件、路径和原因。"""
    from deploy.gasdesk.provision.everything import chapter_types, packs_folder
    from shared.policy.check import check_packs

    packs, mistakes = check_packs(folder or packs_folder(), chapter_types())
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    for pack in packs:
        chapters = ", ".join(f"{name} {chapter.version}" for name, chapter in sorted(pack.chapters.items()))
        print(f"{pack.code}: {chapters}")
    if mistakes or not packs:
        raise typer.Exit(1)
