"""Forwards what a program prints to the engine, line by line, if no engine reads the host's own output."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import threading
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc


class OutputForwarder:
    """Redirects the standard output and error of this process and its children to the engine.

    While no engine is connected, lines go to the error stream that the process was started with.
    """

    def __init__(self) -> None:
        self._engine: Any = None
        self._original_stderr = os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1)
        self._mark = secrets.token_hex(8)
        self._drained = threading.Event()
        sys.stdout.flush()
        read, write = os.pipe()
        os.dup2(write, sys.stdout.fileno())
        os.dup2(write, sys.stderr.fileno())
        os.close(write)
        threading.Thread(target=self._forward_lines, args=(read,), daemon=True).start()

    def connect(self, engine: str) -> None:
        """Forward all further lines to the engine at this address."""
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(engine))

    def drain(self) -> None:
        """Wait until everything printed so far has been forwarded."""
        self._drained.clear()
        sys.stderr.flush()
        print(f"\n{self._mark}", flush=True)  # noqa: T201 - into the pipe, after everything printed so far
        self._drained.wait(timeout=10)

    def _forward_lines(self, pipe: int) -> None:
        with os.fdopen(pipe, errors="replace") as lines:
            for line in lines:
                if line.strip() == self._mark:
                    self._drained.set()
                elif line.strip():  # the engine does not show a host's empty lines either
                    self._forward(line)

    def _forward(self, line: str) -> None:
        if self._engine is not None:
            with contextlib.suppress(grpc.RpcError):
                self._engine.Log(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=line))
                return
        self._original_stderr.write(line)
