"""What Azure ML refuses about workspaces and their managed networks."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_REQUIRED = ("storageAccount", "keyVault", "applicationInsights", "identity")
_NOT_ISOLATED = (None, "", "Disabled")


def required_parts_are_set(inputs: Values) -> Iterator[Problem]:
    if str(inputs.get("kind", "Default")).lower() not in {"default", "hub"}:
        return
    for name in _REQUIRED:
        if inputs.get(name) is None:
            yield Problem(name, "is required for a workspace", code="required")
    if inputs.get("v1LegacyMode") is True:
        yield Problem("v1LegacyMode", "is true, which disables the current API", warning=True)


def outbound_rules_have_a_managed_network(inputs: Values) -> Iterator[Problem]:
    network = inputs.get("managedNetwork")
    if (
        isinstance(network, dict)
        and network.get("outboundRules")
        and network.get("isolationMode") in _NOT_ISOLATED
    ):
        yield Problem("managedNetwork.outboundRules", "need an isolationMode other than Disabled")


def isolation_is_not_removed(request: Request) -> None:
    if request.existing is None:
        return
    old = (request.existing.inputs.get("managedNetwork") or {}).get("isolationMode")
    new = request.at("managedNetwork.isolationMode")
    if old not in _NOT_ISOLATED and new in _NOT_ISOLATED:
        raise ArmError(
            400,
            "ValidationError",
            f"Managed network isolation '{old}' cannot be disabled once it is enabled.",
        )


def storage_is_standard_and_flat(request: Request) -> None:
    account = request.subscription.get(str(request.inputs.get("storageAccount")))
    if account is None:
        return
    premium = str((account.inputs.get("sku") or {}).get("name", "")).startswith("Premium")
    if premium or account.inputs.get("isHnsEnabled"):
        kind = "premium" if premium else "hierarchical (isHnsEnabled)"
        raise ArmError(
            400,
            "ValidationError",
            f"Storage account '{account.id}' is {kind}: the default storage of a workspace can't be.",
        )


def workspace_has_a_managed_network(request: Request) -> None:
    """What an outbound rule of its own needs."""
    workspace = request.parent
    mode = ((workspace.inputs.get("managedNetwork") or {}) if workspace else {}).get("isolationMode")
    if mode in _NOT_ISOLATED:
        raise ArmError(
            400,
            "ValidationError",
            "Outbound rules need a managed network: the workspace's isolationMode is Disabled.",
        )
