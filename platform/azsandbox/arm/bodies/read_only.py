"""The property in ARM of what azure-native has only among its outputs.

Like the tables of `properties`, and with the same source; tests/platform/azsandbox/arm/bodies compares both
with the models of the azure-mgmt packages.
"""

from __future__ import annotations

from azsandbox.arm.bodies.properties import OBJECTS, RESOURCES, property_path

_COMMON = frozenset({"id", "name", "type", "etag", "eTag", "systemData", "location"})
"""Beside `properties` in every object that has them."""
_CONNECTION = "id name type"

BESIDE: dict[str, str] = {
    "compute:VirtualMachine": "managedBy resources",
    "network:ServiceEndpointPolicy": "kind",
    "resources:ResourceGroup": "properties",
    "storage:BlobServiceProperties": "sku",
    "storage:FileServiceProperties": "sku",
}
"""Outputs that are next to `properties` in the same object, besides the inputs that are."""

NESTED: dict[str, str] = {
    "compute:VirtualMachineExtension": "id location name tags type",
    "containerregistry:PrivateEndpointConnection": _CONNECTION,
    "eventgrid:PrivateEndpointConnection": _CONNECTION,
    "keyvault:PrivateEndpointConnectionItem": "etag id",
    "machinelearningservices:PrivateEndpointConnection": f"{_CONNECTION} identity location sku tags",
    "monitor:PrivateEndpointConnection": _CONNECTION,
    "network:ApplicationSecurityGroup": f"{_CONNECTION} tags",
    "network:FlowLog": f"identity {_CONNECTION} tags",
    "network:IPConfiguration": _CONNECTION,
    "network:IPConfigurationProfile": _CONNECTION,
    "network:NetworkInterface": f"extendedLocation {_CONNECTION} tags",
    "network:NetworkInterfaceTapConfiguration": _CONNECTION,
    "network:PrivateEndpoint": f"extendedLocation {_CONNECTION} tags",
    "network:PrivateEndpointConnection": _CONNECTION,
    "storage:ImmutabilityPolicyProperties": "etag updateHistory",
    "storage:PrivateEndpointConnection": _CONNECTION,
}
"""Objects with `properties` of their own that only outputs have → what is next to them."""

_FLATTENED = {"keyvault:Key": "location tags"}
"""Types whose `properties` azure-native flattens among the outputs, but not among the inputs."""

NAMES: dict[str, dict[str, str]] = {
    "applicationinsights:Component": {
        "appId": "AppId",
        "applicationId": "ApplicationId",
        "connectionString": "ConnectionString",
        "creationDate": "CreationDate",
        "hockeyAppToken": "HockeyAppToken",
        "instrumentationKey": "InstrumentationKey",
        "laMigrationDate": "LaMigrationDate",
        "name": "Name",
        "privateLinkScopedResources": "PrivateLinkScopedResources",
        "tenantId": "TenantId",
    },
    "keyvault:Key": {"releasePolicy": "release_policy"},
}
"""Outputs that have another name in ARM."""


def output_path(name: str, key: str, *, top: bool, written: bool = False) -> tuple[str, ...]:
    """The path of an output inside its object in ARM.

    Args:
        name: the type or nested object, `network:Subnet`.
        key: the output's wire name.
        top: it is an output of a resource, not of a nested object.
        written: it is an input as well.
    """
    if top and key in {"id", "name", "type", "etag", "systemData"}:
        return (key,)
    beside = _FLATTENED.get(name) or (RESOURCES[name] if top else OBJECTS.get(name, NESTED.get(name)))
    own = written and not top  # such as the `type` of a scale set's extension
    if beside is not None and not own and (key in BESIDE.get(name, "").split() or key in _COMMON):
        return (key,)
    renamed = NAMES.get(name, {}).get(key)
    if renamed is not None:
        return (renamed,) if beside is None else ("properties", renamed)
    return property_path(name, beside, key) or (key,)
