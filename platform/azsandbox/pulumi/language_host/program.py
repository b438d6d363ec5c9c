"""Runs one Pulumi program, as `pulumi-language-python-exec` does.

It imports only the Pulumi SDK, so that the Python of another environment can run this file by its path: there
it reads a serialized RunRequest from standard input, and its exit code is the result.
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
GC_THRESHOLD = (1_000_000, 50, 50)
"""Less frequent garbage collection: importing azure-native creates millions of objects that are never freed,
and scanning them repeatedly takes time."""
ALREADY_REPORTED = 32  # the official host's code for an error that the user has seen: the engine adds nothing


class Engine:
    """The engine's service without debug messages, unless `--debug` or `--verbose` asks for them.

    The SDK sends four such messages for each resource, and the program waits for each of them.
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


def run(request: Any, on_completed: Callable[[Mapping[str, object]], None] = lambda main: None) -> int:  # noqa: ARG005
    """Run a program and return its exit code; errors are reported through the engine.

    Args:
        request: the engine's RunRequest.
        on_completed: called with the namespace of a program that ran without an error.
    """
    return contextvars.copy_context().run(_run, request, on_completed)


def _run(request: Any, on_completed: Callable[[Mapping[str, object]], None]) -> int:
    gc.set_threshold(*GC_THRESHOLD)
    # The unobserved futures of a failed program add nothing to its error.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
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
        return ALREADY_REPORTED
    sys.argv = [entry]
    return _run_in_loop(
        lambda: on_completed(runpy.run_path(entry, run_name="__main__")), entry, request.parallel
    )


def _run_in_loop(declare: Callable[[], None], entry: str, parallel: int) -> int:
    loop = asyncio.new_event_loop()
    executor = ThreadPoolExecutor(max_workers=max(parallel, 1) * 4)
    loop.set_default_executor(executor)
    try:
        loop.run_until_complete(run_in_stack(lambda: _run_to_completion(declare)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return ALREADY_REPORTED
    except SystemExit as error:
        return _exit_code(error)
    except grpc.RpcError as error:
        # The engine shuts its monitor down when it cancels: that is not an error of the program.
        if error.code() != grpc.StatusCode.UNAVAILABLE:  # pyright: ignore[reportAttributeAccessIssue] - grpc's calls have it
            pulumi.log.error(f"RPC error: {error.details()}")  # pyright: ignore[reportAttributeAccessIssue]
        return ALREADY_REPORTED
    except Exception as error:  # noqa: BLE001 - whatever the user's program raises
        pulumi.log.error(f"Program failed with an unhandled exception:\n{_program_traceback(error, entry)}")
        return ALREADY_REPORTED
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


async def _run_to_completion(declare: Callable[[], None]) -> None:
    """Run the program and wait until everything that it declared is registered.

    The SDK waits too, but it goes through all unfinished outputs each time that one is finished: with
    hundreds of resources, a third of the time that it spends after the program's last line.
    """
    declare()
    while calls := [task for task in asyncio.all_tasks() if _is_engine_call(task)]:
        await asyncio.wait(calls)


def _is_engine_call(task: asyncio.Task[Any]) -> bool:
    # The name of the SDK's wrapper around each call to the engine; the SDK itself looks for it, too.
    return getattr(task.get_coro(), "__name__", "") == "rpc_wrapper"


def _program_traceback(error: Exception, entry: str) -> str:
    """The traceback without the frames of the language host and of runpy."""
    frames = traceback.extract_tb(error.__traceback__)
    folder = entry if os.path.isdir(entry) else os.path.dirname(entry)  # noqa: PTH112, PTH120
    first = next((i for i, frame in enumerate(frames) if frame.filename.startswith(folder)), 0)
    return "".join(
        traceback.format_exception(type(error), error, error.__traceback__, limit=first - len(frames))
    )


def _exit_code(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code
    print(error.code, file=sys.stderr)  # noqa: T201 - what sys.exit("…") does
    return FAILED


def main() -> int:
    return run(language_pb2.RunRequest.FromString(sys.stdin.buffer.read()))


if __name__ == "__main__":
    sys.exit(main())
