"""Run one Pulumi program, as `pulumi-language-python-exec` does.

Needs only the Pulumi SDK, so that it also runs by its path in another environment's Python: there it reads a
serialized RunRequest from standard input and answers with its exit code.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import grpc
import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, language_pb2
from pulumi.runtime.stack import run_in_stack

DEBUG = "AZSANDBOX_DEBUG"
FAILED = 1
COLLECT = (1_000_000, 50, 50)
"""Rarer garbage collection: importing azure-native makes millions of objects that all stay, and looking
through them again and again takes time."""
ALREADY_SAID = 32  # the official host's code for "the user has seen the error": the engine adds nothing to it


class Engine:
    """The engine's service, spared what only `--debug` and `--verbose` would show, unless they are given.

    The SDK sends four such messages for each resource, and the program stands still meanwhile.
    """

    def __init__(self, address: str) -> None:
        self._stub: Any = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))
        self._debug = DEBUG in os.environ

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stub, name)

    def Log(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        if request.severity == engine_pb2.DEBUG and not self._debug:
            return empty_pb2.Empty()
        return self._stub.Log(request)


def run(request: Any, ran: Callable[[Mapping[str, object]], None] = lambda main: None) -> int:  # noqa: ARG005
    """The program's exit code; its own errors have been shown through the engine by then.

    `ran` is given the names of a program that ran to its end.
    """
    return contextvars.copy_context().run(_run, request, ran)


def _run(request: Any, ran: Callable[[Mapping[str, object]], None]) -> int:
    gc.set_threshold(*COLLECT)
    logging.getLogger("asyncio").setLevel(
        logging.CRITICAL
    )  # unobserved futures of a failed program are no news
    pulumi.runtime.set_all_config(dict(request.config), list(request.configSecretKeys))
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=request.project,
            stack=request.stack,
            monitor=request.monitor_address,
            engine=Engine(request.args[0]) if request.args else None,
            parallel=request.parallel,
            dry_run=request.dryRun,
            organization=request.organization or "organization",
            root_directory=request.info.root_directory,
        )
    )
    os.chdir(request.pwd or request.info.program_directory)
    entry = os.path.abspath(os.path.join(request.info.program_directory, request.info.entry_point or "."))  # noqa: PTH100, PTH118 - no normalizing of links, as the official host
    if os.path.isdir(entry) and not os.path.isfile(os.path.join(entry, "__main__.py")):  # noqa: PTH112, PTH113, PTH118
        pulumi.log.error(f"unable to find main python program `__main__.py` in `{entry}`")
        return ALREADY_SAID
    sys.argv = [entry]
    return _in_loop(lambda: ran(runpy.run_path(entry, run_name="__main__")), entry, request.parallel)


def _in_loop(declare: Callable[[], None], entry: str, parallel: int) -> int:
    loop = asyncio.new_event_loop()
    executor = ThreadPoolExecutor(max_workers=max(parallel, 1) * 4)
    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(run_in_stack(lambda: _to_the_end(declare)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return ALREADY_SAID
    except SystemExit as leaving:
        return _code(leaving)
    except grpc.RpcError as error:
        # The engine shuts its monitor down when it cancels: no error of the program's own.
        if error.code() != grpc.StatusCode.UNAVAILABLE:  # pyright: ignore[reportAttributeAccessIssue] - grpc's calls have it
            pulumi.log.error(f"RPC error: {error.details()}")  # pyright: ignore[reportAttributeAccessIssue]
        return ALREADY_SAID
    except Exception as error:  # noqa: BLE001 - whatever the user's program raises
        pulumi.log.error(f"Program failed with an unhandled exception:\n{_own_part(error, entry)}")
        return ALREADY_SAID
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                loop.run_until_complete(task)
        executor.shutdown(wait=True)
        loop.close()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


async def _to_the_end(declare: Callable[[], None]) -> None:
    """The program, until everything it declared is registered.

    The SDK waits after this too, but there it goes through all unfinished outputs each time that one is done:
    with hundreds of resources, a third of what it does after the program's last line.
    """
    declare()
    while calls := [one for one in asyncio.all_tasks() if _is_call(one)]:
        await asyncio.wait(calls)


def _is_call(task: asyncio.Task[Any]) -> bool:
    # The SDK's wrapper around each call to the engine, which it looks for by the same name.
    return getattr(task.get_coro(), "__name__", "") == "rpc_wrapper"


def _own_part(error: Exception, entry: str) -> str:
    """The traceback from the user's program on: neither the host's nor runpy's frames."""
    frames = traceback.extract_tb(error.__traceback__)
    folder = entry if os.path.isdir(entry) else os.path.dirname(entry)  # noqa: PTH112, PTH120
    first = next((i for i, frame in enumerate(frames) if frame.filename.startswith(folder)), 0)
    return "".join(
        traceback.format_exception(type(error), error, error.__traceback__, limit=first - len(frames))
    )


def _code(leaving: SystemExit) -> int:
    if leaving.code is None:
        return 0
    if isinstance(leaving.code, int):
        return leaving.code
    print(leaving.code, file=sys.stderr)  # noqa: T201 - what sys.exit("…") does
    return FAILED


def main() -> int:
    return run(language_pb2.RunRequest.FromString(sys.stdin.buffer.read()))


if __name__ == "__main__":
    sys.exit(main())
