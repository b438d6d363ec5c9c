"""What Azure ML refuses about workspaces: parts, identities, kinds, encryption.

Source: learn.microsoft.com, "Manage Azure Machine Learning workspaces", "Workspace managed virtual network
isolation", "Customer-managed keys for Azure Machine Learning", "Set up authentication between Azure Machine
Learning and other services"; azurerm's machine_learning_workspace (2026-12-01).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.machinelearningservices.rules.outbound_rules import NOT_ISOLATED
from azsandbox.services.machinelearningservices.rules.reading import at, items, section, text

_REQUIRED = {
    "default": ("storageAccount", "keyVault", "identity"),
    "hub": ("storageAccount", "keyVault", "identity"),
    "featurestore": ("storageAccount", "keyVault", "applicationInsights", "identity"),
    "project": ("hubResourceId", "identity"),
}
_KINDS = ("Default", "Hub", "Project", "FeatureStore")
_KEY = re.compile(
    r"https://(?P<vault>[a-zA-Z0-9-]{3,24})\.(vault|managedhsm)\.[a-z.]+/keys/[0-9a-zA-Z-]{1,127}(/[0-9a-f]{32})?/?"
)
_HUB = "microsoft.machinelearningservices/workspaces"


def _kind(inputs: Values) -> str:
    return str(inputs.get("kind") or "Default").lower()


def required_parts_are_set(inputs: Values) -> Iterator[Problem]:
    kind = _kind(inputs)
    for name in _REQUIRED.get(kind, ()):
        if inputs.get(name) is None:
            noun = "workspace" if kind == "default" else f"workspace of kind {inputs['kind']}"
            yield Problem(name, f"is required for a {noun}", code="required")
    if kind == "default" and inputs.get("applicationInsights") is None:  # recorded on 2023-06-30: taken
        yield Problem("applicationInsights", "is missing: nothing monitors the endpoints", warning=True)
    if inputs.get("v1LegacyMode") is True:
        yield Problem("v1LegacyMode", "is true, which disables the current API", warning=True)


def kind_is_known(inputs: Values) -> Iterator[Problem]:
    name, kind = text(inputs.get("kind")), _kind(inputs)
    if name and kind not in _REQUIRED:
        yield Problem("kind", f"{name!r} is none of {', '.join(_KINDS)}{suggestion(name, _KINDS)}")
    if name is None and inputs.get("kind") is not None:
        return
    if inputs.get("hubResourceId") is not None and kind in {"default", "hub", "featurestore"}:
        yield Problem("hubResourceId", f"goes with kind Project only, but the kind is {name or 'Default'}")
    settings = section(inputs.get("featureStoreSettings"))
    if settings and kind != "featurestore" and kind in _REQUIRED:
        yield Problem(
            "featureStoreSettings", f"go with kind FeatureStore only, but the kind is {name or 'Default'}"
        )
    if kind == "project":
        for part in ("storageAccount", "keyVault", "applicationInsights", "containerRegistry"):
            if inputs.get(part) is not None:
                yield Problem(part, "is the hub's: a project takes it from there", warning=True)


def primary_identity_is_assigned(inputs: Values) -> Iterator[Problem]:
    identity, primary = section(inputs.get("identity")), text(inputs.get("primaryUserAssignedIdentity"))
    kind = str(identity.get("type") or "").replace(" ", "").lower()
    assigned = [text(item) for item in items(identity.get("userAssignedIdentities"))]
    known = [ids.key(item) for item in assigned if item is not None]
    path = "primaryUserAssignedIdentity"
    if primary and kind and "userassigned" not in kind:
        yield Problem(path, f"needs an identity of type UserAssigned, but its type is {identity['type']}")
    elif primary and known and None not in assigned and ids.key(primary) not in known:
        yield Problem(path, f"{primary!r} is not among identity.userAssignedIdentities")
    elif inputs.get(path) is None and kind == "userassigned" and len(assigned) > 1:
        yield Problem(
            path, f"is required: which of the {len(assigned)} identities the workspace uses", code="required"
        )


def encryption_names_a_key(inputs: Values) -> Iterator[Problem]:
    encryption, path = section(inputs.get("encryption")), "encryption.keyVaultProperties"
    key, vault = (
        text(at(encryption, f"keyVaultProperties.{name}")) for name in ("keyIdentifier", "keyVaultArmId")
    )
    match = _KEY.fullmatch(key) if key else None
    if key and match is None:
        yield Problem(
            f"{path}.keyIdentifier",
            f"{key!r} is not the address of a key: https://<vault>.vault.azure.net/keys/<key>/<version>",
        )
    if (
        match
        and vault
        and ids.looks_like_id(vault)
        and ids.parse(vault).name.lower() != match["vault"].lower()
    ):
        yield Problem(
            f"{path}.keyIdentifier",
            f"{key!r} is a key of another vault than keyVaultArmId, '{ids.parse(vault).name}'",
        )


def network_is_declared_once(inputs: Values) -> Iterator[Problem]:
    network = section(inputs.get("managedNetwork"))
    if network.get("outboundRules") and network.get("isolationMode") in NOT_ISOLATED:
        yield Problem("managedNetwork.outboundRules", "need an isolationMode other than Disabled")
    sku = text(network.get("firewallSku"))
    if sku and sku not in {"Standard", "Basic"}:
        yield Problem("managedNetwork.firewallSku", f"{sku!r} is none of Standard, Basic")


# with the subscription


def isolation_is_not_loosened(request: Request) -> None:
    if request.existing is None:
        return
    old = at(request.existing.inputs, "managedNetwork.isolationMode")
    new = request.at("managedNetwork.isolationMode")
    if old not in NOT_ISOLATED and new in NOT_ISOLATED:
        raise _refusal(f"Managed network isolation '{old}' cannot be disabled once it is enabled.")
    if (old, new) == ("AllowOnlyApprovedOutbound", "AllowInternetOutbound"):
        raise _refusal(f"Managed network isolation '{old}' cannot be changed to '{new}' once it is set.")


def storage_is_standard_and_flat(request: Request) -> None:
    account = request.subscription.get(str(request.inputs.get("storageAccount")))
    if account is None:
        return
    premium = str(section(account.inputs.get("sku")).get("name", "")).startswith("Premium")
    if premium or account.inputs.get("isHnsEnabled"):
        kind = "premium" if premium else "hierarchical (isHnsEnabled)"
        raise _refusal(
            f"Storage account '{account.id}' is {kind}: the default storage of a workspace can't be."
        )
    mode = request.inputs.get("systemDatastoresAuthMode")
    if account.inputs.get("allowSharedKeyAccess") is False and mode == "AccessKey":
        raise _refusal(
            f"systemDatastoresAuthMode is AccessKey, but storage account '{account.id}' has "
            "allowSharedKeyAccess: "
            "false: use Identity."
        )


def encryption_key_is_protected(request: Request) -> None:
    """A vault that loses its keys loses the workspace: "Customer-managed keys", Prerequisites."""
    identifier = text(request.at("encryption.keyVaultProperties.keyVaultArmId"))
    vault = request.subscription.get(identifier) if identifier else None
    if vault is None:
        return
    if ids.parse(vault.id).kind.lower() != "microsoft.keyvault/vaults":
        raise _refusal(
            f"encryption.keyVaultProperties.keyVaultArmId is '{vault.id}', which is not a key vault."
        )
    if at(vault.inputs, "properties.enablePurgeProtection") is not True:
        raise _refusal(
            f"Key vault '{vault.id}' of the encryption key has no purge protection: set "
            "enablePurgeProtection."
        )


def hub_fits(request: Request) -> None:
    identifier = text(request.inputs.get("hubResourceId"))
    hub = request.subscription.get(identifier) if identifier else None
    if hub is None:
        return
    if hub.kind.lower() != _HUB or _kind(hub.inputs) != "hub":
        raise _refusal(f"hubResourceId is '{hub.id}', which is not a workspace of kind Hub.")
    region, own = (
        regions.canonical(str(values.get("location", ""))) for values in (hub.inputs, request.inputs)
    )
    if region and own and region != own:
        raise _refusal(
            f"Project '{request.name}' is in {own}, but its hub is in {region}: they must be in one region."
        )


def _refusal(message: str) -> ArmError:
    return ArmError(400, "ValidationError", message)
