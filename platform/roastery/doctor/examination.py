"""What the checks of one run share: the stack file, the sign-in, and what ARM has answered already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from roastery.azure.cloud import cloud
from roastery.azure.http import Http
from roastery.bootstrap import plan
from roastery.bootstrap.plan import BootstrapPlan
from roastery.doctor.arm import Arm
from roastery.doctor.stack_file import StackFile
from roastery.stack_file import StackFileError


@dataclass(frozen=True, kw_only=True)
class VmSku:
    """A VM size as the region sells it to the subscription."""

    name: str
    family: str
    vcpus: int
    zones: frozenset[str]
    restricted_zones: frozenset[str]
    restricted: bool


@dataclass(frozen=True)
class Examination:
    """One run of the doctor.

    Args:
        root: the project's folder.
        http: sends requests.
        tenant: of which the sign-in has to be.
        stack_file: None where only this machine is examined.
    """

    root: Path
    http: Http
    tenant: str = ""
    stack_file: StackFile | None = None

    @property
    def stack(self) -> StackFile:
        if self.stack_file is None:
            raise StackFileError("no stack is named", "name one with --stack")
        return self.stack_file

    @cached_property
    def arm(self) -> Arm:
        return Arm(
            http=self.http,
            cloud=cloud(self.http),
            subscription=self.stack.text("subscription"),
            tenant=self.tenant or self.stack.text("tenant"),
        )

    @cached_property
    def plan(self) -> BootstrapPlan | None:
        """What the bootstrap makes and mirrors; None outside of a checkout.

        Raises:
            PlanError: the program refuses the stack file.
        """
        if not (self.root / "stacks" / "bootstrap" / "Pulumi.yaml").is_file():
            return None
        return plan.read(self.stack.name, self.root)

    @cached_property
    def region(self) -> str:
        return self.stack.text("region")

    @cached_property
    def skus(self) -> Sequence[VmSku]:
        """The VM sizes of the region."""
        rows = self.arm.listed(
            "/providers/Microsoft.Compute/skus", "2021-07-01", f"$filter=location eq '{self.region}'"
        )
        return [_sku(row, self.region) for row in rows if row.get("resourceType") == "virtualMachines"]

    def sku(self, size: str) -> VmSku | None:
        return next((sku for sku in self.skus if sku.name.lower() == size.lower()), None)


def _sku(row: dict[str, Any], region: str) -> VmSku:
    """Shape: compute's resource SKUs, with `restrictions` of type Location or Zone."""
    places = [
        info for info in row.get("locationInfo") or () if str(info.get("location", "")).lower() == region
    ]
    capabilities = {str(item["name"]): str(item["value"]) for item in row.get("capabilities") or ()}
    restrictions: list[dict[str, Any]] = list(row.get("restrictions") or ())
    closed = {
        str(zone)
        for item in restrictions
        if item.get("type") == "Zone"
        for zone in (item.get("restrictionInfo") or {}).get("zones") or ()
    }
    return VmSku(
        name=str(row["name"]),
        family=str(row.get("family", "")),
        vcpus=int(capabilities.get("vCPUs", "0")),
        zones=frozenset(str(zone) for info in places for zone in info.get("zones") or ()),
        restricted_zones=frozenset(closed),
        restricted=any(item.get("type") == "Location" for item in restrictions),
    )
