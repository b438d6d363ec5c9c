"""Put the stand-ins in place for one command, and take them away after it.

Nothing outlives the session but state and model under `.roast/sandbox`: the stand-ins run as one child
process, the `pulumi` on the PATH lies in the session's own folder, and the environment that leads to all of
it is the command's alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path

from azsandbox import token
from azsandbox.arm.catalogue import Types
from azsandbox.arm_api import variables
from azsandbox.errors import SandboxError, ToolchainError
from azsandbox.ml_api import processes
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from azsandbox.schema import catalogue

_WIND_DOWN = 20  # seconds that a child gets to end its own processes
# What could lead a command to something real. KUBECONFIG: pulumi-kubernetes falls back on it.
LIVE = (
    "AZURE_",
    "ARM_",
    "SNOWFLAKE_",
    "PULUMI_",
    "AZUREML_",
    "MLFLOW_",
    "MSI_",
    "IDENTITY_",
    "AKS_",
    "KUBECONFIG",
    "KUBERNETES_",
    "TF_",
)


def without_credentials(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without anything that could sign in somewhere or configure Pulumi."""
    return {name: value for name, value in environment.items() if not name.upper().startswith(LIVE)}


@contextlib.contextmanager
def session(
    project: Project,
    *,
    api: bool = False,
    jobs: Mapping[str, str] | None = None,
    program: bool = False,
) -> Generator[dict[str, str]]:
    """The environment of a command that runs in the sandbox; the stand-ins serve until the block ends.

    Args:
        project: the project's folders.
        api: serve the Azure ML SDK too; jobs and deployments run until the block ends, and no longer.
        jobs: variables that win over those of jobs and deployments, such as where a local warehouse listens
            in place of Snowflake.
        program: the command runs the project's program, once: its language host starts beside the stand-ins,
            and imports what the program imported the last time.

    Raises:
        ToolchainError: there is no Pulumi CLI in this checkout.
        SandboxError: the stand-ins don't start.
    """
    cli = toolchain.find()
    if cli is None:
        raise ToolchainError(f"no Pulumi CLI {toolchain.VERSION} in this checkout: run make tools")
    catalogue.shared().ensure(Types.load().modules)
    _prepare(project)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=project.sessions))
    try:
        environment = {**without_credentials(os.environ), **token.issue(folder)}
        inside = {
            **environment,
            "PATH": os.pathsep.join([str(_front(folder)), environment.get("PATH", os.defpath)]),
            "PULUMI_HOME": str(project.pulumi_home),
            "PULUMI_BACKEND_URL": project.backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(project.sandbox / "passphrase"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            "AZSANDBOX_PROJECT": str(project.root),
            "AZSANDBOX_DIR": str(project.sandbox),
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            "AZSANDBOX_PULUMI": str(cli.with_language_host()),
            "AZSANDBOX_PYTHON": sys.executable,
        }
        with contextlib.ExitStack() as serving:
            providers = serving.enter_context(_stand_ins(project, folder, environment))
            if program:
                host = serving.enter_context(_host(project, folder, inside))
                inside["PULUMI_DEBUG_LANGUAGES"] = f"python:{host()}"
            inside["PULUMI_DEBUG_PROVIDERS"] = providers()
            if api:
                answering = serving.enter_context(_api_server(project, folder, environment, jobs or {}))
                inside |= json.loads(answering())
            yield inside
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(project: Project) -> None:
    for folder in (project.backend, project.pulumi_home, project.stacks, project.sessions):
        folder.mkdir(parents=True, exist_ok=True)
    passphrase = project.sandbox / "passphrase"
    if not passphrase.exists():
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(24))
    for stale in project.sessions.iterdir():  # of a session that was killed
        owner = stale.name.partition("-")[0]
        if owner.isdigit() and not _alive(int(owner)):
            processes.sweep(stale)
            shutil.rmtree(stale, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _front(folder: Path) -> Path:
    """The PATH's first folder: a `pulumi` that looks after the stack file."""
    scripts = folder / "bin"
    scripts.mkdir()
    script = scripts / "pulumi"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m azsandbox.pulumi.cli_wrapper "$@"\n')
    script.chmod(0o755)
    return scripts


@contextlib.contextmanager
def _stand_ins(
    project: Project, folder: Path, environment: Mapping[str, str]
) -> Generator[Callable[[], str]]:
    """Both providers in one process; it says the value of PULUMI_DEBUG_PROVIDERS."""
    command = ["azsandbox.pulumi.provider.server", str(project.model)]
    with _child(command, environment, folder / "stand-ins.log", "the stand-ins") as ports:
        yield ports


@contextlib.contextmanager
def _host(project: Project, folder: Path, environment: Mapping[str, str]) -> Generator[Callable[[], str]]:
    """The language host; it says its port."""
    command = ["azsandbox.pulumi.language_host", "--attached", str(project.imports)]
    with _child(command, environment, folder / "host.log", "the language host") as port:
        yield port


@contextlib.contextmanager
def _api_server(
    project: Project, folder: Path, environment: Mapping[str, str], jobs: Mapping[str, str]
) -> Generator[Callable[[], str]]:
    """The HTTPS side; it says the variables that lead to it."""
    command = ["azsandbox.api_server.server", str(project.root)]
    given = {
        **environment,
        "AZSANDBOX_DIR": str(project.sandbox),
        variables.JOBS: json.dumps(dict(jobs)),
    }
    try:
        with _child(command, given, folder / "api-server.log", "the API server") as said:
            yield said
    finally:
        processes.sweep(folder)  # what it left, had it been killed


@contextlib.contextmanager
def _child(
    module: Sequence[str], environment: Mapping[str, str], log: Path, what: str
) -> Generator[Callable[[], str]]:
    """A process of ours until the block ends; what it gives waits for the one line it says when ready."""
    # An own process group: Ctrl-C is for the command, which still needs its providers to wind down.
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, "-m", *module],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        ) as process,
    ):

        def ready() -> str:
            said = process.stdout.readline().decode().strip() if process.stdout else ""
            if not said:
                raise SandboxError(f"{what} did not start: {_last_line(log)}")
            return said

        try:
            yield ready
        finally:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(timeout=_WIND_DOWN)
            except subprocess.TimeoutExpired:
                process.kill()
            _complain(log)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no output"


def _complain(log: Path) -> None:
    """Warnings of the model, and defects if there are any, once the command is over."""
    text = log.read_text(errors="replace").strip()
    for line in dict.fromkeys(text.splitlines()):
        print(line, file=sys.stderr)  # noqa: T201 - what the stand-ins had to say
