"""Machines and scale sets: fields that go together, and changes that Compute refuses."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.laws import Law

_SOURCE = "Compute REST specification"
_ADVICE = "declare a new machine, or change it back"


def _at(within: str, path: str) -> str:
    return f"{within}.{path}" if within else path


def shared_laws(within: str = "") -> tuple[Law, ...]:
    """Of a machine, or of the profile of a scale set's machines."""
    return (
        laws.Unique(path=_at(within, "storageProfile.dataDisks"), by=("lun",), source=_SOURCE),
        laws.Between(path=_at(within, "storageProfile.dataDisks[].lun"), least=0, most=63, source=_SOURCE),
        laws.Between(
            path=_at(within, "storageProfile.osDisk.diskSizeGB"), least=1, most=4095, source="Azure limits"
        ),
        laws.Between(
            path=_at(within, "storageProfile.dataDisks[].diskSizeGB"),
            least=1,
            most=65536,
            source="Azure limits",
        ),
        laws.Feature(
            within=within,
            path="evictionPolicy",
            only_with="priority",
            among=("Spot", "Low"),
            default="Regular",
            source="Azure CLI, vm create --eviction-policy",
        ),
        laws.Feature(
            within=within,
            path="billingProfile.maxPrice",
            only_with="priority",
            among=("Spot", "Low"),
            default="Regular",
            source=_SOURCE,
        ),
        laws.Between(path=_at(within, "billingProfile.maxPrice"), least=0.00001, also=(-1,), source=_SOURCE),
        laws.Conflicts(
            within=_at(within, "osProfile"),
            when="linuxConfiguration",
            excludes="windowsConfiguration",
            source=_SOURCE,
        ),
        *_patching(within),
        laws.Feature(
            within=_at(within, "diagnosticsProfile.bootDiagnostics"),
            path="storageUri",
            only_with="enabled",
            among=(True,),
            default=False,
            source=_SOURCE,
        ),
        laws.Format(
            path=_at(within, "diagnosticsProfile.bootDiagnostics.storageUri"), form="url", source=_SOURCE
        ),
        laws.Matches(
            path=_at(within, "userData"), pattern=BASE64, description="encoded in base64", source=_SOURCE
        ),
        laws.Format(
            path=_at(within, "scheduledEventsProfile.terminateNotificationProfile.notBeforeTimeout"),
            form="duration",
            least="PT5M",
            most="PT15M",
            source="Compute, terminate notification",
        ),
    )


BASE64 = r"(\s*[A-Za-z0-9+/]{4})*(\s*[A-Za-z0-9+/]{2}==|\s*[A-Za-z0-9+/]{3}=)?\s*"


def _patching(within: str) -> tuple[Law, ...]:
    linux, windows = (_at(within, f"osProfile.{system}Configuration") for system in ("linux", "windows"))
    return (
        *(
            laws.Feature(
                within=system,
                path=f"patchSettings.{mode}",
                values=("AutomaticByPlatform",),
                only_with="provisionVMAgent",
                among=(True,),
                default=True,
                source=_SOURCE,
            )
            for system in (linux, windows)
            for mode in ("patchMode", "assessmentMode")
        ),
        laws.Feature(
            within=windows,
            path="patchSettings.patchMode",
            values=("AutomaticByOS", "AutomaticByPlatform"),
            only_with="enableAutomaticUpdates",
            among=(True,),
            default=True,
            source=_SOURCE,
        ),
        laws.Conflicts(
            within=windows,
            when="enableAutomaticUpdates",
            values=(True,),
            excludes="patchSettings.patchMode",
            excluded=("Manual",),
            source=_SOURCE,
        ),
        laws.Feature(
            within=f"{windows}.patchSettings",
            path="enableHotpatching",
            only_with="patchMode",
            among=("AutomaticByPlatform",),
            default="AutomaticByOS",
            source=_SOURCE,
        ),
    )


def _unchangeable(path: str, *, secret: bool = False) -> Law:
    return laws.Unchangeable(
        path=path, advice=_ADVICE, secret=secret, source=f"{_SOURCE}, PropertyChangeNotAllowed"
    )


MACHINE_LAWS: tuple[Law, ...] = (
    *shared_laws(),
    laws.Conflicts(when="availabilitySet", excludes="zones", source="Azure CLI, vm create --zone"),
    laws.Conflicts(when="availabilitySet", excludes="virtualMachineScaleSet", source=_SOURCE),
    laws.Conflicts(when="host", excludes="hostGroup", source=_SOURCE),
    laws.AtMost(path="zones", most=1, source="Compute, availability zones"),
    laws.Matches(path="zones[]", pattern="[123]", description="a zone: 1, 2 or 3", source="Azure regions"),
    laws.Format(path="extensionsTimeBudget", form="duration", least="PT15M", most="PT2H", source=_SOURCE),
    laws.Needs(
        within="networkProfile",
        when="networkInterfaceConfigurations",
        needs=("networkApiVersion",),
        source=_SOURCE,
    ),
    laws.Conflicts(
        within="networkProfile",
        when="networkInterfaces",
        excludes="networkInterfaceConfigurations",
        source=_SOURCE,
    ),
    laws.SameRegion(path="networkProfile.networkInterfaces[].id", source=_SOURCE),
    _unchangeable("osProfile.computerName"),
    _unchangeable("osProfile.adminUsername"),
    _unchangeable("osProfile.adminPassword", secret=True),
    _unchangeable("osProfile.customData", secret=True),
    _unchangeable("osProfile.linuxConfiguration.ssh.publicKeys", secret=True),
    _unchangeable("osProfile.linuxConfiguration.disablePasswordAuthentication"),
    _unchangeable("storageProfile.imageReference"),
    _unchangeable("storageProfile.osDisk.name"),
    _unchangeable("priority"),
    laws.Unchangeable(  # recorded on 2020-10-12: OperationNotAllowed while the machine is allocated
        path="billingProfile.maxPrice",
        advice="deallocate the machine first",
        source=f"{_SOURCE}, OperationNotAllowed",
    ),
    _unchangeable("zones"),
    _unchangeable("availabilitySet.id"),
    laws.Grows(path="storageProfile.osDisk.diskSizeGB", source="Compute, expand disks"),
)

SCALE_SET_LAWS: tuple[Law, ...] = (
    *shared_laws("virtualMachineProfile"),
    laws.Between(path="sku.capacity", least=0, most=1000, source="Compute, scale set limits"),
    laws.Unique(path="zones", by=(), source="Azure regions"),
    laws.Matches(path="zones[]", pattern="[123]", description="a zone: 1, 2 or 3", source="Azure regions"),
    laws.Format(
        path="automaticRepairsPolicy.gracePeriod",
        form="duration",
        least="PT10M",
        most="PT90M",
        source=_SOURCE,
    ),
    laws.Conflicts(
        when="orchestrationMode",
        values=("Flexible",),
        excludes="overprovision",
        excluded=(True,),
        source="Compute, flexible orchestration",
    ),
    laws.Feature(
        path="priorityMixPolicy",
        only_with="orchestrationMode",
        among=("Flexible",),
        default="Uniform",
        source="Azure CLI, vmss create --regular-priority-count",
    ),
    laws.Feature(
        path="spotRestorePolicy.enabled",
        only_with="virtualMachineProfile.priority",
        among=("Spot",),
        default="Regular",
        source=_SOURCE,
    ),
    laws.Needs(
        within="upgradePolicy",
        when="mode",
        values=("Rolling",),
        needs=("rollingUpgradePolicy",),
        source="Compute, rolling upgrades",
    ),
)
