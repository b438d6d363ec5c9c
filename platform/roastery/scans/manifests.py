"""Checks exported Kubernetes objects against their strict schemas, and their pods against `restricted`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from roastery.policies.evaluate import over_resource
from roastery.policies.model import DeclaredResource
from roastery.policies.rules import pods
from roastery.scans.model import ScanFinding, ScanOutcome
from roastery.targets import Target

Values = dict[str, Any]
SCHEMA = "kubernetes schemas"
RESTRICTED = "pod security"
# What the profile `restricted` asks: kubernetes.io/docs/concepts/security/pod-security-standards
_PROFILE = ("pod-privileged", "pod-escalation", "pod-non-root", "pod-capabilities", "pod-seccomp")
_VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)


def load_manifests(folder: Path) -> list[Values]:
    """Every object of every manifest in a folder and its subfolders."""
    files = sorted(folder.rglob("*.yaml"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    return [document for text in texts for document in yaml.safe_load_all(text) if document]


def check_schemas(target: Target, manifests: Sequence[Values], stack: str) -> ScanOutcome:
    """Validates objects as the API server of the target's version would, with strict field validation."""
    findings = [finding for manifest in manifests for finding in _schema(target, manifest, stack)]
    return _outcome(SCHEMA, stack, len(manifests), findings)


def _outcome(tool: str, stack: str, checked: int, findings: Sequence[ScanFinding]) -> ScanOutcome:
    failed = {finding.resource for finding in findings}
    return ScanOutcome(tool=tool, stack=stack, passed=checked - len(failed), findings=tuple(findings))


def _schema(target: Target, manifest: Values, stack: str) -> Iterator[ScanFinding]:
    for problem in target.manifest_problems(manifest):
        unknown = problem.code == "unknown-type"
        text = problem.message if unknown else f"{problem.path}: {problem.message}"
        check = "unknown-type" if unknown else "schema"
        yield ScanFinding(
            tool=SCHEMA, check=check, resource=_resource_name(manifest), message=text, stack=stack
        )


def derive_workloads(target: Target, manifests: Sequence[Values]) -> list[Values]:
    """The workloads that controllers create from the objects, since an export itself contains no pods."""
    return [workload for manifest in manifests for workload in target.workloads(manifest)]


def check_pods(workloads: Sequence[Values], stack: str) -> ScanOutcome:
    """Checks each workload's pods against the restricted profile."""
    findings = [finding for workload in workloads for finding in _restricted(workload, stack)]
    return _outcome(RESTRICTED, stack, len(workloads), findings)


def _restricted(workload: Values, stack: str) -> Iterator[ScanFinding]:
    name = _resource_name(workload)
    token = f"kubernetes:{workload['apiVersion']}:{workload['kind']}"
    resource = DeclaredResource(urn=f"{stack}::{name}", type=token, inputs=workload)
    for policy in pods.POLICIES:
        if policy.id in _PROFILE:
            for problem, _ in over_resource(policy, resource, {}):
                text = f"{problem.path} {problem.message}"
                yield ScanFinding(tool=RESTRICTED, check=policy.id, resource=name, message=text, stack=stack)
    for volume in workload["spec"]["template"]["spec"].get("volumes") or []:
        for kind in sorted(set(volume) - {"name"} - _VOLUMES):
            text = f"volume {volume['name']} is of type {kind}"
            yield ScanFinding(tool=RESTRICTED, check="pod-volumes", resource=name, message=text, stack=stack)


def write_workloads(workloads: Sequence[Values], folder: Path) -> None:
    """Writes the workloads as manifests, for a scanner that reads files."""
    folder.mkdir(parents=True)
    for number, workload in enumerate(workloads):
        (folder / f"{number:03}.json").write_text(json.dumps(workload, indent=2), encoding="utf-8")


def _resource_name(manifest: Values) -> str:
    metadata: Values = manifest["metadata"]
    return f"{manifest['kind']}.{metadata.get('namespace') or 'default'}.{metadata['name']}"
