"""Pods, wherever they are declared: workloads of Kubernetes and templates of Argo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.rules.assets import pinned
from roastery.policies.values import PropertyNode

_SPEC = {
    t.POD: "spec",
    t.DEPLOYMENT: "spec.template.spec",
    t.STATEFUL_SET: "spec.template.spec",
    t.DAEMON_SET: "spec.template.spec",
    t.JOB: "spec.template.spec",
    t.CRON_JOB: "spec.jobTemplate.spec.template.spec",
    t.REPLICA_SET: "spec.template.spec",
    t.REPLICATION_CONTROLLER: "spec.template.spec",
    t.POD_TEMPLATE: "template.spec",
}
_ARGO = {
    t.WORKFLOW_TEMPLATE: "spec",
    t.CLUSTER_WORKFLOW_TEMPLATE: "spec",
    t.WORKFLOW: "spec",
    t.CRON_WORKFLOW: "spec.workflowSpec",
}
# Pod settings of what Argo Events creates itself, with images that its controller chooses.
_EVENTS = {t.SENSOR: "spec.template", t.EVENT_SOURCE: "spec.template", t.EVENT_BUS: "spec.jetstream"}
_BUS = ("containerTemplate", "reloaderContainerTemplate", "metricsContainerTemplate")
TYPES = (*_SPEC, *_ARGO, *_EVENTS)


@dataclass(frozen=True)
class Pod:
    """A declared pod: its containers, and the defaults that they inherit."""

    node: PropertyNode
    containers: tuple[PropertyNode, ...]
    above: tuple[PropertyNode, ...]  # nodes that may set the security context too, nearest first
    defaults: PropertyNode  # of every container, in Argo

    def of(self, container: PropertyNode, path: str) -> Any:
        """The setting of a container, or the default of all containers."""
        own = container.get(path)
        return self.defaults.get(path) if own is None else own

    def context(self, container: PropertyNode, name: str) -> Any:
        """A setting of the security context, which containers inherit from the pod."""
        own = self.of(container, f"securityContext.{name}")
        for node in self.above:
            own = node.get(f"securityContext.{name}") if own is None else own
        return own


def pods(resource: DeclaredResource) -> Iterator[Pod]:
    if resource.type in _SPEC:
        spec = resource.at(_SPEC[resource.type])
        kinds = ("containers", "initContainers", "ephemeralContainers")
        containers = tuple(container for kind in kinds for container in spec.each(kind))
        yield Pod(spec, containers, (spec,), PropertyNode({}))
    elif _runs_elsewhere(resource):
        return
    elif resource.type in _EVENTS:
        template = resource.at(_EVENTS[resource.type])
        parts = _BUS if resource.type == t.EVENT_BUS else ("container",)
        yield Pod(template, tuple(template.at(part) for part in parts), (template,), PropertyNode({}))
        for trigger in resource.each("spec.triggers"):
            for kind in ("k8s", "argoWorkflow"):
                yield from _workflow(trigger.at(f"template.{kind}.source.resource.spec"))
    else:
        yield from _workflow(resource.at(_ARGO[resource.type]))


def _runs_elsewhere(resource: DeclaredResource) -> bool:
    """Whether it refers to an event bus outside the cluster, which has no pods."""
    foreign = ("kafka", "jetstreamExotic", "nats.exotic")
    return resource.type == t.EVENT_BUS and any(resource.get(f"spec.{field}") for field in foreign)


def _workflow(spec: PropertyNode) -> Iterator[Pod]:
    """One pod per template; none for a workflow that only refers to a template."""
    defaults = spec.at("templateDefaults")
    for template in spec.each("templates"):
        single = [template.at(name) for name in ("container", "script") if template.get(name)]
        several = [
            container
            for path in ("containerSet.containers", "initContainers", "sidecars")
            for container in template.each(path)
        ]
        yield Pod(template, (*single, *several), (template, defaults, spec), defaults.at("container"))


def _each(
    test: Callable[[Pod, PropertyNode], Iterator[Violation]],
) -> Callable[[DeclaredResource, PolicySettings], Iterator[Violation]]:
    def check(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
        del settings
        for pod in pods(resource):
            for container in pod.containers:
                yield from test(pod, container)

    return check


def _privileged(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for pod in pods(resource):
        for name in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.node.get(name) is True:
                yield Violation(
                    f"{pod.node.path}.{name}", "is true: the pod shares this namespace of the node"
                )
        for volume in pod.node.each("volumes"):
            if volume.get("hostPath"):
                yield Violation(f"{volume.path}.hostPath", "gives access to files of the node")
        for container in pod.containers:
            if pod.of(container, "securityContext.privileged") is True:
                yield Violation(
                    f"{container.path}.securityContext.privileged",
                    "is true: the container is root on the node",
                )
            for port in container.each("ports"):
                if port.get("hostPort"):
                    yield Violation(
                        f"{port.path}.hostPort",
                        "opens a port of the node, which network policies do not cover",
                    )


def _escalation(pod: Pod, container: PropertyNode) -> Iterator[Violation]:
    if pod.of(container, "securityContext.allowPrivilegeEscalation") is not False:
        yield Violation(f"{container.path}.securityContext.allowPrivilegeEscalation", "is not false")


def _root(pod: Pod, container: PropertyNode) -> Iterator[Violation]:
    if pod.context(container, "runAsNonRoot") is not True:
        yield Violation(f"{container.path}.securityContext.runAsNonRoot", "is not true")
    if pod.context(container, "runAsUser") == 0:
        yield Violation(f"{container.path}.securityContext.runAsUser", "is 0, which is root")


def _capabilities(pod: Pod, container: PropertyNode) -> Iterator[Violation]:
    where = f"{container.path}.securityContext.capabilities"
    dropped = PropertyNode(pod.of(container, "securityContext.capabilities.drop"), f"{where}.drop")
    if "ALL" not in {capability.upper() for capability in dropped.texts("")}:
        yield Violation(dropped.path, "does not drop ALL")
    added = PropertyNode(pod.of(container, "securityContext.capabilities.add"), f"{where}.add")
    if set(added.texts("")) - {"NET_BIND_SERVICE"}:
        yield Violation(added.path, f"adds {', '.join(added.texts(''))}")


def _seccomp(pod: Pod, container: PropertyNode) -> Iterator[Violation]:
    profile = pod.context(container, "seccompProfile") or {}
    if profile.get("type") not in {"RuntimeDefault", "Localhost"}:
        yield Violation(f"{container.path}.securityContext.seccompProfile.type", "is not RuntimeDefault")


def _bounded(pod: Pod, container: PropertyNode) -> Iterator[Violation]:
    for part in ("requests", "limits"):
        for unit in ("cpu", "memory"):
            if not pod.of(container, f"resources.{part}.{unit}"):
                yield Violation(f"{container.path}.resources.{part}.{unit}", "is not set")


def _image(pod: Pod, container: PropertyNode) -> Iterator[Violation]:
    image = pod.of(container, "image")
    if image is None and pod.node.path in _EVENTS.values():
        return  # chosen by the controller; the chart's values set it
    templated = isinstance(image, str) and image.startswith("{{") and image.endswith("}}")
    if not pinned(image) and not templated:
        yield Violation(f"{container.path}.image", f"is {image!r}, must end in @sha256:<64 hex digits>")


def _account(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if _runs_elsewhere(resource):
        return
    top = resource.at((_SPEC | _ARGO | _EVENTS)[resource.type])
    if top.lower_text("serviceAccountName") in {"", "default"}:
        yield Violation(
            f"{top.path}.serviceAccountName", "is the default service account, which every pod shares"
        )


def _policy(
    name: str, title: str, reason: str, fix: str, severity: Severity, *ids: str, **more: Any
) -> Policy:
    return Policy(
        id=name,
        title=title,
        reason=reason,
        fix=fix,
        severity=severity,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=ids,
        types=TYPES,
        **more,
    )


_CIS = "CIS AKS 1.8: "

POLICIES = (
    _policy(
        "pod-privileged",
        "Pods are isolated from their node",
        "A privileged pod, or one in a namespace of the node, has root rights on the node.",
        "Remove privileged, hostNetwork, hostPID, hostIPC, hostPort and hostPath volumes.",
        Severity.CRITICAL,
        *("CKV_K8S_16", "CKV_K8S_17", "CKV_K8S_18", "CKV_K8S_19"),
        *(f"{_CIS}4.2.1", f"{_CIS}4.2.2", f"{_CIS}4.2.3", f"{_CIS}4.2.4"),
        check=_privileged,
        charts=True,
    ),
    _policy(
        "pod-escalation",
        "Processes can't gain privileges",
        "Otherwise a set-uid program in the image can make a process root.",
        "Set securityContext.allowPrivilegeEscalation false.",
        Severity.HIGH,
        *("CKV_K8S_20", f"{_CIS}4.2.5"),
        check=_each(_escalation),
    ),
    _policy(
        "pod-non-root",
        "Containers do not run as root",
        "With one kernel vulnerability, root in a container becomes root on the node.",
        "Set securityContext.runAsNonRoot true.",
        Severity.HIGH,
        *("CKV_K8S_23", "CKV_ARGO_2", f"{_CIS}4.6.2"),
        check=_each(_root),
    ),
    _policy(
        "pod-capabilities",
        "Containers drop all capabilities",
        "Raw sockets and changing file owners are needed by attackers, rarely by programs.",
        "Set securityContext.capabilities.drop to [ALL].",
        Severity.MEDIUM,
        *("CKV_K8S_28", "CKV_K8S_37", f"{_CIS}4.6.2"),
        check=_each(_capabilities),
    ),
    _policy(
        "pod-seccomp",
        "Containers use the runtime's seccomp profile",
        "Most kernel vulnerabilities are in system calls that no job needs.",
        "Set securityContext.seccompProfile.type to RuntimeDefault.",
        Severity.MEDIUM,
        *("CKV_K8S_31", f"{_CIS}4.6.2"),
        check=_each(_seccomp),
    ),
    _policy(
        "pod-bounded",
        "Containers set requests and limits",
        "Without them the scheduler guesses, and one job can take the resources of the others.",
        "Set resources.requests and resources.limits of cpu and memory.",
        Severity.LOW,
        *("CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"),
        check=_each(_bounded),
    ),
    _policy(
        "image-digest",
        "Images are named by digest",
        "A tag can be moved to another image; a digest can't.",
        "Write <registry>/<repository>@sha256:<digest>.",
        Severity.HIGH,
        *("CKV_K8S_14", "CKV_K8S_43", "MCSB DS-2"),
        check=_each(_image),
    ),
    _policy(
        "pod-service-account",
        "Pods use a dedicated service account",
        "Rights of the default service account are rights of every pod.",
        "Set serviceAccountName.",
        Severity.MEDIUM,
        *("CKV_ARGO_1", "CKV_K8S_41", f"{_CIS}4.1.5", "MCSB IM-3"),
        check=_account,
    ),
)
