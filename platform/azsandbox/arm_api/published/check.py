"""ARM's own refusals: a missing or unknown api-version, an unknown namespace, an unknown type."""

from __future__ import annotations

import datetime as dt
import re

from azsandbox.arm import regions
from azsandbox.arm_api.paths import kind_of
from azsandbox.arm_api.published.table import shared
from azsandbox.arm_api.wire import Call
from azsandbox.errors import ArmError

_RESOURCES = "microsoft.resources"
_VERSION = r"\d{4}-\d{2}-\d{2}(-preview)?"
_DATE = len("2026-12-01")
_AHEAD = dt.timedelta(days=92)  # a version can have a date after its publication


def check(call: Call) -> None:
    """Refuse what ARM refuses before it asks a resource provider.

    Raises:
        ArmError: with ARM's own code and the api-versions that it supports.
    """
    if not call.api_version:
        raise ArmError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    published = shared()
    kind = kind_of(call.path)
    namespace, _, name = kind.partition("/")
    if namespace.lower() not in published.namespaces:
        raise ArmError(404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.")
    versions = published.versions.get(kind.lower())
    if versions is None and kind.lower() in published.answered:
        return
    if versions is None:
        near = sorted(
            {
                known
                for other, some in published.versions.items()
                if other.startswith(f"{namespace.lower()}/")
                for known in some
            }
        )
        raise _invalid_type(name, namespace, call.api_version, near)
    if call.api_version.lower() in versions or _is_newer(call.api_version):
        return
    if namespace.lower() == _RESOURCES:
        raise ArmError(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{call.api_version}' is invalid. "
            f"The supported versions are '{','.join(versions)}'.",
        )
    location = _location(call)
    if location is None:
        raise _invalid_type(name, namespace, call.api_version, list(versions))
    raise ArmError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found for location '{location}' and API version "
        f"'{call.api_version}' for type '{name}'. The supported api-versions are '{', '.join(versions)}'. "
        f"The supported locations are '{', '.join(sorted(regions.REGIONS))}'.",
    )


def _is_newer(version: str) -> bool:
    """Whether the table is too old to know the version: Azure publishes some every month."""
    latest = (dt.datetime.now(dt.UTC).date() + _AHEAD).isoformat()
    date = version[:_DATE]
    return re.fullmatch(_VERSION, version) is not None and shared().complete_until < date <= latest


def _invalid_type(name: str, namespace: str, version: str, versions: list[str]) -> ArmError:
    return ArmError(
        404,
        "InvalidResourceType",
        f"The resource type '{name}' could not be found in the namespace '{namespace}' "
        f"for api version '{version}'. The supported api-versions are '{','.join(versions)}'.",
    )


def _location(call: Call) -> str | None:
    """The location in a request's body, if the request has one."""
    if call.method != "PUT":
        return None
    location = call.json().get("location")
    return location if isinstance(location, str) else None
