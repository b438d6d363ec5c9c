"""`pulumi` in a sandbox session: runs the real CLI on a generated copy of the stack file.

Pulumi writes salts and secrets into the stack file, and needs the key of the secrets in it. The copy needs no
key: its encrypted values are placeholders. A stack that the sandbox does not have yet is created first.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from azsandbox import files
from azsandbox.errors import ProjectError, SandboxError
from azsandbox.paths import PROJECT_FILES, Project
from azsandbox.pulumi import stackfile
from azsandbox.token import require

# Commands that take --config-file, with their aliases.
ON_STACK_FILE = frozenset(
    {
        "up",
        "update",
        "preview",
        "pre",
        "refresh",
        "destroy",
        "down",
        "dn",
        "watch",
        "import",
        "config",
        "logs",
    }
)
ON_STACK = ON_STACK_FILE | {"cancel", "state", "stack"}
_TAKES_VALUE = frozenset(
    {
        "-s",
        "--stack",
        "-C",
        "--cwd",
        "--color",
        "-v",
        "--verbose",
        "--tracing",
        "--profiling",
        "--config-file",
    }
)


def command_of(arguments: Sequence[str]) -> str | None:
    """The first argument that is neither a flag nor the value of a flag."""
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in _TAKES_VALUE:
            skip = True
        elif not argument.startswith("-"):
            return argument
    return None


def option(arguments: Sequence[str], *names: str) -> str | None:
    """The value of an option that has one of these names, written with `=` or as the next argument."""
    for index, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in names:
            return value if equals else next(iter(arguments[index + 1 : index + 2]), None)
    return None


def wants_debug(arguments: Sequence[str]) -> bool:
    """Whether the arguments ask for debug messages of the program's SDK."""
    flags = {argument.partition("=")[0] for argument in arguments}
    return bool(flags & {"-d", "--debug", "-v", "--verbose"})


def prepare(arguments: Sequence[str], project: Project, environment: dict[str, str]) -> list[str]:
    """The arguments for the real CLI; also creates the stack and the copy of its stack file."""
    command = command_of(arguments)
    if command not in ON_STACK or option(arguments, "--help", "-h") is not None:
        return list(arguments)
    stack = option(arguments, "-s", "--stack")
    if stack is None and command == "stack":
        return list(arguments)
    name = stack or _selected_stack(environment)
    if name is None:
        return list(arguments)
    short_name = name.rpartition("/")[2]
    copy = _copy_stack_file(project, short_name, environment)
    if command in ON_STACK_FILE and option(arguments, "--config-file") is None:
        return [*arguments, "--config-file", str(copy)]
    return list(arguments)


def _copy_stack_file(project: Project, stack: str, environment: dict[str, str]) -> Path:
    """Bring the copy of a stack file up to date, and create the stack if the sandbox does not have it.

    Raises:
        ProjectError: the project has no such stack file.
        SandboxError: Pulumi can't create the stack or set the placeholders.
    """
    source = project.root / f"Pulumi.{stack}.yaml"
    if not source.is_file():
        stacks = sorted(file.name.split(".")[1] for file in project.root.glob("Pulumi.*.yaml"))
        raise ProjectError(
            f"{source.name} does not exist: the project's stacks are {', '.join(stacks) or 'none yet'}"
        )
    scratch = project.stacks / hashlib.sha256(str(project.root).encode()).hexdigest()[:8]
    name = stackfile.project_name(project.pulumi_yaml)
    files.write_text(scratch / PROJECT_FILES[0], f"name: {name}\nruntime: python\n")
    copy = scratch / source.name
    generated = stackfile.generate(source, copy)
    state = project.backend / ".pulumi" / "stacks" / name / f"{stack}.json"
    if not state.exists():
        command = ["stack", "init", stack, "--no-select"]
        _run_pulumi(command, scratch, environment, f"stack {stack} can't be created")
    if generated.placeholders:
        pairs = [
            part for path, value in generated.placeholders.items() for part in ("--secret", f"{path}={value}")
        ]
        command = ["config", "set-all", "--path", "--stack", stack, "--config-file", str(copy), *pairs]
        failure = f"placeholders for the secrets of {source.name} can't be set"
        _run_pulumi(command, scratch, environment, failure)
    generated.mark_complete()
    return copy


def _selected_stack(environment: dict[str, str]) -> str | None:
    cli = environment["AZSANDBOX_PULUMI"]
    result = subprocess.run(
        [cli, "stack", "--show-name", "--non-interactive"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout.strip() or None


def _run_pulumi(arguments: list[str], folder: Path, environment: dict[str, str], failure: str) -> None:
    """Run the real CLI; SandboxError with `failure` and its last line of output if it fails."""
    cli = environment["AZSANDBOX_PULUMI"]
    result = subprocess.run(
        [cli, *arguments, "--non-interactive"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines()
        raise SandboxError(f"{failure}: {lines[-1] if lines else 'no output'}")


def _uses_the_sandboxes_state(environment: dict[str, str]) -> bool:
    """A command that names a backend of its own, such as azblob://, works on the stack file itself."""
    state = Path(environment["AZSANDBOX_DIR"]) / "state"
    return environment.get("PULUMI_BACKEND_URL", "") in ("", state.as_uri())


def main() -> int:
    arguments = sys.argv[1:]
    environment = dict(os.environ)
    if wants_debug(arguments):
        environment["AZSANDBOX_DEBUG"] = "true"
    try:
        require()
        folder = option(arguments, "-C", "--cwd")
        if not _uses_the_sandboxes_state(environment):
            return os.execve(environment["AZSANDBOX_PULUMI"], ["pulumi", *arguments], environment)  # noqa: S606
        files.private_umask()  # the state is its owner's alone
        try:
            arguments = prepare(arguments, Project.find(Path(folder) if folder else None), environment)
        except ProjectError:
            if command_of(arguments) in ON_STACK_FILE:
                raise
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the user's one line
        return error.exit_code
    return os.execve(environment["AZSANDBOX_PULUMI"], ["pulumi", *arguments], environment)  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
