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
    config = _content(stack, folder).get("config")
    prefix = f"{_content_of(folder / 'Pulumi.yaml').get('name')}:"
    if not isinstance(config, dict):
        raise StackFileError(f"{path.name} has no config", "docs/stack.schema.json lists its keys")
    own = {str(key): value for key, value in config.items() if str(key).startswith(prefix)}
    if not own:
        raise StackFileError(f"{path.name} has no setting {prefix}…", "docs/stack.schema.json describes them")
    return {key.removeprefix(prefix): value for key, value in own.items()}


def project(start: Path | None = None) -> Path:
    """The folder of the project around `start`, by default around the working directory.

    Raises:
        StackFileError: there is no project.
    """
    return _project(start or Path.cwd())


def secrets_provider(stack: str, start: Path | None = None) -> str:
    """What encrypts the secrets in the stack's state, as Pulumi writes it; empty for a passphrase.

    Raises:
        StackFileError: as for `read`.
    """
    return str(_content(stack, _project(start or Path.cwd())).get("secretsprovider") or "")


def _content(stack: str, folder: Path) -> Mapping[str, Any]:
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.is_file():
        stacks = sorted(file.name.split(".")[1] for file in folder.glob("Pulumi.*.yaml"))
        listed = ", ".join(stacks) or "none yet"
        raise StackFileError(f"there is no Pulumi.{stack}.yaml", f"the stacks are {listed}")
    return _content_of(path)


def _content_of(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StackFileError(f"{path.name} can't be read: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise StackFileError(f"{path.name} can't be read: it is not a mapping of keys")
    return content


def _project(start: Path) -> Path:
    for folder in (start, *start.resolve().parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise StackFileError(f"{start} is not in a Pulumi project", "run it where Pulumi.yaml is")
