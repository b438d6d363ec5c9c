"""`roast sandbox export`: from a stack's state to a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from azsandbox import commands
from azsandbox.arm.catalogue import Types
from azsandbox.errors import ExportError, ProjectError
from azsandbox.export import folder
from azsandbox.export.arm.resources import entries
from azsandbox.export.arm.template import template
from azsandbox.export.contents import Held, Selection, select
from azsandbox.export.kubernetes.manifests import manifests
from azsandbox.paths import Project
from azsandbox.schema import catalogue

_DEPLOYMENT = "azure-native:resources:Deployment"
TEMPLATE = "template.json"


@dataclass(kw_only=True)
class Exported:
    """What an export wrote, for machines; also the folder's own index."""

    format: str
    stack: str
    out: str = ""
    resources: int = 0
    files: list[str] = field(default_factory=list)
    objects: list[dict[str, str]] = field(default_factory=list)  # Kubernetes only
    releases: list[dict[str, str]] = field(default_factory=list)  # Helm's, Kubernetes only
    redacted: list[str] = field(default_factory=list)  # resource and path of each secret
    left_out: list[dict[str, str]] = field(default_factory=list)
    note: str = ""


def export(project: Project, stack: str, kind: str, out: Path) -> Exported:
    """Write everything in a stack's state to `out`, whole or not at all.

    Args:
        project: the project.
        stack: whose state.
        kind: `arm` or `kubernetes`.
        out: a folder that does not exist, is empty, or holds an earlier export, which is replaced.

    Raises:
        ExportError: the folder is someone else's, or an input has no place in the format.
        ProjectError: the stack has never been deployed into this sandbox.
    """
    if kind not in FORMATS:
        raise ExportError(f"--format {kind}: one of {', '.join(FORMATS)}")
    folder.check(out)
    state = commands.resources_in_state(project, stack)
    if not state:
        raise ProjectError(
            f"the sandbox holds nothing of stack {stack}: roast sandbox up --stack {stack} first"
        )
    done = Exported(format=kind, stack=stack)
    provider, writer = FORMATS[kind]
    found = select(state, provider)
    done.left_out = found.left_out
    done.redacted = [f"{one.token} {one.id}: {path}" for one in found.resources for path in one.redacted]
    files = writer(done, found)
    done.files = sorted(files)
    index = {key: item for key, item in vars(done).items() if key != "out"}
    if files:
        folder.write(out, files, index)
        done.out = str(out)
    return done


def _arm(done: Exported, found: Selection) -> Mapping[str, str]:
    types, shapes = Types.load(), catalogue.shared()
    shapes.ensure(sorted({_module(one) for one in found.resources} | {_DEPLOYMENT.split(":")[1]}))
    held = entries(found.resources, types, shapes)
    if not held:
        done.note = "the stack holds nothing of Azure"
        return {}
    done.resources = len(held)
    made = template(held, shapes.shape(_DEPLOYMENT).api_version)
    return {TEMPLATE: json.dumps(made, indent=2) + "\n"}


def _kubernetes(done: Exported, found: Selection) -> Mapping[str, str]:
    made = manifests(found.resources)
    done.objects, done.releases = made.objects, made.releases
    done.resources = len(made.objects) + len(made.releases)
    if not made.files:
        done.note = (
            "the stack declares nothing inside a cluster, as with cluster.reachable false: "
            "there is nothing to write"
        )
    return made.files


def _module(one: Held) -> str:
    return one.token.split(":")[1]


FORMATS: Mapping[str, tuple[str, Callable[[Exported, Selection], Mapping[str, str]]]] = {
    "arm": ("azure-native", _arm),
    "kubernetes": ("kubernetes", _kubernetes),
}
"""Format → whose resources, and what writes them."""
