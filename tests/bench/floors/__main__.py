"""A bare application by itself: `python -m tests.bench.floors <module> <plan file>`, served as ours are."""

import gc
import importlib
import json
import sys
from pathlib import Path

import uvicorn

if __name__ == "__main__":
    plan = json.loads(Path(sys.argv[2]).read_text())
    app = importlib.import_module(f"tests.bench.floors.{sys.argv[1]}").create_app(plan)
    gc.freeze()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=plan["port"],
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off" if sys.argv[1] == "upstream" else "on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
    )
