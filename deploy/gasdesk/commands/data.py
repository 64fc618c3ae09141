"""`gasdesk sample-data`."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("sample-data")
    def sample_data(
        path: Annotated[Path, typer.Argument(help="写入的 XLSX 文件")] = Path("sample.xlsx"),
        seed: Annotated[int, typer.Option(help="相同的种子得到相同的文件")] = 20261122,
    ) -> None:
        """生成可重现的示例客户资料（30,000 户居民、150 户工商）。"""
        from deploy.gasdesk import sample

        base = sample.write(path, seed)
        print(f"{path}: 客户 {len(base.customers)}，集团成员 {len(base.members)}，有意的错误行 {base.dirty}")
