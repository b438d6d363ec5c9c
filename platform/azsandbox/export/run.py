"""`azsandbox export`: writes a stack's state to a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from azsandbox import commands
from azsandbox.errors import ExportError, ProjectError
from azsandbox.export import folder
from azsandbox.export.arm.resources import entries
from azsandbox.export.arm.template import template
from azsandbox.export.contents import ExportedResource, Selection, select
from azsandbox.export.kubernetes.manifests import manifests
from azsandbox.paths import Project
from azsandbox.schema import catalogue
from azsandbox.services import all_types

_DEPLOYMENT = "azure-native:resources:Deployment"
TEMPLATE = "template.json"


@dataclass(kw_only=True)
class ExportResult:
    """The result of an export, for `--json`; also the index in the folder."""

    format: str
    stack: str
    out: str = ""
    resources: int = 0
    files: list[str] = field(default_factory=list)
    objects: list[dict[str, str]] = field(default_factory=list)  # Kubernetes only
    releases: list[dict[str, str]] = field(default_factory=list)  # Helm releases, Kubernetes only
    redacted: list[str] = field(default_factory=list)  # resource and path of each secret
    left_out: list[dict[str, str]] = field(default_factory=list)
    note: str = ""


def export(project: Project, stack: str, kind: str, out: Path) -> ExportResult:
    """Write the resources in a stack's state to a folder, completely or not at all.

    Args:
        project: the project.
        stack: the stack to export.
        kind: `arm` or `kubernetes`.
        out: a folder that does not exist, is empty, or contains an earlier export, which is replaced.

    Raises:
        ExportError: the folder contains other files, or an input has no known property in the format.
        ProjectError: the stack has not been deployed in this sandbox.
    """
    if kind not in FORMATS:
        raise ExportError(f"--format {kind} is not supported, must be one of {', '.join(FORMATS)}")
    folder.check(out)
    state = commands.resources_in_state(project, stack)
    if not state:
        raise ProjectError(
            f"the sandbox has no resources of stack {stack}: run azsandbox up --stack {stack} first"
        )
    result = ExportResult(format=kind, stack=stack)
    provider, writer = FORMATS[kind]
    selection = select(state, provider)
    result.left_out = selection.left_out
    result.redacted = [
        f"{resource.token} {resource.id}: {path}"
        for resource in selection.resources
        for path in resource.redacted
    ]
    files = writer(result, selection)
    result.files = sorted(files)
    index = {key: item for key, item in vars(result).items() if key != "out"}
    if files:
        folder.write(out, files, index)
        result.out = str(out)
    return result


def _arm(result: ExportResult, selection: Selection) -> Mapping[str, str]:
    types, shapes = all_types(), catalogue.shared()
    shapes.ensure(
        sorted({_module(resource) for resource in selection.resources} | {_DEPLOYMENT.split(":")[1]})
    )
    template_entries = entries(selection.resources, types, shapes)
    if not template_entries:
        result.note = "the stack has no Azure resources"
        return {}
    result.resources = len(template_entries)
    content = template(template_entries, shapes.shape(_DEPLOYMENT).api_version)
    return {TEMPLATE: json.dumps(content, indent=2) + "\n"}


def _kubernetes(result: ExportResult, selection: Selection) -> Mapping[str, str]:
    content = manifests(selection.resources)
    result.objects, result.releases = content.objects, content.releases
    result.resources = len(content.objects) + len(content.releases)
    if not content.files:
        result.note = (
            "the stack declares no objects in a cluster, for example because cluster.reachable is false: "
            "no files were written"
        )
    return content.files


def _module(resource: ExportedResource) -> str:
    return resource.token.split(":")[1]


FORMATS: Mapping[str, tuple[str, Callable[[ExportResult, Selection], Mapping[str, str]]]] = {
    "arm": ("azure-native", _arm),
    "kubernetes": ("kubernetes", _kubernetes),
}
"""Format → the provider whose resources it contains, and the function that writes them."""
