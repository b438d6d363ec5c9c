"""What a region sells to a subscription: VM sizes, quota of vCPUs, versions of Kubernetes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from azsandbox.arm.conditions import Conditions
from azsandbox.arm.registrations import ConditionsOf
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.facts import aks_versions, regions, vm_sizes
from azsandbox.facts.vm_sizes import VmSize

_LOCATION = re.compile(r"location eq '([^']*)'", re.IGNORECASE)
PLENTY = 1000  # vCPUs of a quota that no condition names
_TOTAL = "cores"


class Stock:
    """The same in every subscription but for its declared conditions."""

    def __init__(self, resources: Resources, conditions_of: ConditionsOf) -> None:
        self._resources = resources
        self._conditions_of = conditions_of

    def _conditions(self, call: Call) -> Conditions:
        self._resources.inject("read", call.path)
        return self._conditions_of(call.path_parameters["subscription"])

    def usages(self, call: Call) -> Answer:
        """The quota of vCPUs by family; nothing counts as used."""
        quota = {name.lower(): limit for name, limit in self._conditions(call).quota.items()}
        families = sorted({size.family for size in vm_sizes.sizes().values() if size.family})
        names = {_TOTAL: "Total Regional vCPUs", **{name: f"{name} vCPUs" for name in families}}
        return Answer(
            200,
            {
                "value": [
                    {
                        "name": {"value": name, "localizedValue": text},
                        "currentValue": 0,
                        "limit": quota.get(name.lower(), PLENTY),
                        "unit": "Count",
                    }
                    for name, text in names.items()
                ]
            },
        )

    def skus(self, call: Call) -> Answer:
        """The VM sizes of the region in the filter, each with its zones and restrictions."""
        conditions = self._conditions(call)
        match = _LOCATION.fullmatch(call.query.get("$filter", "").strip())
        wanted = [match[1]] if match else list(regions.regions())
        return Answer(200, {"value": [sku for name in wanted for sku in _sizes(name, conditions)]})

    def kubernetes_versions(self, call: Call) -> Answer:
        """The versions that are generally available and supported today, or only long-term."""
        conditions, today = self._conditions(call), dt.datetime.now(dt.UTC).date()
        official = list(conditions.kubernetes_versions) or aks_versions.supported(today)
        long_term = aks_versions.supported(today, long_term=True)
        offered: Mapping[str, list[str]] = {
            version: [
                *(["KubernetesOfficial"] if version in official else []),
                *(["AKSLongTermSupport"] if version in long_term else []),
            ]
            for version in dict.fromkeys([*official, *long_term])
        }
        return Answer(
            200,
            {
                "values": [
                    {"version": version, "capabilities": {"supportPlan": plans}, "patchVersions": {}}
                    for version, plans in offered.items()
                ]
            },
        )


def _sizes(location: str, conditions: Conditions) -> Iterator[Values]:
    region = regions.region(location)
    if region is None:
        return
    restricted = {name.lower() for name in conditions.restricted_sizes}
    zones = {name.lower(): list(some) for name, some in conditions.restricted_zones.items()}
    for key, size in vm_sizes.sizes().items():
        if size.family and (not size.regions or region.name in size.regions):
            yield {
                "resourceType": "virtualMachines",
                "name": size.name,
                "family": size.family,
                "locations": [region.name],
                "locationInfo": [{"location": region.name, "zones": list(region.zones), "zoneDetails": []}],
                "capabilities": _capabilities(size),
                "restrictions": _restrictions(region.name, key in restricted, zones.get(key, [])),
            }


def _capabilities(size: VmSize) -> list[Values]:
    values = {
        "vCPUs": size.vcpus,
        "MemoryGB": size.memory,
        "EncryptionAtHostSupported": size.encryption_at_host,
    }
    return [{"name": name, "value": str(value)} for name, value in values.items() if value is not None]


def _restrictions(location: str, everywhere: bool, zones: list[str]) -> list[Values]:
    reason = {"reasonCode": "NotAvailableForSubscription"}
    if everywhere:
        return [
            {"type": "Location", "values": [location], "restrictionInfo": {"locations": [location]}, **reason}
        ]
    if not zones:
        return []
    info = {"locations": [location], "zones": zones}
    return [{"type": "Zone", "values": [location], "restrictionInfo": info, **reason}]
