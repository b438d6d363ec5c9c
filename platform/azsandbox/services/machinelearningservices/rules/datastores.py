"""What Azure ML refuses about datastores.

Source: azure-ai-ml 1.35, `_schema/_datastore`; learn.microsoft.com, "Create datastores", "CLI (v2) Azure
Blob|Files|Data Lake Gen2 datastore YAML schema" (2026-12-01).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services import kinds
from azsandbox.services.machinelearningservices.rules.reading import section, text

_CREDENTIALS = {
    "AzureBlob": frozenset({"AccountKey", "Sas", "None", "ServicePrincipal", "Certificate"}),
    "AzureFile": frozenset({"AccountKey", "Sas", "None"}),
    "AzureDataLakeGen1": frozenset({"ServicePrincipal", "Certificate", "None"}),
    "AzureDataLakeGen2": frozenset({"ServicePrincipal", "Certificate", "None"}),
    "OneLake": frozenset({"ServicePrincipal", "None"}),
}
_NAMED = {"AzureBlob": "containerName", "AzureFile": "fileShareName", "AzureDataLakeGen2": "filesystem"}
_SECRETS = {
    "AccountKey": "key",
    "Sas": "sasToken",
    "ServicePrincipal": "clientSecret",
    "Certificate": "certificate",
}
_PROTOCOLS = frozenset({"https", "http", "abfss", "abfs", "wasbs", "wasb"})
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"\$root|\$web|\$logs|(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
# made with the workspace: "Use datastores"
_OF_WORKSPACE = re.compile(r"azureml|azureml-.*|code-.*|insights-logs-.*|\$\w+")


def credentials_go_with_type(inputs: Values) -> Iterator[Problem]:
    properties = section(inputs, "properties")
    kind, credentials = text(properties.get("datastoreType")), section(properties.get("credentials"))
    sign_in, path = text(credentials.get("credentialsType")), "properties.credentials"
    allowed = _CREDENTIALS.get(kind or "")
    if (
        allowed
        and sign_in
        and sign_in in frozenset().union(*_CREDENTIALS.values())
        and sign_in not in allowed
    ):
        yield Problem(
            f"{path}.credentialsType",
            f"is {sign_in!r}, but a datastore of type {kind} takes {', '.join(sorted(allowed))}",
        )
    for name in ("tenantId", "clientId"):
        value = text(credentials.get(name))
        if value and not _is_guid(value):
            yield Problem(f"{path}.{name}", f"{value!r} is not a GUID")
    secret = _SECRETS.get(sign_in or "")
    secrets = credentials.get("secrets")
    if secret and isinstance(secrets, dict) and secrets.get(secret) is None:
        yield Problem(f"{path}.secrets.{secret}", f"is required for {sign_in}", code="required")
    token = text(section(secrets).get("sasToken"))
    if token and "sig=" not in token:
        yield Problem(f"{path}.secrets.sasToken", "is not a shared access signature: it has no sig=")
    if sign_in and text(section(secrets).get("secretsType")) not in {None, sign_in}:
        yield Problem(f"{path}.secrets.secretsType", f"must be {sign_in!r}, as credentialsType is")


def _is_guid(value: str) -> bool:
    try:
        return bool(uuid.UUID(value))
    except ValueError:
        return False


def storage_is_addressed(inputs: Values) -> Iterator[Problem]:
    properties = section(inputs, "properties")
    kind = text(properties.get("datastoreType"))
    if kind == "AzureBlob":
        for name in ("accountName", "containerName"):
            if properties.get(name) is None:
                yield Problem(f"properties.{name}", "is required for a blob datastore", code="required")
    account = text(properties.get("accountName"))
    if account and not _ACCOUNT.fullmatch(account):
        yield Problem(
            "properties.accountName",
            f"{account!r} is not the name of a storage account: 3 to 24 lower-case letters and digits",
        )
    name = _NAMED.get(kind or "")
    container = text(properties.get(name)) if name else None
    if container and not _CONTAINER.fullmatch(container):
        yield Problem(
            f"properties.{name}",
            f"{container!r} is not a valid name: 3 to 63 lower-case letters, digits and single hyphens",
        )
    protocol, endpoint = text(properties.get("protocol")), text(properties.get("endpoint"))
    if protocol and protocol.lower() not in _PROTOCOLS:
        yield Problem("properties.protocol", f"{protocol!r} is none of {', '.join(sorted(_PROTOCOLS))}")
    if endpoint and ("://" in endpoint or "/" in endpoint):
        yield Problem(
            "properties.endpoint",
            f"{endpoint!r} is not a host suffix such as core.windows.net",
            warning="core" not in endpoint,
        )


# with the subscription


def _account(request: Request) -> Resource | None:
    name = text(request.at("properties.accountName"))
    accounts = request.subscription.of_kind(kinds.STORAGE_ACCOUNT)
    return next((account for account in accounts if account.name == name), None)


def storage_account_exists(request: Request) -> None:
    """An account is named by its name, not by its id, so that ARM's check of references misses it."""
    name = text(request.at("properties.accountName"))
    if name and _account(request) is None:
        raise _refusal(404, f"Storage account '{name}' of datastore '{request.name}' was not found.")


