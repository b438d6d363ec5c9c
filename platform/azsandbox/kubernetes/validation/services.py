"""Services.

Source: kubernetes pkg/apis/core/validation/validation.go (validateService); defaults:
pkg/apis/core/v1/defaults.go.
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import addresses, metadata, names, probes
from azsandbox.kubernetes.validation.field import Field, Problems, distinct, duplicates
from azsandbox.kubernetes.validation.release import Release

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_LONGEST_AFFINITY = 86400
_NODE_PORTS = (30000, 32767)
_LARGEST_PORT = 65535
_ADDRESSES = 2


def validate(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    if spec.unknown:
        return
    kind = "" if spec["type"].unknown else (spec["type"].text or "ClusterIP")
    headless = "None" in {spec["clusterIP"].text, *spec["clusterIPs"].texts()[:1]}
    uncertain = spec["clusterIP"].unknown or not kind
    yield from spec["type"].option(_TYPES)
    if spec["ports"].empty and not headless and kind != "ExternalName" and not uncertain:
        yield spec["ports"].required()
    if headless and kind in {"LoadBalancer", "NodePort"}:
        yield spec["clusterIPs[0]"].invalid(f"may not be set to 'None' for {kind} services", "None")
    yield from _external_name(spec) if kind == "ExternalName" else _cluster_addresses(spec, release)
    yield from _ports(spec["ports"], kind)
    yield from metadata.labels(spec["selector"])
    yield from _affinity(spec)
    for address in spec["externalIPs"].items():
        yield from addresses.endpoint(address, release)
    yield from _load_balancer(spec, kind, release)
    yield from _traffic(spec, kind, release)


def _external_name(spec: Field) -> Problems:
    name = spec["externalName"]
    for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if not spec[field].empty:
            yield spec[field].forbidden("may not be set for ExternalName services")
    if not spec["clusterIP"].empty:
        yield spec["clusterIPs"].forbidden("may not be set for ExternalName services")
    if name.empty or name.text == ".":
        yield name.required()
    elif name.text:
        yield from Field(name.text.removesuffix("."), name.path).matches(names.dns_subdomain)


def _cluster_addresses(spec: Field, release: Release) -> Problems:
    single, several, families = spec["clusterIP"], spec["clusterIPs"], spec["ipFamilies"]
    if single.empty and several.count:
        yield several.invalid("must be empty when `clusterIP` is not specified")
    elif single.text and several.texts() and several.texts()[0] != single.text:
        yield several.invalid("first value must match `clusterIP`")
    if single.text and several.empty and single.text != "None":
        yield from addresses.address(single, release)
    for index, address in enumerate(several.items()):
        if not (index == 0 and address.text == "None"):
            yield from addresses.address(address, release)
    if several.count > _ADDRESSES:
        yield several.invalid("may only hold up to 2 values")
    if several.count > 1 and several.texts()[:1] == ["None"]:
        yield several.invalid("'None' must be the first and only value")
    for family in families.items():
        yield from family.listed(("IPv4", "IPv6"))
    yield from distinct(families.items())
    policy = spec["ipFamilyPolicy"]
    if policy.is_text and policy.text not in {"PreferDualStack", "RequireDualStack", "SingleStack"}:
        yield policy.unsupported(("PreferDualStack", "RequireDualStack", "SingleStack"))


def _ports(field: Field, kind: str) -> Problems:
    several = field.count > 1
    for port in field.items():
        name, number = port["name"], port["port"]
        if several:
            yield from name.need()
        if name.text:
            yield from name.matches(names.dns_label)
        if not number.present:
            yield number.invalid(f"must be between 1 and {_LARGEST_PORT}, inclusive", 0)
        yield from number.between(1, _LARGEST_PORT)
        yield from port["protocol"].option(_PROTOCOLS)
        if port["targetPort"].number != 0 and not port["targetPort"].empty:
            yield from probes.port(port["targetPort"])
        yield from port["appProtocol"].matches(names.qualified_name)
        if port["nodePort"].number:
            if kind == "ClusterIP":
                yield port["nodePort"].forbidden("may not be used when `type` is 'ClusterIP'")
            yield from port["nodePort"].between(
                *_NODE_PORTS,
                "provided port is not in the valid range. The range of valid ports is 30000-32767",
            )
    yield from distinct(port["name"] for port in field.items())
    yield from _repeated(field, "nodePort")
    yield from _repeated(field, "port")


def _repeated(field: Field, name: str) -> Problems:
    pairs = [
        Field(
            f"{port['protocol'].text or 'TCP'} {port[name].number}",
            port.path if name == "port" else port[name].path,
        )
        for port in field.items()
        if port[name].number and not port["protocol"].unknown
    ]
    for pair in duplicates(pairs):
        protocol, number = pair.text.split()
        yield pair.duplicate({"port": int(number), "protocol": protocol} if name == "port" else int(number))


def _affinity(spec: Field) -> Problems:
    affinity = spec["sessionAffinity"]
    yield from affinity.option(("ClientIP", "None"))
    if affinity.text == "ClientIP":
        seconds = spec["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"]
        yield from seconds.between(
            1, _LONGEST_AFFINITY, f"must be greater than 0 and less than {_LONGEST_AFFINITY}"
        )


def _load_balancer(spec: Field, kind: str, release: Release) -> Problems:
    """What only a load balancer has."""
    ranges = spec["loadBalancerSourceRanges"]
    for item in ranges.items():
        if item.is_text:
            yield from addresses.cidr(Field(item.text.strip(), item.path), release)
    if kind in {"LoadBalancer", ""}:
        yield from spec["loadBalancerClass"].matches(names.qualified_name)
        return
    detail = "may only be used when `type` is 'LoadBalancer'"
    if ranges.count:
        yield ranges.forbidden(detail)
    for name in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
        if spec[name].present:
            yield spec[name].forbidden(detail)


def _traffic(spec: Field, kind: str, release: Release) -> Problems:
    external, check = spec["externalTrafficPolicy"], spec["healthCheckNodePort"]
    accessible = kind in {"LoadBalancer", "NodePort"} or (kind == "ClusterIP" and spec["externalIPs"].count)
    if not accessible and kind and external.text and not spec["externalIPs"].unknown:
        yield external.invalid("may only be set for externally-accessible services")
    elif accessible:
        yield from external.option(("Cluster", "Local"))
    if (
        check.number
        and kind
        and not (kind == "LoadBalancer" and (external.unknown or external.text == "Local"))
    ):
        yield check.invalid(
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        )
    internal, distribution = spec["internalTrafficPolicy"], spec["trafficDistribution"]
    if internal.is_text and internal.text not in {"Cluster", "Local"}:
        yield internal.unsupported(("Cluster", "Local"))
    known = ("PreferClose", "PreferSameZone", "PreferSameNode") if release.same_zone else ("PreferClose",)
    if distribution.is_text and distribution.text not in known:
        yield distribution.unsupported(known)
