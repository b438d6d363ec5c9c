"""`roast serve`: the inference server on this machine, until Ctrl-C."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from ml.cli.options import REGISTERED_MODEL, Json, ModelFolder, ModelName, RunFolder
from ml.serving.server import DEFAULT_PORT, serving
from ml.steps.entry import TERMINATED


def serve(
    *,
    run: RunFolder = Path("out"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = DEFAULT_PORT,
    model_dir: ModelFolder = None,
    registered_model: ModelName = REGISTERED_MODEL,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
    log: Annotated[
        Path | None, typer.Option(help="The server's log. [default: RUN/logs/serve.log]", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Serve the champion on this machine, reachable from this machine only. Ctrl-C stops it."""
    from rich.console import Console

    from ml.cli.model import chosen_model

    chosen = chosen_model(run, model_dir, registered_model)
    log = log or (model_dir.resolve().parent if model_dir else run) / "logs" / "serve.log"
    _handle_signals()
    with serving(
        chosen.folder, log=log, port=port, name=chosen.name, version=chosen.version, workers=workers
    ) as server:
        if as_json:
            addresses = {
                "score": server.score_url,
                "openapi": server.openapi_url,
                "model": chosen.name,
                "version": chosen.version,
                "pid": server.process.pid,
                "log": str(log),
            }
            typer.echo(json.dumps(addresses))
        else:
            console = Console(highlight=False, soft_wrap=True, markup=False)
            console.print(f"serving {chosen.label} at {server.score_url}")
            console.print(f"OpenAPI: {server.openapi_url}\nlog: {log}\nCtrl-C stops it")
        with suppress(KeyboardInterrupt):
            server.wait()


def _handle_signals() -> None:
    """Lets Ctrl-C and SIGTERM stop this process while it waits for the server.

    polars installs its own handler before Python's, and restarts the wait after it: Ctrl-C would be ignored.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as it is for a job in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
