"""Containers: names, images, ports, restart policies; ordinary, init and sidecar containers.

Source: kubernetes pkg/apis/core/validation/validation.go (validateContainers, validateInitContainers).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import environment, names, probes, resources, security, volumes
from azsandbox.kubernetes.validation.field import Field, Problems, distinct
from azsandbox.kubernetes.validation.release import Release

PULL_POLICIES = ("Always", "IfNotPresent", "Never")
PROTOCOLS = ("SCTP", "TCP", "UDP")
_LARGEST_PORT = 65535
_MESSAGES = ("File", "FallbackToLogsOnError")
_RESTART = ("Always", "Never", "OnFailure")
_ACTIONS = ("Restart",)
_ALL_ACTIONS = ("Restart", "RestartAllContainers")
_MOST_RULES, _MOST_CODES = 20, 255


def validate(spec: Field, release: Release, claim_templates: frozenset[str]) -> Problems:
    """All containers of a pod."""
    ordinary, first = spec["containers"], spec["initContainers"]
    yield from ordinary.need()
    for container in ordinary.items():
        yield from _common(container, spec, release, claim_templates)
        yield from probes.validate(container, spec)
        yield from _restart_policy(container, release, init=False)
    for container in first.items():
        yield from _common(container, spec, release, claim_templates)
        yield from _init_only(container, spec)
        yield from _restart_policy(container, release, init=True)
    yield from distinct(container["name"] for container in [*ordinary.items(), *first.items()])
    yield from _host_ports(ordinary.items(), spec)
    for container in first.items():
        yield from _host_ports([container], spec)


def _common(container: Field, spec: Field, release: Release, claim_templates: frozenset[str]) -> Problems:
    if not isinstance(container.value, dict):
        return
    yield from container["name"].named(names.dns_label)
    image = container["image"]
    yield from image.need()
    yield from container["terminationMessagePolicy"].option(_MESSAGES)
    yield from container["imagePullPolicy"].option(PULL_POLICIES)
    yield from _ports(container["ports"])
    yield from environment.variables(container["env"], release)
    yield from environment.sources(container["envFrom"])
    yield from volumes.mounts(container, spec["volumes"], claim_templates)
    yield from volumes.devices(container, spec["volumes"], claim_templates)
    yield from resources.requirements(container["resources"])
    yield from resources.claims(container["resources"]["claims"], spec["resourceClaims"])
    yield from _resize(container["resizePolicy"], spec["restartPolicy"])
    yield from security.container(container["securityContext"], spec)


def _ports(field: Field) -> Problems:
    for port in field.items():
        if port["name"].text:
            yield from port["name"].matches(names.port_name)
        number = port["containerPort"]
        if number.number == 0 or not number.present:
            yield Field(None, number.path).required()
        else:
            yield from number.between(1, _LARGEST_PORT)
        if port["hostPort"].number:
            yield from port["hostPort"].between(1, _LARGEST_PORT)
        yield from port["protocol"].option(PROTOCOLS)
    yield from distinct(port["name"] for port in field.items())


def _host_ports(containers: list[Field], spec: Field) -> Problems:
    """Two containers of a pod can't have the same port of the node."""
    seen: set[str] = set()
    for container in containers:
        for port in container["ports"].items():
            number, inner = port["hostPort"].number, port["containerPort"].number
            if number and inner and spec["hostNetwork"].on and number != inner:
                yield port["hostPort"].invalid("must match `containerPort` when `hostNetwork` is true")
            text = f"{port['protocol'].text or 'TCP'}/{port['hostIP'].text}/{number}"
            if number and not port["protocol"].unknown and not port["hostIP"].unknown:
                if text in seen:
                    yield port["hostPort"].duplicate(text)
                seen.add(text)


def _resize(field: Field, restart: Field) -> Problems:
    for policy in field.items():
        yield from policy["resourceName"].choice(("cpu", "memory"))
        yield from policy["restartPolicy"].choice(("NotRequired", "RestartContainer"))
        if restart.text == "Never" and policy["restartPolicy"].text == "RestartContainer":
            yield policy["restartPolicy"].invalid("must be 'NotRequired' when pod `restartPolicy` is 'Never'")
    yield from distinct(policy["resourceName"] for policy in field.items())


def _init_only(container: Field, spec: Field) -> Problems:
    """Only a sidecar, an init container that is always restarted, has probes and hooks."""
    restart = container["restartPolicy"]
    if restart.text == "Always":
        yield from probes.validate(container, spec)
    elif not restart.unknown:
        for name in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            if container[name].present:
                yield container[name].forbidden(
                    "may not be set for init containers without restartPolicy=Always"
                )
        for policy in container["resizePolicy"].items():
            if policy["restartPolicy"].text == "RestartContainer":
                yield policy["restartPolicy"].invalid(
                    "must not be set to 'RestartContainer' for non-sidecar initContainers"
                )


def _restart_policy(container: Field, release: Release, *, init: bool) -> Problems:
    policy, rules = container["restartPolicy"], container["restartPolicyRules"]
    if not release.restart_rules:
        if policy.is_text and init and policy.text != "Always":
            yield policy.unsupported(("Always",))
        elif policy.present and not init:
            yield policy.forbidden("may not be set for non-init containers")
        return
    if policy.is_text and policy.text not in _RESTART:
        yield policy.unsupported(_RESTART)
    if not policy.present and rules.count:
        yield policy.required("must specify restartPolicy when restart rules are used")
    yield from rules.fewer_than(_MOST_RULES)
    for rule in rules.items():
        yield from rule["action"].choice(_ALL_ACTIONS if release.restart_all else _ACTIONS)
        yield from rule["exitCodes"].need("must be specified")
        if isinstance(rule["exitCodes"].value, dict):
            yield from rule["exitCodes"]["operator"].choice(("In", "NotIn"))
            yield from rule["exitCodes"]["values"].fewer_than(_MOST_CODES)
