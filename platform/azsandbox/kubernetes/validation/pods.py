"""Pods and pod templates.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidatePodSpec, ValidatePodTemplateSpec).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import (
    addresses,
    containers,
    metadata,
    names,
    quantities,
    resources,
    scheduling,
    security,
    volumes,
)
from azsandbox.kubernetes.validation.field import Field, Problems, distinct
from azsandbox.kubernetes.validation.release import Release

_RESTART = ("Always", "OnFailure", "Never")
_DNS = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_NAMESERVERS, _SEARCH_PATHS, _SEARCH_LENGTH = 3, 32, 2048
_LARGEST_INT32 = 2**31 - 1
_HOSTNAME = 64


def template(field: Field, release: Release, claim_templates: frozenset[str] = frozenset()) -> Problems:
    """The template of a workload's pods."""
    yield from metadata.template(field["metadata"])
    yield from _annotations(field["metadata"]["annotations"], field["spec"])
    yield from spec(field["spec"], release, claim_templates)
    if field["spec"]["ephemeralContainers"].count:
        yield field["spec"]["ephemeralContainers"].forbidden(
            "ephemeral containers not allowed in pod template"
        )


def pod(manifest: Field, release: Release) -> Problems:
    """A pod without a controller."""
    field = manifest["spec"]
    yield from spec(field, release, pod_name=manifest["metadata"]["name"].text)
    yield from _annotations(manifest["metadata"]["annotations"], field)
    for container in [*field["containers"].items(), *field["initContainers"].items()]:
        image = container["image"]
        if image.text and image.text != image.text.strip():
            yield image.invalid("must not have leading or trailing whitespace")
    if field["ephemeralContainers"].count:
        yield field["ephemeralContainers"].forbidden("cannot be set on create")
    if field["nodeName"].text and field["schedulingGates"].count:
        yield field["nodeName"].forbidden("cannot be set until all schedulingGates have been cleared")


def spec(
    field: Field, release: Release, claim_templates: frozenset[str] = frozenset(), *, pod_name: str = ""
) -> Problems:
    """The specification of a pod."""
    if field.unknown:
        return
    yield from volumes.validate(field["volumes"], pod_name)
    yield from containers.validate(field, release, claim_templates)
    yield from field["restartPolicy"].option(_RESTART)
    yield from field["dnsPolicy"].option(_DNS)
    yield from metadata.labels(field["nodeSelector"])
    yield from security.pod(field["securityContext"], field)
    yield from security.system(field)
    yield from scheduling.affinity(field["affinity"])
    yield from scheduling.tolerations(field["tolerations"])
    yield from scheduling.topology_spread(field["topologySpreadConstraints"])
    yield from _dns(field["dnsConfig"], field["dnsPolicy"], release)
    yield from _names(field)
    yield from _host(field, release)
    yield from _gates(field)
    yield from _pod_resources(field)
    yield from field["activeDeadlineSeconds"].between(1, _LARGEST_INT32)
    if field["preemptionPolicy"].present:
        yield from field["preemptionPolicy"].choice(("PreemptLowerPriority", "Never"))
    for claim in field["resourceClaims"].items():
        yield from claim["name"].named(names.dns_label)
    yield from distinct(claim["name"] for claim in field["resourceClaims"].items())


def _names(field: Field) -> Problems:
    for name, check in (
        ("serviceAccountName", names.dns_subdomain),
        ("nodeName", names.dns_subdomain),
        ("priorityClassName", names.dns_subdomain),
        ("hostname", names.dns_label),
        ("subdomain", names.dns_label),
    ):
        if field[name].text:
            yield from field[name].matches(check)
    yield from field["runtimeClassName"].matches(names.dns_subdomain)


