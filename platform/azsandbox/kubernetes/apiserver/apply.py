"""Every object of an export into the server, and what the server had to say."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from azsandbox.errors import SandboxError
from azsandbox.kubernetes.apiserver import pin, pods
from azsandbox.kubernetes.apiserver.client import Answer, Api

Values = dict[str, Any]
_GOOD = 300  # statuses below are success
_PATIENCE = 120  # seconds until a custom type is served
# Argo's definitions are 7 MB: the loader in Python takes half a minute for them, the one in C two seconds.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(kw_only=True)
class Report:
    """What the server did with each object, by `Kind namespace/name`."""

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    warned: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    changed_again: list[str] = field(default_factory=list)  # a second apply should change nothing

    @property
    def good(self) -> bool:
        return not (self.refused or self.warned or self.changed_again)


def install_types(api: Api, files: Sequence[Path]) -> int:
    """Installs custom types; returns how many once all of them are served."""
    definitions = [one for file in files for one in _documents(file)]
    for one in definitions:
        path = api.path(one)
        answer = api.apply(one, path) if path else None
        if answer is None or answer.status >= _GOOD:
            raise SandboxError(f"{_name(one)} was refused: {answer.message if answer else 'unknown type'}")
    started = time.monotonic()
    for one in definitions:
        while not all(api.serves(*type_) for type_ in _types(one)):
            if time.monotonic() - started > _PATIENCE:
                raise SandboxError(f"{_name(one)} was not served after {_PATIENCE} s")
            time.sleep(0.3)
    return len(definitions)


def apply_all(api: Api, manifests: Path) -> Report:
    """Apply a folder of manifests twice, in the order in which kubectl reads it."""
    report = Report()
    objects = [one for file in sorted(manifests.glob("*.yaml")) for one in _documents(file)]
    versions: dict[str, str] = {}
    for one in objects:
        name, path = _name(one), None
        reason = pin.WITHOUT_TYPE.get((str(one["apiVersion"]), str(one["kind"])))
        if reason is None:
            path = api.path(one)
        if path is None:
            _without_type(report, one, reason)
            continue
        answer = api.apply(one, path)
        _note(report, name, answer)
        if answer.status < _GOOD:
            versions[name] = str(answer.body["metadata"].get("resourceVersion"))
            _ask_for_pods(api, report, name, one)
    for one in objects:
        name = _name(one)
        path = api.path(one) if name in versions else None
        if path is not None:
            again = api.apply(one, path).body.get("metadata", {}).get("resourceVersion")
            if again != versions[name]:
                report.changed_again.append(name)
    return report


def _ask_for_pods(api: Api, report: Report, name: str, one: Values) -> None:
    """A workload is accepted with a warning where its pods would be refused."""
    for workload in pods.made_of(one):
        path = api.path(workload)
        answer = api.apply(workload, path, dry=True) if path else None
        if answer is None or answer.status >= _GOOD:
            report.refused[f"{_name(workload)} of {name}"] = answer.message if answer else "unknown type"
        elif answer.warnings:
            report.warned[f"{_name(workload)} of {name}"] = list(answer.warnings)


def _without_type(report: Report, one: Values, reason: str | None) -> None:
    if reason is None:
        report.refused[_name(one)] = f"the server has no type {one['kind']} in {one['apiVersion']}"
    else:
        report.left_out[_name(one)] = reason


def _note(report: Report, name: str, answer: Answer) -> None:
    if answer.status >= _GOOD:
        report.refused[name] = f"{answer.status} {answer.message}"
    else:
        report.accepted.append(name)
    if answer.warnings:
        report.warned[name] = list(answer.warnings)


def _types(definition: Values) -> Iterable[tuple[str, str]]:
    """(apiVersion, kind) of every version that a definition has served."""
    spec: Values = definition["spec"]
    for version in spec["versions"]:
        if version["served"]:
            yield f"{spec['group']}/{version['name']}", str(spec["names"]["kind"])


def _name(one: Values) -> str:
    metadata: Values = one["metadata"]
    space = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{one['kind']} {space}{metadata['name']}"


def _documents(file: Path) -> list[Values]:
    text = file.read_text(encoding="utf-8")
    return [one for one in yaml.load_all(text, Loader=_Loader) if one]
