"""What Event Hubs refuses about capture: where it goes, in which files, as which identity.

Sources, 2026-12-01: REST specification of event hubs (capture description);
learn.microsoft.com/azure/event-hubs, event-hubs-capture-overview and event-hubs-capture-managed-identity;
terraform-provider-azurerm, eventhub_resource.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.schema.validate import Problem
from azsandbox.services.eventhub.rules import bad_request, tier_of

_SECONDS = (60, 900)
_BYTES = (10_485_760, 524_288_000)
_PARTS = (
    *("{Namespace}", "{EventHub}", "{PartitionId}"),
    *("{Year}", "{Month}", "{Day}", "{Hour}", "{Minute}", "{Second}"),
)
_BLOBS, _LAKE = "EventHubArchive.AzureBlockBlob", "EventHubArchive.AzureDataLake"
_DESTINATION = "captureDescription.destination"


def windows_within_limits(inputs: Values) -> Iterator[Problem]:
    for name, (least, most) in (("intervalInSeconds", _SECONDS), ("sizeLimitInBytes", _BYTES)):
        value = walk.value(inputs, f"captureDescription.{name}")
        if isinstance(value, (int, float)) and not least <= value <= most:
            yield Problem(f"captureDescription.{name}", f"{value:g} is not between {least} and {most}")


def destination_is_complete(inputs: Values) -> Iterator[Problem]:
    if walk.value(inputs, "captureDescription.enabled") is not True:
        return
    destination = walk.value(inputs, _DESTINATION)
    if destination is None:
        yield Problem(_DESTINATION, "is required with captureDescription.enabled")
    if not isinstance(destination, dict):
        return
    name, needed = destination.get("name"), ("storageAccountResourceId", "blobContainer")
    if name is None or name == _BLOBS:
        needed = ("name", *needed) if name is None else needed
    elif name == _LAKE:
        needed = ()
    elif isinstance(name, str):
        yield Problem(f"{_DESTINATION}.name", f"{name!r} is none of {_BLOBS}, {_LAKE}")
    for field in needed:
        if destination.get(field) in (None, ""):
            yield Problem(f"{_DESTINATION}.{field}", "is required where capture writes blobs")


def destination_is_readable(inputs: Values) -> Iterator[Problem]:
    form = walk.value(inputs, f"{_DESTINATION}.archiveNameFormat")
    missing = [part for part in _PARTS if part not in form] if isinstance(form, str) else []
    if missing:
        path = f"{_DESTINATION}.archiveNameFormat"
        yield Problem(path, f"{form!r} lacks {', '.join(missing)}: all parts are needed")
    user = walk.value(inputs, f"{_DESTINATION}.identity.userAssignedIdentity")
    if walk.value(inputs, f"{_DESTINATION}.identity.type") == "UserAssigned" and user in (None, ""):
        yield Problem(f"{_DESTINATION}.identity.userAssignedIdentity", "is required with type UserAssigned")


def capture_is_possible(request: Request) -> None:
    if request.at("captureDescription.enabled") is not True:
        return
    if tier_of(request) == "Basic":
        raise bad_request("Tier Basic supports no capture: use Standard or Premium.")
    _identity_belongs_to_namespace(request)
    account_id, container = (request.at(f"{_DESTINATION}.{name}") for name in _TARGET)
    account = request.subscription.get(account_id) if isinstance(account_id, str) else None
    if account is None:
        return
    sku = walk.value(account.inputs, "sku.name")
    if isinstance(sku, str) and sku.lower().startswith("premium"):
        raise bad_request(f"Capture does not support the premium storage account '{account_id}'.")
    if isinstance(container, str) and not _has_container(request, account.id, container):
        raise bad_request(f"The container '{container}' of capture does not exist in '{account_id}'.")


_TARGET = ("storageAccountResourceId", "blobContainer")


def _has_container(request: Request, account_id: str, container: str) -> bool:
    return request.subscription.get(f"{account_id}/blobServices/default/containers/{container}") is not None


def _identity_belongs_to_namespace(request: Request) -> None:
    kind: Any = request.at(f"{_DESTINATION}.identity.type")
    namespace = request.parent
    own = namespace.inputs.get("identity") if namespace else None
    identity: Values = own if isinstance(own, dict) else {}
    if kind == "SystemAssigned" and "systemassigned" not in str(identity.get("type", "")).lower():
        raise bad_request("Capture as SystemAssigned needs a system-assigned identity of the namespace.")
    if kind == "UserAssigned":
        assigned = {ids.key(str(name)) for name in identity.get("userAssignedIdentities") or ()}
        user = request.at(f"{_DESTINATION}.identity.userAssignedIdentity")
        if ids.key(str(user)) not in assigned:
            raise bad_request(f"The identity '{user}' of capture is not one of the namespace.")
