"""What the cluster opens to the outside: ingresses, gateways, addresses of services, values of charts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from roastery.policies import helm
from roastery.policies import tokens as t
from roastery.policies.derived import parsed
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import PropertyNode, UnprovenError

_GATEWAYS = (
    "kubernetes:gateway.networking.k8s.io/v1:Gateway",
    "kubernetes:gateway.networking.k8s.io/v1beta1:Gateway",
    "kubernetes:networking.istio.io/v1:Gateway",
    "kubernetes:networking.istio.io/v1beta1:Gateway",
)
_PRIVILEGES = frozenset({"hostNetwork", "privileged", "hostPID", "hostIPC"})
_INGRESS_CLASS = "kubernetes.io/ingress.class"
_PRIVATE = "appgw.ingress.kubernetes.io/use-private-ip"
# A private link service gives the load balancer to whoever is approved, of any subscription.
_LINK = "service.beta.kubernetes.io/azure-pls-create"
_PUBLIC_KINDS = frozenset({"loadbalancer", "nodeport"})
_SPLIT = re.compile(r"[._-]|(?<=[a-z])(?=[A-Z])")


def _ingress(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    annotations = resource.at("metadata.annotations")
    named = resource.get("spec.ingressClassName") or annotations.item(_INGRESS_CLASS)
    private = str(annotations.item(_PRIVATE)).lower() == "true"
    named = named or resource.get("spec.gatewayClassName")
    if not private and str(named or "") not in settings["classes"]:
        what = f"class {named}" if named else "the default class"
        yield Violation("spec", f"is served by {what}, which is not listed as internal in `classes`")


def _addresses(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.properties.present("spec.externalIPs"):
        yield Violation("spec.externalIPs", "takes traffic of these addresses, whoever owns them")
    if resource.lower_text("spec.type") == "externalname":
        yield Violation(
            "spec.type", f"is ExternalName: the name leads to {resource.get('spec.externalName')}"
        )
    annotations = resource.at("metadata.annotations")
    if str(annotations.item(_LINK)).lower() == "true":
        yield Violation(f"metadata.annotations[{_LINK}]", "offers the service to other subscriptions")


def _routing(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    """Add-ons that bring an ingress controller with a public address by default."""
    del settings
    routing = resource.at("ingressProfile.webAppRouting")
    kind = routing.lower_text("nginx.defaultIngressControllerType")
    if routing.get("enabled") is True and kind not in {"internal", "none"}:
        path = f"{routing.path}.nginx.defaultIngressControllerType"
        yield Violation(path, f"is {kind or 'not set'}, must be Internal or None")
    addons = resource.get("addonProfiles", {})
    for name in ("httpApplicationRouting", "ingressApplicationGateway"):
        if isinstance(addons, dict) and resource.get(f"addonProfiles.{name}.enabled") is True:
            yield Violation(f"addonProfiles.{name}.enabled", "is true: it makes a public address")


def exposed_values(node: PropertyNode) -> Iterator[Violation]:
    """What the values of a chart open, by the names that charts use: a service, an ingress, a node's port."""
    try:
        value = node.known
    except UnprovenError:
        return
    if isinstance(value, str):
        yield from _exposed_text(node.path, value)
    elif isinstance(value, list):
        for child in node.each():
            yield from exposed_values(child)
    elif isinstance(value, dict):
        yield from _exposed_map(node, cast("dict[str, Any]", value))


def _exposed_text(path: str, text: str) -> Iterator[Violation]:
    if text.lower() == "true" and path.lower().endswith("ingress.enabled"):
        yield Violation(path, "is true: it makes an ingress")
    if text.lower() in _PUBLIC_KINDS and _is_service(path):
        yield Violation(path, f"is {text}: the service gets an address outside of the cluster")