def storage_allows_access(request: Request) -> None:
    account = _account(request)
    if account is None or request.inputs.get("skipValidation") is True:
        return
    kind = request.at("properties.datastoreType")
    if kind == "AzureDataLakeGen2" and not account.inputs.get("isHnsEnabled"):
        raise _refusal(
            400,
            f"Storage account '{account.name}' of datastore '{request.name}' has no hierarchical namespace "
            "(isHnsEnabled): use a datastore of type AzureBlob, or such an account.",
        )
    credentials = request.at("properties.credentials.credentialsType")
    if credentials == "AccountKey" and account.inputs.get("allowSharedKeyAccess") is False:
        raise _refusal(
            403,
            f"properties.credentials of datastore '{request.name}' is an account key, but storage account "
            f"'{account.name}' has allowSharedKeyAccess: false: use credentials of type None, with an "
            "identity.",
        )


def _missing_container(request: Request) -> str | None:
    """What to say about a container or share that its account, if it is modelled, does not have."""
    account = _account(request)
    name = _NAMED.get(str(request.at("properties.datastoreType")))
    container = text(request.at(f"properties.{name}")) if name else None
    if account is None or container is None or _OF_WORKSPACE.fullmatch(container):
        return None
    service, segment = (
        ("fileServices", "shares") if name == "fileShareName" else ("blobServices", "containers")
    )
    identifier = f"{account.id}/{service}/default/{segment}/{container}"
    if request.subscription.get(identifier) is not None or request.subscription.external.covers(identifier):
        return None
    return (
        f"properties.{name} of datastore '{request.name}' is '{container}', which does not exist in storage "
        f"account '{account.name}': create it first."
    )


def _stores_credentials(request: Request) -> bool:
    return request.at("properties.credentials.credentialsType") not in {None, "None"}


def container_exists(request: Request) -> None:
    """The service validates with the credentials that it stores: where there are none, nothing is asked."""
    missing = _missing_container(request) if _stores_credentials(request) else None
    if missing and request.inputs.get("skipValidation") is not True:
        raise _refusal(404, missing)


def container_is_declared(request: Request) -> Iterator[Problem]:
    """Azure takes the datastore, and whatever reads it fails."""
    missing = None if _stores_credentials(request) else _missing_container(request)
    if missing:
        yield Problem("properties", f"takes effect only later: {missing}", warning=True)


def identity_exists(request: Request) -> None:
    """The identity that the workspace reads data as is one that the workspace has."""
    wanted = str(request.at("properties.serviceDataAccessAuthIdentity"))
    identity = section(request.parent.inputs.get("identity")) if request.parent else {}
    kind = str(identity.get("type", "")).replace(" ", "").lower()
    needed = {
        "WorkspaceSystemAssignedIdentity": "systemassigned",
        "WorkspaceUserAssignedIdentity": "userassigned",
    }
    if kind and wanted in needed and needed[wanted] not in kind.split(","):
        raise _refusal(
            400,
            f"properties.serviceDataAccessAuthIdentity of datastore '{request.name}' is {wanted}, but the "
            "identity "
            f"of the workspace is {identity['type']}.",
        )


def _refusal(status: int, message: str) -> ArmError:
    return ArmError(status, "ValidationError", message)
