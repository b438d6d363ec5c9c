"""A stack file, read without Pulumi: the plain values of `Pulumi.<stack>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from roastery.errors import RoasteryError


class StackFileError(RoasteryError):
    """There is no such stack file, or it can't be read."""

    exit_code = 2


def read(stack: str, start: Path | None = None) -> Mapping[str, Any]:
    """The values of the project's own keys, without their prefix.

    Args:
        stack: name of the stack.
        start: a folder of the project; by default the working directory.

    Raises:
        StackFileError: there is no project, no such stack, or the file is not a stack file.
    """
    folder = _project(start or Path.cwd())
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        stacks = sorted(file.name.split(".")[1] for file in folder.glob("Pulumi.*.yaml"))
        raise StackFileError(f"there is no Pulumi.{stack}.yaml", f"the stacks are {', '.join(stacks)}")
    try:
        project = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        config = yaml.safe_load(path.read_text(encoding="utf-8")).get("config")
        prefix = f"{project['name']}:"
    except (OSError, ValueError, AttributeError, KeyError, TypeError, yaml.YAMLError) as error:
        raise StackFileError(f"{path} can't be read: {' '.join(str(error).split())}") from None
    if not isinstance(config, dict):
        raise StackFileError(f"{path} has no config", "docs/stack.schema.json lists its keys")
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def _project(start: Path) -> Path:
    for folder in (start, *start.resolve().parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise StackFileError(f"{start} is not in a Pulumi project", "run it where Pulumi.yaml is")
