"""What the region has for the subscription: VM sizes, zones, quota, versions of Kubernetes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from roastery import kubernetes_calendar as calendar
from roastery.doctor.examination import Examination
from roastery.doctor.model import Finding, error, ok, warning

_COMPUTE, _AKS = "2024-07-01", "2025-05-01"
_TOTAL = "cores"


def sizes(examination: Examination) -> Iterator[Finding]:
    """Each VM size of the stack file is sold in the region, to this subscription, in the zones asked for."""
    region, zones = examination.region, set(examination.stack.zones())
    listing = f"az vm list-skus --location {region} --resource-type virtualMachines --output table"
    for size in dict.fromkeys(pool.size for pool in examination.stack.pools()):
        sku = examination.sku(size)
        if sku is None:
            yield error(f"{size} is not sold in {region}", f"choose another size: {listing}")
        elif sku.restricted:
            yield error(
                f"{size} is not available to this subscription in {region}",
                f"choose another size ({listing}), or ask for it: aka.ms/azureskunotavailable",
            )
        elif lacking := sorted(zones - (sku.zones - sku.restricted_zones)):
            yield error(
                f"{size} is not available to this subscription in zone {', '.join(lacking)} of {region}",
                f"take the zone out of roastery:cluster.zones, or choose another size: {listing} --zone",
            )
        else:
            where = f" in zones {', '.join(sorted(zones))}" if zones else ""
            yield ok(f"{size} is available in {region}{where}")


def quota(examination: Examination) -> Iterator[Finding]:
    """VCPUs of each family, and of the region, against the pools at their largest and while upgrading."""
    needs: dict[str, int] = defaultdict(int)
    surges: dict[str, int] = defaultdict(int)
    for pool in examination.stack.pools():
        sku = examination.sku(pool.size)
        for name in (sku.family, _TOTAL) if sku else ():
            needs[name] += pool.count * (sku.vcpus if sku else 0)
            surges[name] += pool.surge * (sku.vcpus if sku else 0)
    path = f"/providers/Microsoft.Compute/locations/{examination.region}/usages"
    usages = {str(row["name"]["value"]).lower(): row for row in examination.arm.listed(path, _COMPUTE)}
    for name, need in needs.items():
        row = usages.get(name.lower())
        what = f"vCPUs of {'all families' if name == _TOTAL else name} in {examination.region}"
        if row is None:
            yield warning(f"{what}: no quota is listed", "az vm list-usage --location " + examination.region)
        else:
            yield _judge_quota(what, need, surges[name], int(row["limit"]), int(row["currentValue"]))


def _judge_quota(what: str, need: int, surge: int, limit: int, used: int) -> Finding:
    ask = "ask for more: portal, Quotas, Compute, or az quota update (extension quota)"
    if need > limit:
        return error(f"{what}: {need} are needed, the quota is {limit}", ask)
    if need + surge > limit:
        return warning(f"{what}: {need} fit, but {need + surge} while a pool is upgraded; quota {limit}", ask)
    if need + surge > limit - used:
        return warning(
            f"{what}: {need + surge} are needed, {used} of {limit} are in use (by this stack already?)", ask
        )
    return ok(f"{what}: {need} are needed ({need + surge} while upgrading), the quota is {limit}")


def kubernetes(examination: Examination) -> Iterator[Finding]:
    """AKS still creates clusters of the version in the region; and for how long it is supported."""
    version = examination.stack.text("cluster.kubernetes_version")
    path = f"/providers/Microsoft.ContainerService/locations/{examination.region}/kubernetesVersions"
    rows = examination.arm.listed(path, _AKS)
    offered = [
        str(row["version"])
        for row in rows
        if "KubernetesOfficial" in ((row.get("capabilities") or {}).get("supportPlan") or ())
        and not row.get("isPreview")
    ]
    change = f"set roastery:cluster.kubernetes_version in Pulumi.{examination.stack.name}.yaml"
    day = calendar.today()
    if version not in offered:
        yield error(
            f"AKS creates no cluster of Kubernetes {version} in {examination.region} (any more, or yet)",
            f"{change} to one of {', '.join(offered)}",
        )
    elif ended := calendar.ended(version, day):
        yield error(f"Kubernetes {version} {ended}", change)
    elif problem := calendar.ends_soon(version, day) or calendar.outside_extension_window(version, day):
        yield warning(f"Kubernetes {version} {problem}", f"plan the upgrade, then {change}")
    else:
        yield ok(f"Kubernetes {version} is offered in {examination.region}{_until(version)}")


def _until(version: str) -> str:
    row = calendar.supports().get(calendar.minor_of(version) or 0)
    return f" and supported until {row.end}" if row else ""
