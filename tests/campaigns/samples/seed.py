"""Puts in place what a sample presupposes: its group, its parents, and every resource whose id it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from clients import SUBSCRIPTION

from azsandbox.arm import ids
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.arm_api.resources import Resources

_ID = re.compile(r"^/subscriptions/[^/]+(/.*)?$", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"[{<](?=[\w.-]+[}>])|(?<=[\w.-])[}>]")
_NETWORK = "microsoft.network"
_SKU: dict[str, Any] = {"sku": {"name": "Standard"}}

# What a rule reads of a resource that another one refers to, in azure-native's shape.
INPUTS: dict[str, dict[str, Any]] = {
    f"{_NETWORK}/virtualnetworks": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}},
    f"{_NETWORK}/virtualnetworks/subnets": {"addressPrefix": "10.0.0.0/16"},
    f"{_NETWORK}/publicipaddresses": {**_SKU, "publicIPAllocationMethod": "Static"},
    f"{_NETWORK}/publicipprefixes": {**_SKU, "prefixLength": 28},
    "microsoft.storage/storageaccounts": {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    "microsoft.keyvault/vaults": {
        "properties": {"sku": {"family": "A", "name": "standard"}, "enablePurgeProtection": True}
    },
    "microsoft.containerregistry/registries": {"sku": {"name": "Premium"}},
    "microsoft.containerservice/managedclusters": {
        "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D4s_v5"}],
        "dnsPrefix": "seed",
        "identity": {"type": "SystemAssigned"},
        "kubernetesVersion": "1.33",
        "networkProfile": {"networkPlugin": "azure"},
        "oidcIssuerProfile": {"enabled": True},
    },
    "microsoft.machinelearningservices/workspaces": {
        "identity": {"type": "SystemAssigned"},
        "managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"},
    },
    "microsoft.eventhub/namespaces": {"sku": {"name": "Standard", "tier": "Standard"}},
    "microsoft.eventhub/namespaces/eventhubs": {"partitionCount": 4},
    "microsoft.operationalinsights/workspaces": {"sku": {"name": "PerGB2018"}},
    "microsoft.insights/privatelinkscopes": {
        "accessModeSettings": {"ingestionAccessMode": "Open", "queryAccessMode": "Open"}
    },
}


def plain(value: Any) -> Any:
    """The body with ids of the sandbox's subscription, and without braces around placeholders in ids."""
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str) and _ID.match(value) and " " not in value.strip():
        tail = value.strip().strip("/").split("/")[2:]
        return _PLACEHOLDER.sub("", "/".join(["", "subscriptions", SUBSCRIPTION, *tail]))
    return value


def named(value: Any) -> Iterator[str]:
    """Every ARM id in a body, in keys too."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from named(key)
            yield from named(item)
    elif isinstance(value, list):
        for item in value:
            yield from named(item)
    elif isinstance(value, str) and _ID.match(value):
        yield value


def prepare(resources: Resources, identifier: str, body: Any, location: str) -> None:
    """Store what the sample needs, each with the least that a rule reads."""
    for target in named(body):
        if ids.key(target) != ids.key(identifier) and not ids.below(target, identifier):
            _ensure(resources, target, location)
    above = ids.parent_of(identifier)
    if above:
        _ensure(resources, above, location)
    scope = ids.parse(identifier).scope
    if "/" in scope.strip("/"):
        _ensure(resources, scope, location)


def _ensure(resources: Resources, identifier: str, location: str) -> None:
    subscription: Subscription = resources.subscription
    group = ids.group_of(identifier)
    if group and subscription.get(group) is None:
        _store(resources, group, {"location": location, "resourceGroupName": ids.parse(group).name})
    if ids.parse(identifier).kind.count("/") < 1 or subscription.get(identifier) is not None:
        return
    if "/providers/" not in identifier.lower():
        return
    above = ids.parent_of(identifier)
    if above:
        _ensure(resources, above, location)
    _store(resources, identifier, {"location": location})


def _store(resources: Resources, identifier: str, inputs: dict[str, Any]) -> None:
    """An adopted resource: as if it had been there before the sandbox knew of it."""
    spec = resources.type_of(identifier)
    kind = spec.kind if spec else ids.parse(identifier).kind
    inputs = {**inputs, **INPUTS.get(kind.lower(), {})}
    if spec:
        inputs |= resources.paths.parameters(spec, identifier)
    token = spec.token if spec else "azure-native:seed:Other"
    outputs: dict[str, Any] = {**inputs, "provisioningState": "Succeeded"}
    if "identity" in inputs:
        outputs["identity"] = {
            "type": "SystemAssigned",
            "principalId": "00000000-0000-0000-0000-00000000beef",
        }
    resources.subscription.put(
        Resource(id=identifier, token=token, kind=kind, inputs=inputs, outputs=outputs)
    )
