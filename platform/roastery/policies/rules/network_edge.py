"""The edge of the network: what a firewall forwards, routes around it, gateways, links to sessions."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.ranges import is_internet
from roastery.policies.values import PropertyNode

_NETWORK = "azure-native:network:"
_BASTION = f"{_NETWORK}BastionHost"
_FIREWALL = f"{_NETWORK}AzureFirewall"
_COLLECTIONS = {
    f"{_NETWORK}FirewallPolicyRuleCollectionGroup": "ruleCollections",
    f"{_NETWORK}FirewallPolicyRuleGroup": "rules",
}
_ROUTES = {f"{_NETWORK}Route": "", f"{_NETWORK}RouteTable": "routes"}
_FRONTS = {
    f"{_NETWORK}LoadBalancer": "frontendIPConfigurations",
    f"{_NETWORK}ApplicationGateway": "frontendIPConfigurations",
}


def _firewall(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    if resource.type == _FIREWALL:
        for name in ("natRuleCollections", "networkRuleCollections", "applicationRuleCollections"):
            if resource.properties.present(name):
                yield Violation(name, "are rules of the firewall itself, beside those of its policy")
        return
    for collection in resource.each(_COLLECTIONS.get(resource.type, "ruleCollections")):
        for rule in (*collection.each("rules"), *collection.each("ruleConditions")):
            yield from _rule(rule, settings)
        if collection.lower_text("action.type") in {"dnat", "snat"}:
            yield Violation(f"{collection.path}.action.type", "forwards what comes from the Internet")


def _rule(rule: PropertyNode, settings: PolicySettings) -> Iterator[Violation]:
    kind = rule.lower_text("ruleType")
    if kind == "natrule":
        yield Violation(rule.path, "forwards what comes from the Internet to a machine")
    targets = rule.texts("destinationAddresses")
    if kind == "networkrule" and is_internet(targets):
        ports = set(rule.texts("destinationPorts"))
        if not ports <= {str(port) for port in settings["ports"]}:
            where = ", ".join(sorted(ports)) or "none"
            yield Violation(f"{rule.path}.destinationAddresses", f"is everybody, on port {where}")
    for name in (*rule.texts("targetFqdns"), *rule.texts("destinationFqdns")):
        if name.strip() in {"*", "*.*"} or fnmatch("example.com", name.strip()):
            yield Violation(f"{rule.path}.targetFqdns", f"is {name}: every host")


def _route(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    path = _ROUTES[resource.type]
    for route in resource.each(path) if path else [resource.properties]:
        prefix = str(route.get("addressPrefix", ""))
        if route.lower_text("nextHopType") == "internet" and is_internet([prefix]):
            where = f"{route.path}.nextHopType" if route.path else "nextHopType"
            yield Violation(where, f"sends {prefix} to the Internet around the firewall")


def _bastion(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.get("enableShareableLink") is True:
        yield Violation("enableShareableLink", "is true: a link opens a session without a role")


def _front(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for front in resource.each(_FRONTS[resource.type]):
        if front.present("publicIPAddress") or front.present("publicIPPrefix"):
            yield Violation(f"{front.path}.publicIPAddress", "answers the Internet")


POLICIES = (
    Policy(
        id="firewall-open",
        title="The firewall forwards nothing from the Internet, and allows named hosts only",
        reason="A rule for every host makes the firewall a router; a forwarding rule is a public port.",
        fix="Name hosts, service tags or ranges; people connect through Bastion.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-3",),
        types=(*_COLLECTIONS, _FIREWALL, f"{_NETWORK}FirewallPolicy"),
        check=_firewall,
        config={
            "ports": {
                "type": "array",
                "items": {"type": "integer"},
                "default": [123],
                "description": "Ports on which a network rule may allow everybody: NTP has no addresses.",
            }
        },
    ),
    Policy(
        id="route-internet",
        title="No route leads around the firewall",
        reason="A more exact route to the Internet takes traffic away from the firewall.",
        fix="Send the range to the firewall, or name a service tag of Azure.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-3",),
        types=tuple(_ROUTES),
        check=_route,
    ),
    Policy(
        id="bastion-link",
        title="Bastion opens no session by a link",
        reason="Whoever has a shareable link needs no role on the machine.",
        fix="Set enableShareableLink false.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB PA-7",),
        types=(_BASTION,),
        check=_bastion,
    ),
    Policy(
        id="balancer-public",
        title="Load balancers and gateways have no public address",
        reason="What answers the Internet is attacked from everywhere.",
        fix="Use a frontend with a subnet.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-2",),
        types=tuple(_FRONTS),
        check=_front,
    ),
)
