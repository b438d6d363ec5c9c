"""A session: the stand-ins run for one command, and only that command's environment leads to them.

Only the state and the model under `.roast/sandbox` remain after it. The stand-ins run as one child process,
and the `pulumi` on the command's PATH is a wrapper in the session's own folder.
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

from azsandbox import files, paths, processes, token
from azsandbox.arm_api import variables
from azsandbox.errors import SandboxError, ToolchainError
from azsandbox.kubernetes import backends, registries
from azsandbox.kubernetes.apiserver import build as apiserver_build
from azsandbox.paths import Project
from azsandbox.pulumi import official as official_provider
from azsandbox.pulumi import toolchain
from azsandbox.pulumi.toolchain.install import Cli
from azsandbox.schema import catalogue
from azsandbox.services import all_types

_GRACE = 20  # seconds for a child process to end its own processes
# Prefixes of variables that could connect a command to a live service or configure Pulumi. KUBECONFIG:
# pulumi-kubernetes falls back on it.
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
    """The environment without credentials for live services and without settings for Pulumi."""
    return {name: value for name, value in environment.items() if not name.upper().startswith(LIVE)}


@contextlib.contextmanager
def session(
    project: Project,
    *,
    api: bool = False,
    jobs: Mapping[str, str] | None = None,
    program: bool = False,
    kubernetes: str | None = None,
    official: bool = False,
    account: str = "",
    signed_in: bool = False,
) -> Generator[dict[str, str]]:
    """Start the stand-ins and yield the environment of a command that uses them; they end with the block.

    Args:
        project: the project's folders.
        api: start the API server for the Azure ML SDK too; its jobs and deployments end with the block.
        jobs: variables that override those of jobs and deployments, such as the address of a local warehouse
            that replaces Snowflake.
        program: the command runs the project's program, once: start its language host beforehand, with the
            modules imported that the program imported in its last run.
        kubernetes: what judges the objects of clusters, `model` or `apiserver`; by default, the variable
            AZSANDBOX_KUBERNETES says it, or what a cluster has already.
        account: whom the command signs in as at the API server: a service account of a cluster,
            `namespace/name` or `namespace/name@subscription`, or a user-assigned identity; by default the
            deployer, as `azsandbox.access.deployer` says.
        signed_in: whether charts of Azure's registries may be pulled, as after `helm registry login`.
        official: Pulumi runs the official azure-native provider, which needs the API server, instead of the
            stand-in for it.

    Raises:
        ToolchainError: the Pulumi CLI, Kubernetes' API server or the official provider is not installed.
        SandboxError: a stand-in does not start.
    """
    cli = toolchain.find()
    if cli is None:
        raise ToolchainError(
            f"Pulumi CLI {toolchain.VERSION} is not installed in {paths.tools()}: run azsandbox tools"
        )
    backend = backends.chosen(kubernetes)
    if backend == backends.APISERVER and apiserver_build.find() is None:
        raise ToolchainError(apiserver_build.MISSING)
    catalogue.shared().ensure(all_types().modules)
    _prepare(project)
    version = catalogue.shared().version
    plugin = official_provider.find(version) if official else None
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=project.sessions))
    try:
        environment = {**without_credentials(os.environ), **token.issue(folder)}
        if backend:
            environment[backends.VARIABLE] = backend
        environment[registries.CONFIG] = str(folder / "helm-registry.json")
        if signed_in:
            registries.sign_in(folder / "helm-registry.json")
        command_environment = {**environment, **_pulumi_variables(project, folder, cli)}
        with contextlib.ExitStack() as children:
            providers = children.enter_context(_providers(project, folder, environment))
            if program:
                port = children.enter_context(_language_host(project, folder, command_environment))
                command_environment["PULUMI_DEBUG_LANGUAGES"] = f"python:{port()}"
            command_environment["PULUMI_DEBUG_PROVIDERS"] = providers()
            if api or official:
                variables_of_api = children.enter_context(
                    _api_server(project, folder, environment, jobs or {}, account)
                )
                command_environment |= json.loads(variables_of_api())
            if plugin:
                official_provider.offer(plugin, version, project.pulumi_home)
                providers_left = official_provider.without_stand_in(
                    command_environment["PULUMI_DEBUG_PROVIDERS"]
                )
                command_environment |= official_provider.variables(command_environment)
                command_environment["PULUMI_DEBUG_PROVIDERS"] = providers_left
            yield command_environment
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pulumi_variables(project: Project, folder: Path, cli: Cli) -> dict[str, str]:
    """What leads Pulumi to the sandbox's backend, the CLI wrapper and the language host."""
    return {
        "PATH": os.pathsep.join([str(_write_cli_wrapper(folder)), os.environ.get("PATH", os.defpath)]),
        "PULUMI_HOME": str(project.pulumi_home),
        "PULUMI_BACKEND_URL": project.backend.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(project.sandbox / "passphrase"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
        "AZSANDBOX_PROJECT": str(project.root),
        "AZSANDBOX_DIR": str(project.sandbox),
        "AZSANDBOX_PULUMI": str(cli.with_language_host()),
        "AZSANDBOX_PYTHON": sys.executable,
    }


def _prepare(project: Project) -> None:
    """Make the sandbox's folders and passphrase, and remove what killed sessions have left."""
    for folder in (project.backend, project.pulumi_home, project.stacks, project.sessions):
        files.private_folder(folder)
    files.private_folder(project.sandbox)
    passphrase = project.sandbox / "passphrase"
    if not passphrase.exists():
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(24))
    for folder in project.sessions.iterdir():
        owner = folder.name.partition("-")[0]
        if owner.isdigit() and not processes.is_alive(int(owner)):  # the session was killed
            processes.end_abandoned(folder)
            shutil.rmtree(folder, ignore_errors=True)


