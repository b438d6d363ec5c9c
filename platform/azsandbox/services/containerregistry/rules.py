"""What the container registry refuses.

Sources, 2026-12-01: learn.microsoft.com/azure/container-registry, pages container-registry-skus,
container-registry-soft-delete-policy (limitations), data-loss-prevention, artifact-cache-overview and
wildcards-artifact-cache; terraform-provider-azurerm, services/containers/container_registry_resource.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.laws.formats import is_url
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services import kinds

_CACHE_RULE = f"{kinds.CONTAINER_REGISTRY}/cacheRules"
_MOST_DAYS = {"policies.retentionPolicy.days": (0, 365), "policies.softDeletePolicy.retentionDays": (1, 90)}
_UPSTREAM = (
    "docker.io", "mcr.microsoft.com", "public.ecr.aws", "ghcr.io", "quay.io", "registry.k8s.io", "nvcr.io",
    "gcr.io", "pkg.dev", "azurecr.io", "redhat.io", "redhat.com", "gitlab.com",
)  # fmt: skip
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?", re.IGNORECASE)
_REPOSITORY = re.compile(r"\*|[a-z0-9]+([._/-]+[a-z0-9]+)*(/\*)?")


def _text(value: object) -> str:
    return value.lower() if isinstance(value, str) else ""


def _sku(inputs: Values) -> str:
    """The SKU in lower case; empty if it is not known."""
    return _text(walk.value(inputs, "sku.name"))


def premium_features_have_premium_sku(inputs: Values) -> Iterator[Problem]:
    sku = _sku(inputs)
    if not sku or sku == "premium":
        return
    encryption = walk.value(inputs, "encryption")
    encrypted = isinstance(encryption, dict) and _text(encryption.get("status")) != "disabled"
    features = {
        "publicNetworkAccess": _text(inputs.get("publicNetworkAccess")) == "disabled",
        "networkRuleSet": bool(inputs.get("networkRuleSet")) and inputs["networkRuleSet"] is not UNKNOWN,
        "dataEndpointEnabled": inputs.get("dataEndpointEnabled") is True,
        "encryption": encrypted and bool(encryption),
        "policies.retentionPolicy.status": _enabled(inputs, "retentionPolicy"),
        "policies.trustPolicy.status": _enabled(inputs, "trustPolicy"),
        "policies.quarantinePolicy.status": _enabled(inputs, "quarantinePolicy"),
        "policies.exportPolicy.status": _status(inputs, "exportPolicy") == "disabled",
    }
    for name, requested in features.items():
        if requested:
            yield Problem(name, f"needs SKU Premium, but the registry's is {inputs['sku']['name']}")
    # learn.microsoft.com/azure/container-registry/zone-redundancy (2026-12-01): older texts ask for Premium,
    # newer ones say that every tier is zone-redundant; the specification's own example has Standard.
    if _text(inputs.get("zoneRedundancy")) == "enabled":
        yield Problem(
            "zoneRedundancy",
            "'Enabled' once needed SKU Premium; every tier is zone-redundant today",
            warning=True,
        )
    if inputs.get("anonymousPullEnabled") is True and sku == "basic":
        yield Problem(
            "anonymousPullEnabled",
            f"needs SKU Standard or Premium, but the registry's is {inputs['sku']['name']}",
        )


def _status(inputs: Values, policy: str) -> str:
    return _text(walk.value(inputs, f"policies.{policy}.status"))


def _enabled(inputs: Values, policy: str) -> bool:
    return _status(inputs, policy) == "enabled"


def classic_is_retired(inputs: Values) -> Iterator[Problem]:
    if _sku(inputs) == "classic":
        yield Problem("sku.name", "'Classic' is retired: use Basic, Standard or Premium")


def policies_are_possible(inputs: Values) -> Iterator[Problem]:
    for path, (least, most) in _MOST_DAYS.items():
        days = walk.value(inputs, path)
        if isinstance(days, (int, float)) and not least <= days <= most:
            yield Problem(path, f"{days:g} is not between {least} and {most} days")
    if _enabled(inputs, "retentionPolicy") and _enabled(inputs, "softDeletePolicy"):
        yield Problem(
            "policies.softDeletePolicy.status", "excludes an enabled retentionPolicy: enable one of the two"
        )
    closed = _text(inputs.get("publicNetworkAccess")) == "disabled"
    known = inputs.get("publicNetworkAccess") is not UNKNOWN
    if _status(inputs, "exportPolicy") == "disabled" and known and not closed:
        yield Problem(
            "publicNetworkAccess", "has to be Disabled with exportPolicy disabled (data loss prevention)"
        )


def encryption_is_complete(inputs: Values) -> Iterator[Problem]:
    if _text(walk.value(inputs, "encryption.status")) != "enabled":
        return
    path = "encryption.keyVaultProperties"
    for name in ("keyIdentifier", "identity"):
        if walk.value(inputs, f"{path}.{name}") in (None, ""):
            yield Problem(f"{path}.{name}", "is required with encryption.status enabled")
    key = walk.value(inputs, f"{path}.keyIdentifier")
    if isinstance(key, str) and key and not (is_url(key, ("https",)) and "/keys/" in key):
        yield Problem(f"{path}.keyIdentifier", f"{key!r} is not the URL of a key in a vault")
    kind = walk.value(inputs, "identity.type")
    if kind is not UNKNOWN and "userassigned" not in _text(kind):
        yield Problem("identity.type", "has to be UserAssigned: a user-assigned identity reads the key")


def source_names_an_upstream(inputs: Values) -> Iterator[Problem]:
    source = inputs.get("sourceRepository")
    if not isinstance(source, str):
        return
    host, _, repository = source.partition("/")
    if "://" in source or not _HOST.fullmatch(host) or not repository:
        yield Problem(
            "sourceRepository",
            f"{source!r} is not a host with a repository, such as docker.io/library/ubuntu (no scheme)",
        )
    elif not _REPOSITORY.fullmatch(repository):
        yield Problem(
            "sourceRepository",
            f"{source!r} has to end in a repository without tag or digest, or in /* (artifact cache)",
        )
    elif not any(host.lower() == name or host.lower().endswith(f".{name}") for name in _UPSTREAM):
        yield Problem(
            "sourceRepository", f"{host!r} is not a listed upstream: {', '.join(_UPSTREAM)}", warning=True
        )
    if host.lower() == "docker.io" and inputs.get("credentialSetResourceId") is None:
        yield Problem(
            "credentialSetResourceId", "is not set: Docker Hub limits anonymous pulls", warning=True
        )


def target_matches_source(inputs: Values) -> Iterator[Problem]:
    source, target = inputs.get("sourceRepository"), inputs.get("targetRepository")
    if not isinstance(target, str):
        return
    if not _REPOSITORY.fullmatch(target):
        yield Problem(
            "targetRepository", f"{target!r} is not a repository in lower case, such as cache/ubuntu"
        )
    elif isinstance(source, str) and target.endswith("*") != source.endswith("*"):
        yield Problem("targetRepository", f"{target!r} and sourceRepository {source!r} need a wildcard both")


def cache_rule_overlaps_no_other(request: Request) -> None:
    target = _text(request.inputs.get("targetRepository"))
    registry = ids.key(ids.parent_of(request.id) or "")
    for other in request.subscription.of_kind(_CACHE_RULE):
        if ids.key(other.id) == ids.key(request.id) or ids.key(ids.parent_of(other.id) or "") != registry:
            continue
        theirs = _text(other.inputs.get("targetRepository"))
        both_wild = target.endswith("*") and theirs.endswith("*")
        prefixes = target.removesuffix("*"), theirs.removesuffix("*")
        overlap = both_wild and (prefixes[0].startswith(prefixes[1]) or prefixes[1].startswith(prefixes[0]))
        if target and (target == theirs or overlap):
            raise ArmError(
                409,
                "CacheRuleConflict",
                f"The target repository {request.at('targetRepository')} overlaps that of the cache rule "
                f"'{other.name}', {other.inputs.get('targetRepository')}.",
            )


def downgrade_leaves_no_private_endpoint(request: Request) -> None:
    before = request.existing.inputs if request.existing else {}
    if _sku(before) != "premium" or _sku(request.inputs) in ("premium", ""):
        return
    for source, _ in request.subscription.referring_to(request.id):
        if ids.parse(source).kind.lower() == kinds.PRIVATE_ENDPOINT.lower():
            raise ArmError(
                400,
                "SkuDowngradeNotSupported",
                f"The SKU cannot be changed from Premium while '{source}' connects to the registry.",
            )
