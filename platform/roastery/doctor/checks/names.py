"""Names that are global in Azure: free, or already this stack's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from roastery.doctor.examination import Examination
from roastery.doctor.model import Finding, error, ok

# Kind → type, and the API version of its checkNameAvailability.
TYPES: Mapping[str, tuple[str, str]] = {
    "container registry": ("Microsoft.ContainerRegistry/registries", "2023-07-01"),
    "data lake": ("Microsoft.Storage/storageAccounts", "2023-05-01"),
    "event hub namespace": ("Microsoft.EventHub/namespaces", "2024-01-01"),
    "key vault": ("Microsoft.KeyVault/vaults", "2023-07-01"),
    "shared registry": ("Microsoft.ContainerRegistry/registries", "2023-07-01"),
    "state account": ("Microsoft.Storage/storageAccounts", "2023-05-01"),
    "state vault": ("Microsoft.KeyVault/vaults", "2023-07-01"),
    "storage account": ("Microsoft.Storage/storageAccounts", "2023-05-01"),
}
_VAULTS = "Microsoft.KeyVault/vaults"
_RESOURCES = "2021-04-01"


def free(examination: Examination) -> Iterator[Finding]:
    """ARM is asked for each; one that is taken may be this subscription's own."""
    deleted = _deleted_vaults(examination)
    for kind, name in examination.stack.global_names():
        type_, version = TYPES[kind]
        namespace = type_.partition("/")[0]
        if type_ == _VAULTS and name in deleted:
            yield error(
                f"{kind} {name} is soft-deleted, which keeps its name",
                f"az keyvault recover --name {name} (or, for good: az keyvault purge --name {name})",
            )
            continue
        body = {"name": name} if kind == "event hub namespace" else {"name": name, "type": type_}
        answer = examination.arm.post(f"/providers/{namespace}/checkNameAvailability", version, body)
        if answer.get("nameAvailable"):
            yield ok(f"{kind} {name} is free")
        elif group := own_group(examination, type_, name):
            yield ok(f"{kind} {name} exists, in {group}")
        else:
            yield error(
                f"{kind} {name} is taken: {answer.get('message') or answer.get('reason')}",
                "change roastery:workload or roastery:environment, from which names are composed",
            )


def own_group(examination: Examination, type_: str, name: str) -> str:
    """The resource group of this subscription's resource of that name; empty if it has none."""
    identifier = own_id(examination, type_, name)
    return identifier.split("/")[4] if identifier else ""


def own_id(examination: Examination, type_: str, name: str) -> str:
    """The id of this subscription's resource of that type and name; empty if it has none."""
    query = f"$filter=resourceType eq '{type_}' and name eq '{name}'"
    for row in examination.arm.listed("/resources", _RESOURCES, query):
        if str(row.get("name", "")).lower() == name.lower():
            return str(row["id"])
    return ""


def _deleted_vaults(examination: Examination) -> set[str]:
    rows = examination.arm.listed("/providers/Microsoft.KeyVault/deletedVaults", "2023-07-01")
    return {str(row["name"]).lower() for row in rows}