def _exposed_map(node: PropertyNode, values: dict[str, Any]) -> Iterator[Violation]:
    if "ingress" in node.path.rpartition(".")[2].lower() and values.get("enabled") is True:
        yield Violation(f"{node.path}.enabled", "is true: the chart makes an ingress")
    internal = _internal(values)
    for key, child in zip(values, node.each(), strict=True):
        if key == "externalIPs" and child.value not in (None, [], {}):
            yield Violation(child.path, "takes traffic of these addresses, whoever owns them")
        if key in _PRIVILEGES and child.value is True:
            yield Violation(child.path, "is true: the chart's pods have rights on their node")
        balanced = isinstance(child.value, str) and child.value.lower() == "loadbalancer"
        if not (internal and balanced):
            yield from exposed_values(child)


def _is_service(path: str) -> bool:
    """Whether the path's last key says that a text is the type of a service: `type`, `serviceType`."""
    last = _SPLIT.split(path.rpartition(".")[2])
    return bool({part.lower() for part in last} & {"type", "kind"})


def _internal(values: dict[str, Any]) -> bool:
    annotations = values.get("annotations")
    if not isinstance(annotations, dict):
        return False
    return str(cast("dict[str, Any]", annotations).get(t.INTERNAL)).lower() == "true"


def _values(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    """Values of a chart whose manifests could not be rendered; of an extension, whose keys have dots."""
    if resource.type != t.EXTENSION and helm.manifests(resource).rendered:
        return  # the manifests are judged
    if resource.type != t.EXTENSION:
        yield from _files(resource)
        for violation in exposed_values(resource.at("values")):
            yield Violation(violation.path, f"{violation.message} (read in the values, not rendered)")
        return
    if resource.lower_text("extensionType") in {name.lower() for name in settings["extensions"]}:
        return  # `ml-extension-front` knows its settings
    for node in resource.each("configurationSettings"):
        yield from exposed_values(node)


def _files(resource: DeclaredResource) -> Iterator[Violation]:
    """Files of values: their text, where the state holds it."""
    for node in resource.each("valueYamlFiles"):
        text = node.get("text") if isinstance(node.known, dict) else None
        if not isinstance(text, str):
            yield Violation(node.path, "holds values that are not in the state, so that no policy reads them")
            continue
        for manifest in parsed(text):
            yield from exposed_values(PropertyNode(dict(manifest), f"{node.path}.text"))


POLICIES = (
    Policy(
        id="ingress-internal",
        title="Ingresses and gateways are served by an internal class",
        reason="The class decides which address answers; the default one of AKS's add-ons is public.",
        fix="Use an internal class and list it in `classes`, or the cluster's own service.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 5.4.5", "MCSB NS-2"),
        types=(t.INGRESS, *_GATEWAYS),
        check=_ingress,
        charts=True,
        config={
            "classes": {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "description": "Classes of ingresses and gateways that have private addresses only.",
            }
        },
    ),
    Policy(
        id="service-addresses",
        title="Services take no addresses of others",
        reason="externalIPs and ExternalName redirect traffic of others (CVE-2020-8554).",
        fix="Remove externalIPs, use a selector instead of ExternalName, and no private link service.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-2",),
        types=(t.SERVICE,),
        check=_addresses,
        charts=True,
    ),
    Policy(
        id="aks-ingress-private",
        title="Add-ons of the cluster make no public ingress",
        reason="The add-on's default ingress controller has a public address.",
        fix="Set defaultIngressControllerType to Internal or None, or turn the add-on off.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-2",),
        types=(t.AKS,),
        check=_routing,
    ),
    Policy(
        id="chart-exposure",
        title="Values of charts and extensions open nothing",
        reason="A chart makes load balancers, ingresses and privileged pods that the state does not list.",
        fix="Set the service to ClusterIP or annotate it internal, and leave ingress and privileges off.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-2",),
        types=(*t.CHARTS, t.EXTENSION),
        check=_values,
        config={
            "extensions": {
                "type": "array",
                "items": {"type": "string"},
                "default": ["Microsoft.AzureML.Kubernetes"],
                "description": "Extensions that a policy of their own judges.",
            }
        },
    ),
)
