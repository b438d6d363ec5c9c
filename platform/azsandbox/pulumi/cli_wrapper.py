"""`pulumi` inside a sandbox session: the real one, on a generated copy of the stack file.

Pulumi writes salts and secrets into the stack file that it works on, and it wants the key of the secrets in
it. The copy has neither: encrypted values are placeholders there. A stack that the sandbox has not seen is
made on the way.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

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
    """The first word that is neither a flag nor a flag's value."""
    skip = False
    for one in arguments:
        if skip:
            skip = False
        elif one in _TAKES_VALUE:
            skip = True
        elif not one.startswith("-"):
            return one
    return None


def option(arguments: Sequence[str], *names: str) -> str | None:
    for index, one in enumerate(arguments):
        name, equals, value = one.partition("=")
        if name in names:
            return value if equals else next(iter(arguments[index + 1 : index + 2]), None)
    return None


def wants_debug(arguments: Sequence[str]) -> bool:
    """Whether somebody sees what the program's SDK says for debugging."""
    flags = {one.partition("=")[0] for one in arguments}
    return bool(flags & {"-d", "--debug", "-v", "--verbose"})


def prepare(arguments: Sequence[str], project: Project, environment: dict[str, str]) -> list[str]:
    """The arguments for the real CLI, after its stack and its stack file are there."""
    command = command_of(arguments)
    if command not in ON_STACK or option(arguments, "--help", "-h") is not None:
        return list(arguments)
    stack = option(arguments, "-s", "--stack")
    if stack is None and command == "stack":
        return list(arguments)
    name = stack or _selected(environment)
    if name is None:
        return list(arguments)
    short = name.rpartition("/")[2]
    copy = _copy(project, short, environment)
    if command in ON_STACK_FILE and option(arguments, "--config-file") is None:
        return [*arguments, "--config-file", str(copy)]
    return list(arguments)


def _copy(project: Project, stack: str, environment: dict[str, str]) -> Path:
    """The generated stack file, up to date, of a stack that exists in the sandbox's backend."""
    source = project.root / f"Pulumi.{stack}.yaml"
    if not source.is_file():
        have = sorted(one.name.split(".")[1] for one in project.root.glob("Pulumi.*.yaml"))
        raise ProjectError(f"no {source.name} here: the stacks are {', '.join(have) or 'none yet'}")
    scratch = project.stacks / hashlib.sha256(str(project.root).encode()).hexdigest()[:8]
    scratch.mkdir(parents=True, exist_ok=True)
    name = stackfile.project_name(project.pulumi_yaml)
    (scratch / PROJECT_FILES[0]).write_text(f"name: {name}\nruntime: python\n")
    copy = scratch / source.name
    found = stackfile.generate(source, copy)
    state = project.backend / ".pulumi" / "stacks" / name / f"{stack}.json"
    if not state.exists():
        _pulumi(["stack", "init", stack, "--no-select"], scratch, environment, f"stack {stack} can't be made")
    if found.placeholders:
        pairs = [
            part for path, value in found.placeholders.items() for part in ("--secret", f"{path}={value}")
        ]
        command = ["config", "set-all", "--path", "--stack", stack, "--config-file", str(copy), *pairs]
        _pulumi(command, scratch, environment, f"placeholders for the secrets of {source.name} can't be set")
    found.done()
    return copy


def _selected(environment: dict[str, str]) -> str | None:
    real = environment["AZSANDBOX_PULUMI"]
    said = subprocess.run(
        [real, "stack", "--show-name", "--non-interactive"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or None


def _pulumi(arguments: list[str], folder: Path, environment: dict[str, str], otherwise: str) -> None:
    real = environment["AZSANDBOX_PULUMI"]
    done = subprocess.run(
        [real, *arguments, "--non-interactive"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise SandboxError(f"{otherwise}: {lines[-1] if lines else 'no output'}")


def main() -> int:
    arguments = sys.argv[1:]
    environment = dict(os.environ)
    if wants_debug(arguments):
        environment["AZSANDBOX_DEBUG"] = "true"
    try:
        require()
        folder = option(arguments, "-C", "--cwd")
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