def _write_cli_wrapper(folder: Path) -> Path:
    """The first folder of the PATH, with a `pulumi` that works on a copy of the stack file."""
    scripts = folder / "bin"
    command = f'exec "{sys.executable}" -m azsandbox.pulumi.cli_wrapper "$@"'
    files.write_text(scripts / "pulumi", f"#!/bin/sh\n{command}\n", mode=0o700)
    return scripts


@contextlib.contextmanager
def _providers(
    project: Project, folder: Path, environment: Mapping[str, str]
) -> Generator[Callable[[], str]]:
    """The stand-ins for both providers, in one process; yields the value of PULUMI_DEBUG_PROVIDERS."""
    command = ["azsandbox.pulumi.provider.server", str(project.model), str(project.root)]
    try:
        with _child(command, environment, folder / "stand-ins.log", "the stand-ins") as ready:
            yield ready
    finally:
        processes.end_abandoned(folder)  # an API server of Kubernetes, in case the stand-ins were killed


@contextlib.contextmanager
def _language_host(
    project: Project, folder: Path, environment: Mapping[str, str]
) -> Generator[Callable[[], str]]:
    """The language host; yields its port."""
    command = ["azsandbox.pulumi.language_host", "--attached", str(project.imports)]
    with _child(command, environment, folder / "host.log", "the language host") as ready:
        yield ready


@contextlib.contextmanager
def _api_server(
    project: Project, folder: Path, environment: Mapping[str, str], jobs: Mapping[str, str], account: str
) -> Generator[Callable[[], str]]:
    """The API server; yields the variables that lead SDKs to it, as JSON."""
    command = ["azsandbox.api_server.server", str(project.root)]
    server_environment = {
        **environment,
        "AZSANDBOX_DIR": str(project.sandbox),
        variables.JOBS: json.dumps(dict(jobs)),
        variables.ACCOUNT: account,
    }
    try:
        with _child(command, server_environment, folder / "api-server.log", "the API server") as ready:
            yield ready
    finally:
        processes.end_abandoned(folder)  # in case the server itself was killed


@contextlib.contextmanager
def _child(
    module: Sequence[str], environment: Mapping[str, str], log: Path, name: str
) -> Generator[Callable[[], str]]:
    """Run a module of this package until the block ends; yields a function that waits for its first line.

    The module prints that line when it is ready, and ends when its standard input is closed.
    """
    # A process group of its own: Ctrl-C goes to the command, which still needs its providers to finish.
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
            line = process.stdout.readline().decode().strip() if process.stdout else ""
            if not line:
                raise SandboxError(f"{name} did not start: {_last_line(log)}")
            return line

        try:
            yield ready
        finally:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(timeout=_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
            _print_warnings(log)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no output"


def _print_warnings(log: Path) -> None:
    """Print a child's warnings, and the traceback of a defect, each line once."""
    text = log.read_text(errors="replace").strip()
    for line in dict.fromkeys(text.splitlines()):
        print(line, file=sys.stderr)  # noqa: T201 - for the user
