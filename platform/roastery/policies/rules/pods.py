"""Pods, wherever they are declared: workloads of Kubernetes and templates of Argo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity
from roastery.policies.rules.assets import pinned
from roastery.policies.values import Node

_SPEC = {
    t.POD: "spec",
    t.DEPLOYMENT: "spec.template.spec",
    t.STATEFUL_SET: "spec.template.spec",
    t.DAEMON_SET: "spec.template.spec",
    t.JOB: "spec.template.spec",
    t.CRON_JOB: "spec.jobTemplate.spec.template.spec",
}
_ARGO = {t.WORKFLOW_TEMPLATE: "spec", t.WORKFLOW: "spec", t.CRON_WORKFLOW: "spec.workflowSpec"}
# Where Argo Events is told of a pod that it makes itself, from images that its controller chooses.
_EVENTS = {t.SENSOR: "spec.template", t.EVENT_SOURCE: "spec.template", t.EVENT_BUS: "spec.jetstream"}
_BUS = ("containerTemplate", "reloaderContainerTemplate", "metricsContainerTemplate")
TYPES = (*_SPEC, *_ARGO, *_EVENTS)


@dataclass(frozen=True)
class Pod:
    """A pod to be: its containers, and what they inherit."""

    node: Node
    containers: tuple[Node, ...]
    above: tuple[Node, ...]  # where the security context may stand too, nearest first
    defaults: Node  # of every container, in Argo

    def of(self, container: Node, path: str) -> Any:
        """What holds for a container: its own, or the default of all."""
        own = container.get(path)
        return self.defaults.get(path) if own is None else own

    def context(self, container: Node, name: str) -> Any:
        """A setting of the security context, which pods hand down."""
        own = self.of(container, f"securityContext.{name}")
        for node in self.above:
            own = node.get(f"securityContext.{name}") if own is None else own
        return own


def pods(resource: Resource) -> Iterator[Pod]:
    if resource.type in _SPEC:
        spec = resource.at(_SPEC[resource.type])
        containers = (*spec.each("containers"), *spec.each("initContainers"))
        yield Pod(spec, containers, (spec,), Node({}))
    elif _elsewhere(resource):
        return
    elif resource.type in _EVENTS:
        template = resource.at(_EVENTS[resource.type])
        parts = _BUS if resource.type == t.EVENT_BUS else ("container",)
        yield Pod(template, tuple(template.at(part) for part in parts), (template,), Node({}))
        for trigger in resource.each("spec.triggers"):
            for kind in ("k8s", "argoWorkflow"):
                yield from _workflow(trigger.at(f"template.{kind}.source.resource.spec"))
    else:
        yield from _workflow(resource.at(_ARGO[resource.type]))


def _elsewhere(resource: Resource) -> bool:
    """Whether it is a bus that somebody else runs: it makes no pods."""
    foreign = ("kafka", "jetstreamExotic", "nats.exotic")
    return resource.type == t.EVENT_BUS and any(resource.get(f"spec.{one}") for one in foreign)


def _workflow(spec: Node) -> Iterator[Pod]:
    """A pod per template; none of a workflow that only refers to a template."""
    defaults = spec.at("templateDefaults")
    for template in spec.each("templates"):
        single = [template.at(name) for name in ("container", "script") if template.get(name)]
        several = [
            one
            for path in ("containerSet.containers", "initContainers", "sidecars")
            for one in template.each(path)
        ]
        yield Pod(template, (*single, *several), (template, defaults, spec), defaults.at("container"))


def _each(
    test: Callable[[Pod, Node], Iterator[Problem]],
) -> Callable[[Resource, Settings], Iterator[Problem]]:
    def check(resource: Resource, settings: Settings) -> Iterator[Problem]:
        del settings
        for pod in pods(resource):
            for container in pod.containers:
                yield from test(pod, container)

    return check


def _privileged(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    for pod in pods(resource):
        for name in ("hostNetwork", "hostPID", "hostIPC"):
            if pod.node.get(name) is True:
                yield Problem(f"{pod.node.path}.{name}", "is true: the pod is part of the node")
        for volume in pod.node.each("volumes"):
            if volume.get("hostPath"):
                yield Problem(f"{volume.path}.hostPath", "reads the node's own files")
        for container in pod.containers:
            if pod.of(container, "securityContext.privileged") is True:
                yield Problem(f"{container.path}.securityContext.privileged", "is true: root on the node")
            for port in container.each("ports"):
                if port.get("hostPort"):
                    yield Problem(f"{port.path}.hostPort", "is a port of the node's, past network policies")


def _escalation(pod: Pod, container: Node) -> Iterator[Problem]:
    if pod.of(container, "securityContext.allowPrivilegeEscalation") is not False:
        yield Problem(f"{container.path}.securityContext.allowPrivilegeEscalation", "is not false")


def _root(pod: Pod, container: Node) -> Iterator[Problem]:
    if pod.context(container, "runAsNonRoot") is not True:
        yield Problem(f"{container.path}.securityContext.runAsNonRoot", "is not true")
    if pod.context(container, "runAsUser") == 0:
        yield Problem(f"{container.path}.securityContext.runAsUser", "is 0, which is root")


def _capabilities(pod: Pod, container: Node) -> Iterator[Problem]:
    where = f"{container.path}.securityContext.capabilities"
    dropped = Node(pod.of(container, "securityContext.capabilities.drop"), f"{where}.drop")
    if "ALL" not in {one.upper() for one in dropped.words("")}:
        yield Problem(dropped.path, "does not drop ALL")
    added = Node(pod.of(container, "securityContext.capabilities.add"), f"{where}.add")
    if set(added.words("")) - {"NET_BIND_SERVICE"}:
        yield Problem(added.path, f"adds {', '.join(added.words(''))}")


def _seccomp(pod: Pod, container: Node) -> Iterator[Problem]:
    profile = pod.context(container, "seccompProfile") or {}
    if profile.get("type") not in {"RuntimeDefault", "Localhost"}:
        yield Problem(f"{container.path}.securityContext.seccompProfile.type", "is not RuntimeDefault")


def _bounded(pod: Pod, container: Node) -> Iterator[Problem]:
    for part in ("requests", "limits"):
        for unit in ("cpu", "memory"):
            if not pod.of(container, f"resources.{part}.{unit}"):
                yield Problem(f"{container.path}.resources.{part}.{unit}", "is not set")


def _image(pod: Pod, container: Node) -> Iterator[Problem]:
    image = pod.of(container, "image")
    if image is None and pod.node.path in _EVENTS.values():
        return  # of the controller's choice, which the chart's values name
    templated = isinstance(image, str) and image.startswith("{{") and image.endswith("}}")
    if not pinned(image) and not templated:
        yield Problem(f"{container.path}.image", f"is {image!r}, must end in @sha256:<64 hex digits>")


def _account(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if _elsewhere(resource):
        return
    top = resource.at((_SPEC | _ARGO | _EVENTS)[resource.type])
    if top.word("serviceAccountName") in {"", "default"}:
        yield Problem(f"{top.path}.serviceAccountName", "is the default account, which every pod shares")


def _policy(
    name: str, title: str, reason: str, fix: str, severity: Severity, *ids: str, **more: Any
) -> Policy:
    return Policy(
        id=name,
        title=title,
        reason=reason,
        fix=fix,
        severity=severity,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=ids,
        types=TYPES,
        **more,
    )


_CIS = "CIS AKS 1.8: "

POLICIES = (
    _policy(
        "pod-privileged",
        "Pods are apart from their node",
        "A privileged pod, or one in the node's own namespaces, is root on the node.",
        "Remove privileged, hostNetwork, hostPID, hostIPC, hostPort and hostPath volumes.",
        Severity.CRITICAL,
        *("CKV_K8S_16", "CKV_K8S_17", "CKV_K8S_18", "CKV_K8S_19"),
        *(f"{_CIS}4.2.1", f"{_CIS}4.2.2", f"{_CIS}4.2.3", f"{_CIS}4.2.4"),
        check=_privileged,
    ),
    _policy(
        "pod-escalation",
        "Processes can't gain rights",
        "A set-uid program in the image would otherwise make a process root.",
        "Set securityContext.allowPrivilegeEscalation false.",
        Severity.HIGH,
        *("CKV_K8S_20", f"{_CIS}4.2.5"),
        check=_each(_escalation),
    ),
    _policy(
        "pod-non-root",
        "Containers do not run as root",
        "Root in a container is one kernel bug away from root on the node.",
        "Set securityContext.runAsNonRoot true.",
        Severity.HIGH,
        *("CKV_K8S_23", "CKV_ARGO_2", f"{_CIS}4.6.2"),
        check=_each(_root),
    ),
    _policy(
        "pod-capabilities",
        "Containers give up all capabilities",
        "Raw sockets and changing owners serve attackers more often than programs.",
        "Set securityContext.capabilities.drop to [ALL].",
        Severity.MEDIUM,
        *("CKV_K8S_28", "CKV_K8S_37", f"{_CIS}4.6.2"),
        check=_each(_capabilities),
    ),
    _policy(
        "pod-seccomp",
        "Containers use the runtime's system call filter",
        "Most holes in the kernel are in calls that no job needs.",
        "Set securityContext.seccompProfile.type to RuntimeDefault.",
        Severity.MEDIUM,
        *("CKV_K8S_31", f"{_CIS}4.6.2"),
        check=_each(_seccomp),
    ),
    _policy(
        "pod-bounded",
        "Containers say what they need and at most get",
        "Without them the scheduler guesses, and one job starves the others.",
        "Set resources.requests and resources.limits of cpu and memory.",
        Severity.LOW,
        *("CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"),
        check=_each(_bounded),
    ),
    _policy(
        "image-digest",
        "Images are named by digest",
        "A tag can be moved to other content; a digest is the content.",
        "Write <registry>/<repository>@sha256:<digest>.",
        Severity.HIGH,
        *("CKV_K8S_14", "CKV_K8S_43", "MCSB DS-2"),
        check=_each(_image),
    ),
    _policy(
        "pod-service-account",
        "Pods run as an account of their own",
        "Rights given to the default account are given to every pod.",
        "Set serviceAccountName.",
        Severity.MEDIUM,
        *("CKV_ARGO_1", "CKV_K8S_41", f"{_CIS}4.1.5", "MCSB IM-3"),
        check=_account,
    ),
)
