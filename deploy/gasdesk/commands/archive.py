"""`gasdesk archive verify`: needs neither server nor database."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.gasdesk.commands.terminal import fail, group

app = group("检查档案")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="下载的档案包（.zip）")],
    digest: Annotated[str | None, typer.Option(help="登记的索引摘要；与平台登记核对时给出")] = None,
) -> None:
    """离线核对档案包：任何改动、缺失或增加的字节都会指出。"""
    from shared.archive.verifying import FaultKind
    from shared.archive.verifying import verify as check

    words = {
        FaultKind.CHANGED: "已被改动",
        FaultKind.MISSING: "缺失",
        FaultKind.ADDED: "不在索引中",
        FaultKind.DOUBLE: "重复",
        FaultKind.UNREADABLE: "无法读取",
        FaultKind.CONTAINER: "压缩结构已被改动",
        FaultKind.OTHER_PACKAGE: "与登记的索引摘要不符",
    }
    try:
        with file.open("rb") as content:
            verdict = check(content, index_digest=digest)
    except OSError as error:
        fail(f"无法打开 {file}: {error.strerror}")
    for fault in verdict.faults:
        print(f"{fault.path or file.name}: {words[fault.kind]}", file=sys.stderr)
    print(f"{file.name}: {verdict.entries} 个条目，索引摘要 {verdict.index_digest or '无'}")
    if not verdict.is_whole:
        raise typer.Exit(1)
    print("完好")
