"""Exported Kubernetes objects against the published strict schemas, and their pods against `restricted`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from roastery.policies.evaluate import over_resource
from roastery.policies.model import Resource
from roastery.policies.rules import pods as rules
from roastery.scans.model import Finding, Outcome
from roastery.targets import Target

Values = dict[str, Any]
SCHEMA = "kubernetes schemas"
RESTRICTED = "pod security"
# kubernetes.io/docs/concepts/security/pod-security-standards: what `restricted` asks, and images by digest.
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


def objects(folder: Path) -> list[Values]:
    """Every object of every manifest below a folder."""
    files = sorted(folder.rglob("*.yaml"))
    return [one for file in files for one in yaml.safe_load_all(file.read_text(encoding="utf-8")) if one]


def check_schemas(target: Target, found: Sequence[Values], stack: str) -> Outcome:
    """As the API server of the target's version would with strict field validation."""
    findings = [finding for one in found for finding in _schema(target, one, stack)]
    wrong = {one.resource for one in findings}
    return Outcome(tool=SCHEMA, stack=stack, passed=len(found) - len(wrong), findings=tuple(findings))


def _schema(target: Target, one: Values, stack: str) -> Iterator[Finding]:
    for problem in target.manifest_problems(one):
        unknown = problem.code == "unknown-type"
        text = problem.message if unknown else f"{problem.path}: {problem.message}"
        check = "unknown-type" if unknown else "schema"
        yield Finding(tool=SCHEMA, check=check, resource=named(one), message=text, stack=stack)


def workloads(target: Target, found: Sequence[Values]) -> list[Values]:
    """What controllers make of the objects, and pods they start: nothing in an export is a pod itself."""
    return [made for one in found for made in target.workloads(one)]


def check_pods(made: Sequence[Values], stack: str) -> Outcome:
    """Each pod against the restricted profile."""
    findings = [finding for one in made for finding in _restricted(one, stack)]
    wrong = {one.resource for one in findings}
    return Outcome(tool=RESTRICTED, stack=stack, passed=len(made) - len(wrong), findings=tuple(findings))


def _restricted(one: Values, stack: str) -> Iterator[Finding]:
    resource = Resource(
        urn=f"{stack}::{named(one)}", type=f"kubernetes:{one['apiVersion']}:{one['kind']}", inputs=one
    )
    for policy in rules.POLICIES:
        if policy.id in _PROFILE:
            for problem, _ in over_resource(policy, resource, {}):
                text = f"{problem.path} {problem.message}"
                yield Finding(
                    tool=RESTRICTED, check=policy.id, resource=named(one), message=text, stack=stack
                )
    for volume in one["spec"]["template"]["spec"].get("volumes") or []:
        for kind in sorted(set(volume) - {"name"} - _VOLUMES):
            text = f"volume {volume['name']} is of type {kind}"
            yield Finding(
                tool=RESTRICTED, check="pod-volumes", resource=named(one), message=text, stack=stack
            )


def write(made: Sequence[Values], folder: Path) -> None:
    """The workloads as manifests, for a scanner that reads files."""
    folder.mkdir(parents=True)
    for number, one in enumerate(made):
        (folder / f"{number:03}.json").write_text(json.dumps(one, indent=2), encoding="utf-8")


def named(one: Values) -> str:
    metadata: Values = one["metadata"]
    return f"{one['kind']}.{metadata.get('namespace') or 'default'}.{metadata['name']}"
