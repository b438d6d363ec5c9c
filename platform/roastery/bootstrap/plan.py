"""What the program says about itself: `python -m stacks.bootstrap.plan`, whose JSON this reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from roastery.bootstrap.errors import BootstrapError, PlanError

_MODULE = "stacks.bootstrap.plan"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Chart(_Part):
    """A chart, and where its publisher serves it as an OCI artefact."""

    name: str
    version: str
    source: str


class Image(_Part):
    """An image of a publisher, and its repository in the mirror."""

    source: str
    repository: str
    tag: str


class BootstrapPlan(_Part):
    """Names, ids, charts and images of one stack; ids are those of ARM."""

    stack: str
    subscription: str
    tenant: str
    region: str
    namespaces: tuple[str, ...]
    features: tuple[str, ...]
    state: str
    own_state: bool
    account: str
    container: str
    vault: str
    secrets_provider: str
    registry: str
    login_server: str
    runner: str
    administrators: str
    closed: bool
    allowed_addresses: tuple[str, ...]
    chart_repository: str
    charts: tuple[Chart, ...]
    images: tuple[Image, ...]


def project_root(start: Path | None = None) -> Path:
    """The checkout's folder: the nearest one at or above `start` with the bootstrap program.

    Raises:
        PlanError: there is none.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "stacks" / "bootstrap" / "Pulumi.yaml").is_file():
            return folder
    raise PlanError(f"no stacks/bootstrap in {here} or above", "change to the checkout's folder")


def read(stack: str, root: Path, environment: Mapping[str, str] | None = None) -> BootstrapPlan:
    """The plan of a stack.

    Raises:
        PlanError: the stack file is missing or wrong.
        BootstrapError: the program can't be run.
    """
    paths = [str(root / "platform"), str(root), os.environ.get("PYTHONPATH", "")]
    process = subprocess.run(
        [sys.executable, "-m", _MODULE, stack],
        cwd=root,
        env={**(environment or os.environ), "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode == PlanError.exit_code:
        raise PlanError(process.stderr.strip())
    if process.returncode:
        lines = process.stderr.strip().splitlines()
        raise BootstrapError(f"the program can't say what it needs: {lines[-1] if lines else 'no output'}")
    return BootstrapPlan.model_validate(json.loads(process.stdout))
