"""Applies every object of an export to the API server and reports the responses."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from azsandbox.errors import SandboxError
from azsandbox.kubernetes.apiserver import pods
from azsandbox.kubernetes.apiserver.client import Api, ApiResponse

Values = dict[str, Any]
_SUCCESS_BELOW = 300  # HTTP status
_SERVED_TIMEOUT = 120  # seconds until a custom resource definition must be served
# Argo's definitions are 7 MB: the loader written in Python takes half a minute, the one in C two seconds.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(kw_only=True)
class ApplyReport:
    """The result of each object, by `Kind namespace/name`."""

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    warned: dict[str, list[str]] = field(default_factory=dict)
    changed_again: list[str] = field(default_factory=list)  # by the second apply, which should change nothing

    @property
    def good(self) -> bool:
        return not (self.refused or self.warned or self.changed_again)


def install_definitions(api: Api, files: Sequence[Path]) -> int:
    """Install custom resource definitions and wait until all are served; returns their number."""
    definitions = [document for file in files for document in _documents(file)]
    for definition in definitions:
        path = api.path(definition)
        response = api.apply(definition, path) if path else None
        if response is None or response.status >= _SUCCESS_BELOW:
            reason = response.message if response else "unknown type"
            raise SandboxError(f"{_name(definition)} was refused: {reason}")
    started = time.monotonic()
    for definition in definitions:
        while not all(api.serves(*type_) for type_ in _types(definition)):
            if time.monotonic() - started > _SERVED_TIMEOUT:
                raise SandboxError(f"{_name(definition)} was not served after {_SERVED_TIMEOUT} s")
            time.sleep(0.3)
    return len(definitions)


def apply_all(api: Api, manifests: Path) -> ApplyReport:
    """Apply a folder of manifests twice, in the order in which kubectl reads the files."""
    report = ApplyReport()
    objects = [document for file in sorted(manifests.glob("*.yaml")) for document in _documents(file)]
    versions: dict[str, str] = {}
    for manifest in objects:
        name, path = _name(manifest), api.path(manifest)
        if path is None:
            report.refused[name] = f"the server has no type {manifest['kind']} in {manifest['apiVersion']}"
            continue
        response = api.apply(manifest, path)
        _record(report, name, response)
        if response.status < _SUCCESS_BELOW:
            versions[name] = str(response.body["metadata"].get("resourceVersion"))
            _apply_workloads(api, report, name, manifest)
    for manifest in objects:
        name = _name(manifest)
        path = api.path(manifest) if name in versions else None
        if path is not None:
            again = api.apply(manifest, path).body.get("metadata", {}).get("resourceVersion")
            if again != versions[name]:
                report.changed_again.append(name)
    return report


def _apply_workloads(api: Api, report: ApplyReport, name: str, manifest: Values) -> None:
    """Dry-run the workloads that Argo creates: the server warns about pods that it would refuse."""
    for workload in pods.workloads_of(manifest):
        path = api.path(workload)
        response = api.apply(workload, path, dry_run=True) if path else None
        if response is None or response.status >= _SUCCESS_BELOW:
            report.refused[f"{_name(workload)} of {name}"] = response.message if response else "unknown type"
        elif response.warnings:
            report.warned[f"{_name(workload)} of {name}"] = list(response.warnings)


def _record(report: ApplyReport, name: str, response: ApiResponse) -> None:
    if response.status >= _SUCCESS_BELOW:
        report.refused[name] = f"{response.status} {response.message}"
    else:
        report.accepted.append(name)
    if response.warnings:
        report.warned[name] = list(response.warnings)


def _types(definition: Values) -> Iterable[tuple[str, str]]:
    """The (apiVersion, kind) of every served version of a custom resource definition."""
    spec: Values = definition["spec"]
    for version in spec["versions"]:
        if version["served"]:
            yield f"{spec['group']}/{version['name']}", str(spec["names"]["kind"])


def _name(manifest: Values) -> str:
    metadata: Values = manifest["metadata"]
    namespace = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{manifest['kind']} {namespace}{metadata['name']}"


def _documents(file: Path) -> list[Values]:
    text = file.read_text(encoding="utf-8")
    return [document for document in yaml.load_all(text, Loader=_Loader) if document]
