"""What AKS refuses about the access to a cluster's API server, above all to a private one."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import ids, regions
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem


def private_access_is_consistent(inputs: Values) -> Iterator[Problem]:
    access = inputs.get("apiServerAccessProfile")
    if not isinstance(access, dict):
        return
    zone = access.get("privateDNSZone")
    if zone is not None and not access.get("enablePrivateCluster"):
        yield Problem("apiServerAccessProfile.privateDNSZone", "goes with enablePrivateCluster only")
    if isinstance(zone, str) and zone.startswith("/"):
        identity = inputs.get("identity")
        kind = identity.get("type") if isinstance(identity, dict) else None
        if kind != "UserAssigned":
            yield Problem(
                "identity.type", f"is {kind}, but a custom private DNS zone needs a UserAssigned identity"
            )
    if zone == "none" and access.get("enablePrivateClusterPublicFQDN") is False:
        yield Problem(
            "apiServerAccessProfile.enablePrivateClusterPublicFQDN",
            "is false and privateDNSZone is none: the API server would have no name",
        )
    if access.get("authorizedIPRanges") and access.get("enablePrivateCluster"):
        yield Problem("apiServerAccessProfile.authorizedIPRanges", "can't go with enablePrivateCluster")


def custom_zone(request: Request) -> str | None:
    """The id of the cluster's own private DNS zone; None where AKS brings one, or none is used."""
    zone = str(request.at("apiServerAccessProfile.privateDNSZone") or "")
    return zone if zone.startswith("/") else None


def custom_zone_named_for_region(request: Request) -> None:
    zone = custom_zone(request)
    if zone is None:
        return
    region = regions.canonical(str(request.inputs.get("location", "")))
    name = ids.parse(zone).name.lower()
    domains = (f"privatelink.{region}.azmk8s.io", f"private.{region}.azmk8s.io")
    if not any(name == domain or name.endswith(f".{domain}") for domain in domains):
        raise ArmError(
            400,
            "InvalidPrivateDNSZone",
            f"Invalid private dns zone '{name}': it must be {domains[0]} or a subdomain of it.",
        )
