"""What Azure ML refuses about connections: credentials that do not go with their category, targets, times.

Source: Microsoft.MachineLearningServices 2025-12-01 (REST specification); azure-ai-ml 1.35,
`entities/_workspace/connections/workspace_connection.py`, CONNECTION_CATEGORY_TO_CREDENTIAL_MAP, and
`_schema/workspace/connections`; learn.microsoft.com, "Create connections" (2026-12-01).
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from urllib.parse import parse_qs

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.machinelearningservices.rules.reading import section, text

_SNOWFLAKE = re.compile(r"jdbc:snowflake://[\w.-]+\.snowflakecomputing\.(com|cn)/?\?(?P<query>.*)")
# category → ways to authenticate; every way goes with a category that is not listed
_AUTH_TYPES = {
    "Snowflake": frozenset({"UsernamePassword", "ServicePrincipal"}),
    "Git": frozenset({"PAT", "None", "UsernamePassword"}),
    "PythonFeed": frozenset({"PAT", "None", "UsernamePassword"}),
    "ContainerRegistry": frozenset({"ManagedIdentity", "UsernamePassword"}),
    "AzureBlob": frozenset({"AccountKey", "AccessKey", "SAS", "AAD"}),
    "ADLSGen2": frozenset({"ServicePrincipal", "AAD", "ManagedIdentity", "AccountKey"}),
    "AzureOneLake": frozenset({"ServicePrincipal", "AAD"}),
    "S3": frozenset({"AccessKey"}),
    "CustomKeys": frozenset({"CustomKeys"}),
    "AzureOpenAI": frozenset({"ApiKey", "AAD", "ManagedIdentity"}),
    "AIServices": frozenset({"ApiKey", "AAD", "ManagedIdentity"}),
    "CognitiveSearch": frozenset({"ApiKey", "AAD", "ManagedIdentity"}),
    "OpenAI": frozenset({"ApiKey"}),
    "Serp": frozenset({"ApiKey"}),
}
_REQUIRED = {
    "PAT": ("pat",),
    "SAS": ("sas",),
    "UsernamePassword": ("username",),
    "ServicePrincipal": ("clientId", "clientSecret", "tenantId"),
    "AccessKey": ("accessKeyId", "secretAccessKey"),
    "AccountKey": ("key",),
    "ApiKey": ("key",),
    "CustomKeys": ("keys",),
}
_WEB = frozenset(
    {"Git", "PythonFeed", "AzureOpenAI", "AIServices", "CognitiveSearch", "CognitiveService", "ADLSGen2"}
)
_WITH_TARGET = frozenset(
    {"Git", "PythonFeed", "ContainerRegistry", "Snowflake", "AzureOpenAI", "CognitiveSearch"}
)
_URL = re.compile(r"(https?|abfss|wasbs)://[^\s/]+(/\S*)?")


def credentials_go_with_category(inputs: Values) -> Iterator[Problem]:
    properties = section(inputs, "properties")
    category, kind = text(properties.get("category")), text(properties.get("authType"))
    if properties and properties.get("category") is None:
        yield Problem("properties.category", "is required: what the connection leads to", code="required")
    allowed = _AUTH_TYPES.get(category or "")
    if allowed and kind and kind not in allowed:
        yield Problem(
            "properties.authType",
            f"{kind!r} does not go with {category}: use one of {', '.join(sorted(allowed))}",
        )
    if kind in _REQUIRED:
        yield from _credentials(kind, properties)


def _credentials(kind: str, properties: Values) -> Iterator[Problem]:
    credentials, path = properties.get("credentials"), "properties.credentials"
    if credentials is None:
        if kind != "CustomKeys":
            yield Problem(path, f"are required for authType {kind}", code="required")
        return
    if not isinstance(credentials, dict):
        return
    for name in _REQUIRED[kind]:
        if credentials.get(name) in (None, ""):
            yield Problem(f"{path}.{name}", f"is required for authType {kind}", code="required")
    for name in ("tenantId", "clientId") if kind == "ServicePrincipal" else ():
        value = text(credentials.get(name))
        if value and name == "tenantId" and not _is_guid(value):
            yield Problem(f"{path}.{name}", f"{value!r} is not a GUID")


def _is_guid(value: str) -> bool:
    try:
        return bool(uuid.UUID(value))
    except ValueError:
        return "." in value  # a tenant has a domain too


def target_is_an_address(inputs: Values) -> Iterator[Problem]:
    properties = section(inputs, "properties")
    category, target = text(properties.get("category")), text(properties.get("target"))
    if category in _WITH_TARGET and properties.get("target") is None:
        yield Problem("properties.target", f"is required for {category}: the address", code="required")
    if target and category in _WEB and not _URL.fullmatch(target):
        yield Problem("properties.target", f"{target!r} is not a URL such as https://<host>/<path>")
    if target and category == "Snowflake":
        yield from _snowflake(target, properties)


def _snowflake(target: str, properties: Values) -> Iterator[Problem]:
    match = _SNOWFLAKE.fullmatch(target)
    if not match:
        yield Problem(
            "properties.target",
            f"{target!r} is not jdbc:snowflake://<account>.snowflakecomputing.com/?db=…&warehouse=…",
        )
        return
    query = parse_qs(match["query"])
    for name in ("db", "warehouse"):
        if name not in query:
            yield Problem("properties.target", f"lacks {name}=")
    if properties.get("authType") == "ServicePrincipal" and "role" in query and "scope" not in query:
        yield Problem(
            "properties.target", "has role=, but with OAuth the role goes into scope=", warning=True
        )


def expiry_is_a_time(inputs: Values) -> Iterator[Problem]:
    value = text(section(inputs, "properties").get("expiryTime"))
    if value is None:
        return
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        yield Problem(
            "properties.expiryTime", f"{value!r} is not an ISO 8601 time such as 2027-01-31T00:00:00Z"
        )
