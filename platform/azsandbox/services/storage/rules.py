"""What Storage refuses about accounts."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import regions
from azsandbox.schema.validate import Problem

_PREMIUM_KINDS = frozenset({"BlockBlobStorage", "FileStorage"})
_ACCESS_TIERS = frozenset({"Hot", "Cool", "Cold"})


def tier_and_kind_match_sku(inputs: Values) -> Iterator[Problem]:
    sku = inputs.get("sku")
    name = sku.get("name") if isinstance(sku, dict) else None
    premium = isinstance(name, str) and name.startswith("Premium")
    if premium and inputs.get("accessTier") in _ACCESS_TIERS:
        yield Problem(
            "accessTier", f"{inputs['accessTier']!r} does not go with {name}: premium accounts have no tiers"
        )
    if inputs.get("kind") in _PREMIUM_KINDS and isinstance(name, str) and not premium:
        yield Problem("sku.name", f"{name!r} does not go with kind {inputs['kind']}, which is premium")


def redundancy_is_offered_in_region(inputs: Values) -> Iterator[Problem]:
    """Zone redundancy needs availability zones, a copy in a second region a paired region."""
    sku, location = inputs.get("sku"), inputs.get("location")
    name = sku.get("name") if isinstance(sku, dict) else None
    region = regions.region(location) if isinstance(location, str) else None
    if region is None or not isinstance(name, str):
        return
    redundancy = name.partition("_")[2]
    if redundancy.endswith("ZRS") and not region.zones:
        yield Problem(
            "sku.name",
            f"is {name}, but {region.name} has no availability zones: use another redundancy or region "
            "(Azure Storage redundancy, Azure regions list)",
        )
    elif "G" in redundancy and not region.pair:
        yield Problem(
            "sku.name",
            f"is {name}, but {region.name} has no paired region: Azure may refuse a geo-redundant "
            "account there (Azure Storage redundancy)",
            warning=True,
        )


def nfs_has_hierarchical_namespace(inputs: Values) -> Iterator[Problem]:
    if inputs.get("enableNfsV3") and inputs.get("isHnsEnabled") is not True:
        yield Problem("enableNfsV3", "needs isHnsEnabled")


def hierarchical_namespace_without_versioning(request: Request) -> None:
    """An account that is updated must not turn hierarchical while its blob service keeps versions."""
    service = request.subscription.get(f"{request.id}/blobServices/default")
    if service and service.inputs.get("isVersioningEnabled") and request.inputs.get("isHnsEnabled"):
        raise ArmError(
            409,
            "FeatureNotSupportedForAccount",
            "Versioning is not supported for accounts with a hierarchical namespace.",
        )
