"""What the API server checks with the help of other objects: definitions, namespaces, priority classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from azsandbox.errors import ArmError
from azsandbox.kubernetes import argo, limits, schemas
from azsandbox.kubernetes.cluster import Cluster, schemas_of
from azsandbox.kubernetes.validation import admission, custom, objects, rules, updates
from azsandbox.kubernetes.validation.field import Field
from azsandbox.schema.validate import Problem

Values = dict[str, Any]
_TEMPLATES = {
    "CronJob": ("jobTemplate", "spec", "template"), "DaemonSet": ("template",), "Deployment": ("template",),
    "Job": ("template",), "ReplicaSet": ("template",), "StatefulSet": ("template",),
}  # fmt: skip


@dataclass
class Program:
    """What one program declares, known as soon as it is checked: in a preview nothing else is there yet."""

    definitions: dict[tuple[str, str], Any] = field(default_factory=dict)
    labels: dict[str, Any] = field(default_factory=dict)  # by namespace

    def declare(self, manifest: Values) -> None:
        if manifest.get("kind") == "CustomResourceDefinition":
            self.definitions |= schemas_of(manifest)
        elif manifest.get("kind") == "Namespace":
            metadata = Field(manifest)["metadata"]
            self.labels[metadata["name"].text] = metadata["labels"].value


def problems(manifest: Values, cluster: Cluster, program: Program) -> list[Problem]:
    """What is wrong with an object, as far as a preview can know.

    Args:
        manifest: the object, which may contain unknown values.
        cluster: the cluster that it goes to.
        program: what the program declares; the object is added.
    """
    filled = schemas.fill(manifest)
    program.declare(filled)
    api, kind = str(manifest["apiVersion"]), str(manifest["kind"])
    definition = program.definitions.get((api, kind)) or cluster.definition(api, kind)
    if definition is None and schemas.is_custom(api, kind):
        return objects.problems(filled, cluster.version)
    return [
        *schemas.check(manifest, cluster.version, definition),
        *_pod_security(filled, program),
        *_room_for_pods(filled, cluster),
    ]


def _room_for_pods(manifest: Values, cluster: Cluster) -> Iterator[Problem]:
    """A limit range or quota lets the workload in, but not its pods."""
    root = Field(manifest)
    spec = root["spec"]
    for name in _TEMPLATES.get(root["kind"].text, ()):
        spec = spec[name]
    namespace = root["metadata"]["namespace"].text
    if root["kind"].text in _TEMPLATES and spec.present and namespace:
        for text in limits.workload_problems(spec, namespace, cluster):
            yield spec["spec"].warning(f"its pods would be forbidden: {text}")


def _pod_security(manifest: Values, program: Program) -> Iterator[Problem]:
    """A pod that its namespace forbids is refused; a workload is only warned about."""
    root = Field(manifest)
    kind = root["kind"].text
    labels = Field(program.labels.get(root["metadata"]["namespace"].text))
    if kind == "Pod":
        level = admission.level(labels, "enforce")
        for violation in admission.violations(root["spec"], level):
            yield Problem("spec", f'violates PodSecurity "{level}": {violation}', code="Forbidden")
    elif kind in _TEMPLATES and labels.present:
        spec = root["spec"]
        for name in _TEMPLATES[kind]:
            spec = spec[name]
        level = admission.level(labels, "warn")
        for violation in admission.violations(spec["spec"], level):
            yield spec["spec"].warning(f'would violate PodSecurity "{level}": {violation}')


def require_type(api: str, kind: str, cluster: Cluster, program: Program) -> None:
    """Raise ArmError if a custom type is not installed.

    A type that the same program declares counts as installed: Pulumi retries until it is there.
    """
    known = argo.knows(api, kind) or (api, kind) in {schemas.INSTANCE_TYPE, schemas.SECRETS_PROVIDER}
    declared = (api, kind) in program.definitions or not (known or schemas.is_custom(api, kind))
    if not declared and not cluster.has_type(api, kind):
        raise ArmError(
            404,
            "NoMatch",
            f'no matches for kind "{kind}" in version "{api}": ensure CRDs are installed first',
        )


def admit(manifest: Values, cluster: Cluster, program: Program) -> None:
    """Raise ArmError for what the cluster does not let in.

    Args:
        manifest: the object, without unknown values.
        cluster: the cluster that it goes to.
        program: what the program declares.
    """
    root = Field(manifest)
    api, kind = root["apiVersion"].text, root["kind"].text
    definition = program.definitions.get((api, kind)) or cluster.definition(api, kind)
    if definition is not None:
        _refuse(manifest, [problem for problem in custom.validate(root, definition) if not problem.warning])
        _refuse(manifest, list(rules.problems(root, definition)))
    if (api, kind) == ("v1", "Pod"):
        _admit_pod(root, cluster)
    limits.admit(root, cluster)


def _admit_pod(root: Field, cluster: Cluster) -> None:
    name = root["metadata"]["name"].text
    level = admission.level(
        Field(schemas.fill(cluster.labels(root["metadata"]["namespace"].text))), "enforce"
    )
    violations = admission.violations(root["spec"], level)
    if violations:
        reasons = ", ".join(violations)
        raise ArmError(
            403, "Forbidden", f'pods "{name}" is forbidden: violates PodSecurity "{level}:latest": {reasons}'
        )
    priority = root["spec"]["priorityClassName"].text
    known = cluster.id("scheduling.k8s.io/v1", "PriorityClass", "", priority)
    if priority and not priority.startswith("system-") and cluster.subscription.get(known) is None:
        raise ArmError(
            403, "Forbidden", f'pods "{name}" is forbidden: no PriorityClass with name {priority} was found'
        )


def require_mutable(old: Values, new: Values, cluster: Cluster) -> None:
    """Raise ArmError for the changes that the API server does not let an update make."""
    before, after = schemas.fill(old), schemas.fill(new)
    listed = list(updates.problems(before, after, cluster.version))
    definition = cluster.definition(str(after.get("apiVersion")), str(after.get("kind")))
    if definition is not None and not listed:
        listed = list(rules.problems(Field(after), definition, before))
    _refuse(after, listed)


def _refuse(manifest: Values, listed: list[Problem]) -> None:
    """Raise the API server's answer to an object that its validation refuses, if there is a problem."""
    if not listed:
        return
    group = objects.group_of(str(manifest.get("apiVersion")))
    kind = f"{manifest.get('kind')}.{group}" if group else str(manifest.get("kind"))
    name = Field(manifest)["metadata"]["name"].text
    texts = [f"{problem.path}: {problem.message}" for problem in listed]
    text = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    raise ArmError(422, "Invalid", f'{kind} "{name}" is invalid: {text}')