def _host(field: Field, release: Release) -> Problems:
    """What a pod shares with its node."""
    if field["shareProcessNamespace"].on and field["hostPID"].on:
        yield field["shareProcessNamespace"].invalid(
            "ShareProcessNamespace and HostPID cannot both be enabled"
        )
    if field["hostUsers"].value is False:
        for name in ("hostNetwork", "hostPID", "hostIPC"):
            if field[name].on:
                yield field[name].forbidden("when `hostUsers` is false")
    for alias in field["hostAliases"].items():
        if alias["ip"].empty:
            yield alias["ip"].invalid("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)", "")
        else:
            yield from addresses.address(alias["ip"], release)
        for hostname in alias["hostnames"].items():
            yield from hostname.matches(names.dns_subdomain)
    override = field["hostnameOverride"]
    if override.present and (field["setHostnameAsFQDN"].on or field["hostNetwork"].on):
        name = "setHostnameAsFQDN" if field["setHostnameAsFQDN"].on else "hostNetwork"
        yield override.forbidden(f"may not be specified when {name} is true")
    yield from override.shorter_than(_HOSTNAME)
    yield from override.matches(names.dns_subdomain)


def _gates(field: Field) -> Problems:
    for gate in field["readinessGates"].items():
        yield from gate["conditionType"].named(names.qualified_name)
    for gate in field["schedulingGates"].items():
        yield from gate["name"].named(names.qualified_name)
    yield from distinct(gate["name"] for gate in field["schedulingGates"].items())


def _dns(field: Field, policy: Field, release: Release) -> Problems:
    servers, searches = field["nameservers"], field["searches"]
    if policy.text == "None":
        if not field.present:
            yield field.required("must provide `dnsConfig` when `dnsPolicy` is None")
            return
        yield from servers.need("must provide at least one DNS nameserver when `dnsPolicy` is None")
    if servers.count > _NAMESERVERS:
        yield servers.invalid(f"must not have more than {_NAMESERVERS} nameservers")
    for server in servers.items():
        yield from addresses.address(server, release)
    if searches.count > _SEARCH_PATHS:
        yield searches.invalid(f"must not have more than {_SEARCH_PATHS} search paths")
    if len(" ".join(searches.texts())) > _SEARCH_LENGTH:
        yield searches.invalid(
            f"must not have more than {_SEARCH_LENGTH} characters (including spaces) in the search list"
        )
    for search in searches.items():
        if search.is_text and search.text != ".":
            yield from Field(search.text.removesuffix("."), search.path).matches(names.underscored_subdomain)
    for option in field["options"].items():
        yield from option["name"].need("must not be empty")


def _pod_resources(field: Field) -> Problems:
    """Requests of the whole pod cover those of its containers."""
    for name, value in field["overhead"].entries():
        yield from resources.container_name(value, name)
        yield from resources.amount(value, name)
    whole = field["resources"]
    if not isinstance(whole.value, dict):
        return
    yield from resources.requirements(whole, pod=True)
    if whole["claims"].present:
        yield whole["claims"].forbidden("claims may not be set for Resources at pod-level")
    for name, value in whole["requests"].entries():
        needed, total = resources.total(field["containers"].items(), "requests", name), quantities.of(value)
        if total is not None and needed > total:
            yield value.invalid(
                f"must be greater than or equal to aggregate container requests of {needed:f}"
            )
    for container in field["containers"].items():
        for name, value in container["resources"]["limits"].entries():
            low, high = quantities.of(value), quantities.of(whole["limits"][name])
            if low is not None and high is not None and low > high:
                yield value.invalid(
                    f"must be less than or equal to pod limits of {whole['limits'][name].value}"
                )


def _annotations(field: Field, pod_spec: Field) -> Problems:
    cost = field.key("controller.kubernetes.io/pod-deletion-cost")
    if cost.text:
        number = cost.text.removeprefix("-")
        if not (number.isascii() and number.isdigit()) or (number != "0" and number.startswith("0")):
            yield cost.invalid("must be a 32bit integer")
    mirror = field.key("kubernetes.io/config.mirror")
    if mirror.present and pod_spec["nodeName"].empty:
        yield mirror.invalid("must set spec.nodeName if mirror pod annotation is set")
