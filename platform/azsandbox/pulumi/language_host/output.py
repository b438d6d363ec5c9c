"""What a program prints, where no engine reads the host's own output: handed to the engine line by line."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import threading
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class Output:
    """Takes the process's standard output and error, so that nothing slips by: children's output neither.

    Before an engine is known, and after it left, lines go to the error stream that the host was started with.
    """

    def __init__(self) -> None:
        self._engine: Any = None
        self._aside = os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1)
        self._mark = secrets.token_hex(8)
        self._drained = threading.Event()
        sys.stdout.flush()
        read, write = os.pipe()
        os.dup2(write, sys.stdout.fileno())
        os.dup2(write, sys.stderr.fileno())
        os.close(write)
        threading.Thread(target=self._forward, args=(read,), daemon=True).start()

    def to(self, engine: str) -> None:
        """From now on to the engine at this address."""
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(engine))

    def drain(self) -> None:
        """Wait until everything printed so far has been handed on."""
        self._drained.clear()
        sys.stderr.flush()
        print(f"\n{self._mark}", flush=True)  # noqa: T201 - on the pipe, behind all that was printed
        self._drained.wait(timeout=10)

    def _forward(self, pipe: int) -> None:
        with os.fdopen(pipe, errors="replace") as lines:
            for line in lines:
                if line.strip() == self._mark:
                    self._drained.set()
                elif line.strip():  # the engine shows no empty lines of a host either
                    self._hand(line)

    def _hand(self, line: str) -> None:
        if self._engine is not None:
            with contextlib.suppress(grpc.RpcError):
                self._engine.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=line))
                return
        self._aside.write(line)
