"""The LanguageRuntime service: runs programs and policy packs, and answers `pulumi about`."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, cast

from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from azsandbox.pulumi import refusals
from azsandbox.pulumi.language_host import program
from azsandbox.pulumi.language_host.imports import Preloader
from azsandbox.pulumi.language_host.output import OutputForwarder
from azsandbox.pulumi.toolchain.pin import VERSION

SCRIPT = Path(program.__file__)


def python_of(info: Any) -> Path:
    """The interpreter in the virtual environment that Pulumi.yaml names, else the current one.

    Raises:
        FileNotFoundError: that environment has no interpreter.
    """
    options: Mapping[str, Any] = json_format.MessageToDict(info.options)
    folder = options.get("virtualenv") or (".venv" if options.get("toolchain") == "uv" else None)
    if not folder:
        return Path(sys.executable)
    python = Path(info.root_directory, str(folder), "bin", "python")
    if not python.exists():
        raise FileNotFoundError(
            f"Pulumi.yaml names virtualenv {folder!r}, but {python} does not exist: run `make setup`"
        )
    return python


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Serves one engine; the first program runs in this process, where the modules are already imported.

    A host that the engine attaches to gets the engine's address from the handshake, forwards the program's
    output and has time to preload modules.
    """

    def __init__(self, engine: str = "") -> None:
        self.engine = engine
        self.output: OutputForwarder | None = None
        self.preloader: Preloader | None = None
        # Acquired once: a second program must not see the first one's modules.
        self._unused = threading.Lock()

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002 - the protocol's names
        self.engine = request.engine_address or self.engine
        if self.output and self.engine:
            self.output.connect(self.engine)
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """None: the providers are running already, and the engine would download others."""
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return language_pb2.GetRequiredPluginsResponse()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        try:
            python = python_of(request.info)
        except FileNotFoundError as error:
            return language_pb2.RunResponse(error=str(error))
        if not request.args:
            request.args[:] = [self.engine]
        if request.dryRun:
            refusals.start_collecting()
        in_process = _same_environment(python) and self._unused.acquire(blocking=False)
        code = self._run_in_process(request) if in_process else _run_in_subprocess(python, request)
        if self.output:
            self.output.drain()
        refused = refusals.stop_collecting()
        if code == program.ALREADY_REPORTED:
            return language_pb2.RunResponse(bail=True)
        if refused and not code:
            resources = "1 resource" if refused == 1 else f"{refused} resources"
            return language_pb2.RunResponse(
                error=f"{resources} would be refused, for the reasons given above"
            )
        return language_pb2.RunResponse(
            error=f"Program exited with non-zero exit code: {code}" if code else ""
        )

    def _run_in_process(self, request: Any) -> int:
        if self.preloader is None:
            return program.run(request)
        self.preloader.stop()
        return program.run(request, self.preloader.record)

    def About(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        packages = [
            language_pb2.DependencyInfo(name=distribution.name, version=distribution.version)
            for distribution in importlib.metadata.distributions()
            if request.transitiveDependencies or distribution.name.startswith("pulumi")
        ]
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=sorted(packages, key=lambda package: package.name)
        )

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802, ARG002
        yield language_pb2.InstallDependenciesResponse(stdout=b"The environment comes from `make setup`.\n")

    def RuntimeOptionsPrompts(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return language_pb2.RuntimeOptionsResponse()

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802
        """Run a policy pack as `python -m pulumi.policy ENGINE PACK` and stream its output until it ends."""
        if request.kind not in {"analyzer", ""}:
            yield language_pb2.RunPluginResponse(
                stderr=f"this language host does not run {request.kind} plugins\n".encode()
            )
            yield language_pb2.RunPluginResponse(exitcode=1)
            return
        command = [
            str(python_of(request.info)),
            "-u",
            "-m",
            "pulumi.policy",
            *request.args,
            request.info.program_directory,
        ]
        environment = {**os.environ, **dict(line.partition("=")[::2] for line in request.env)}
        with subprocess.Popen(
            command, cwd=request.pwd or None, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            context.add_callback(process.terminate)
            for name, chunk in _output_chunks(process):
                yield language_pb2.RunPluginResponse(**cast("dict[str, Any]", {name: chunk}))
            yield language_pb2.RunPluginResponse(exitcode=process.wait())

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return empty_pb2.Empty()


def _same_environment(python: Path) -> bool:
    return python.parent.parent.resolve() == Path(sys.prefix).resolve()


def _run_in_subprocess(python: Path, request: Any) -> int:
    """Run the program in a new process, possibly of another environment."""
    result = subprocess.run([str(python), "-u", str(SCRIPT)], input=request.SerializeToString(), check=False)
    return result.returncode


def _output_chunks(process: subprocess.Popen[bytes]) -> Iterator[tuple[str, bytes]]:
    """Chunks of both output streams as they arrive, so that neither can fill up and block the other."""
    chunks: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()

    def forward(name: str, stream: IO[bytes]) -> None:
        while chunk := stream.read1(65536):  # pyright: ignore[reportAttributeAccessIssue] - a pipe is a BufferedReader
            chunks.put((name, chunk))
        chunks.put(None)

    streams = {"stdout": process.stdout, "stderr": process.stderr}
    for name, stream in streams.items():
        threading.Thread(target=forward, args=(name, stream), daemon=True).start()
    open_streams = len(streams)
    while open_streams:
        chunk = chunks.get()
        if chunk is None:
            open_streams -= 1
        else:
            yield chunk
