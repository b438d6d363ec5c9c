"""What Azure Monitor refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem, suggestion

AT_MOST = 5
SEVERITIES = range(5)
SHORT_NAME = range(1, 13)
SINKS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId")

# Log categories and category groups: learn.microsoft.com/azure/azure-monitor/reference/supported-logs
_GROUPS = frozenset({"allLogs", "audit"})
CATEGORIES: dict[str, frozenset[str]] = {
    "microsoft.keyvault/vaults": frozenset({*_GROUPS, "AuditEvent", "AzurePolicyEvaluationDetails"}),
    "microsoft.containerregistry/registries": frozenset(
        {*_GROUPS, "ContainerRegistryRepositoryEvents", "ContainerRegistryLoginEvents"}
    ),
    "microsoft.network/networksecuritygroups": frozenset(
        {"allLogs", "NetworkSecurityGroupEvent", "NetworkSecurityGroupRuleCounter"}
    ),
    "microsoft.network/virtualnetworks": frozenset({"allLogs", "VMProtectionAlerts"}),
    "microsoft.network/bastionhosts": frozenset({*_GROUPS, "BastionAuditLogs"}),
    "microsoft.network/publicipaddresses": frozenset(
        {*_GROUPS, "DDoSProtectionNotifications", "DDoSMitigationFlowLogs", "DDoSMitigationReports"}
    ),
    "microsoft.network/natgateways": frozenset({"allLogs", "NatGatewayFlowlogsV1"}),
    "microsoft.storage/storageaccounts": frozenset(),  # metrics only: the logs are its services'
    **{
        f"microsoft.storage/storageaccounts/{one}services": frozenset(
            {*_GROUPS, "StorageRead", "StorageWrite", "StorageDelete"}
        )
        for one in ("blob", "file", "queue", "table")
    },
    "microsoft.containerservice/managedclusters": frozenset(
        {
            *_GROUPS,
            "kube-apiserver",
            "kube-audit",
            "kube-audit-admin",
            "kube-controller-manager",
            "kube-scheduler",
            "cluster-autoscaler",
            "cloud-controller-manager",
            "guard",
            "csi-azuredisk-controller",
            "csi-azurefile-controller",
            "csi-snapshot-controller",
            "fleet-member-agent",
            "fleet-member-net-controller-manager",
            "fleet-mcs-controller-manager",
            "karpenter-events",
        }
    ),
    "microsoft.machinelearningservices/workspaces": frozenset(
        {
            *_GROUPS,
            "AmlComputeClusterEvent",
            "AmlComputeClusterNodeEvent",
            "AmlComputeJobEvent",
            "AmlComputeCpuGpuUtilization",
            "AmlRunStatusChangedEvent",
            "ModelsChangeEvent",
            "ModelsReadEvent",
            "ModelsActionEvent",
            "DeploymentReadEvent",
            "DeploymentEventACI",
            "DeploymentEventAKS",
            "InferencingOperationAKS",
            "InferencingOperationACI",
            "EnvironmentChangeEvent",
            "EnvironmentReadEvent",
            "DataLabelChangeEvent",
            "DataLabelReadEvent",
            "ComputeInstanceEvent",
            "DataStoreChangeEvent",
            "DataStoreReadEvent",
            "DataSetChangeEvent",
            "DataSetReadEvent",
            "PipelineChangeEvent",
            "PipelineReadEvent",
            "RunEvent",
            "RunReadEvent",
        }
    ),
    "microsoft.machinelearningservices/workspaces/onlineendpoints": frozenset(
        {*_GROUPS, "AmlOnlineEndpointTrafficLog", "AmlOnlineEndpointConsoleLog", "AmlOnlineEndpointEventLog"}
    ),
    "microsoft.operationalinsights/workspaces": frozenset({*_GROUPS, "Audit", "SummaryLogs", "Jobs"}),
    "microsoft.eventhub/namespaces": frozenset(
        {
            *_GROUPS,
            "ArchiveLogs",
            "OperationalLogs",
            "AutoScaleLogs",
            "RuntimeAuditLogs",
            "DiagnosticErrorLogs",
        }
    ),
}
# Metrics by their names in the REST API: the page of supported metrics.
_QUANTITY = ("Active", "Idle", "Leaving", "Preempted", "Total", "Unusable")
_RUN = ("Cancel Requested", "Cancelled", "Completed", "Failed", "Finalizing", "Not Responding", "Not Started")
_RUN_TOO = ("Preparing", "Provisioning", "Queued", "Started", "Starting")
METRICS: dict[str, frozenset[str]] = {
    "microsoft.machinelearningservices/workspaces": frozenset(
        {
            *(f"{state} {what}" for state in _QUANTITY for what in ("Cores", "Nodes")),
            *(f"{state} Runs" for state in (*_RUN, *_RUN_TOO)),
            *(f"Model Deploy {state}" for state in ("Failed", "Started", "Succeeded")),
            *(f"Model Register {state}" for state in ("Failed", "Succeeded")),
            *("Errors", "Quota Utilization Percentage", "Warnings"),
            *(
                "CpuCapacityMillicores",
                "CpuUtilization",
                "CpuUtilizationMillicores",
                "CpuUtilizationPercentage",
            ),
            *(
                f"{chip}Memory{rest}Megabytes"
                for chip in ("Cpu", "Gpu")
                for rest in ("Capacity", "Utilization")
            ),
            *("CpuMemoryUtilizationPercentage", "GpuMemoryUtilization", "GpuMemoryUtilizationPercentage"),
            *("GpuCapacityMilliGPUs", "GpuEnergyJoules", "GpuUtilization", "GpuUtilizationMilliGPUs"),
            *("GpuUtilizationPercentage", "IBReceiveMegabytes", "IBTransmitMegabytes"),
            *(f"Disk{rest}Megabytes" for rest in ("Avail", "Read", "Used", "Write")),
            *("NetworkInputMegabytes", "NetworkOutputMegabytes"),
            *("StorageAPIFailureCount", "StorageAPISuccessCount"),
            *("Agents", "IndexedFiles", "Messages", "Runs", "Threads", "Tokens", "ToolCalls"),
        }
    ),
}
# Types without diagnostic settings at all.
NONE_AT_ALL = frozenset(
    {
        "microsoft.network/subnets",
        "microsoft.network/privateendpoints",
        "microsoft.network/privatednszones",
        "microsoft.managedidentity/userassignedidentities",
        "microsoft.resources/resourcegroups",
        "microsoft.insights/actiongroups",
        "microsoft.insights/privatelinkscopes",
    }
)


def has_a_sink(inputs: Values) -> Iterator[Problem]:
    if all(inputs.get(name) is None for name in SINKS):
        yield Problem("workspaceId", "is missing, and so is every other place to send to")
    for name in ("logs", "metrics"):
        for index, one in enumerate(inputs.get(name) or []):
            if (
                isinstance(one, dict)
                and name == "logs"
                and bool(one.get("category")) == bool(one.get("categoryGroup"))
            ):
                yield Problem(f"logs[{index}]", "needs either category or categoryGroup")
    if not inputs.get("logs") and not inputs.get("metrics"):
        yield Problem("logs", "and metrics are empty: the setting would send nothing")


def categories_fit(request: Request) -> None:
    target = ids.parse(request.id).scope
    kind = ids.parse(target).kind.lower()
    if kind in NONE_AT_ALL:
        raise ArmError(
            400,
            "ResourceTypeNotSupported",
            f"The resource type '{kind}' does not support diagnostic settings.",
        )
    known = CATEGORIES.get(kind)
    for one in request.inputs.get("logs") or []:
        asked = one.get("categoryGroup") or one.get("category")
        if known is not None and asked not in known:
            hint = (
                suggestion(str(asked), known)
                or f"; it has {', '.join(sorted(known)) or 'no logs of its own'}"
            )
            raise ArmError(400, "BadRequest", f"Category '{asked}' is not supported by '{target}'{hint}.")


def _others(request: Request) -> list[Resource]:
    target = ids.key(ids.parse(request.id).scope)
    settings = request.subscription.of_kind("Microsoft.Insights/diagnosticSettings")
    return [
        one
        for one in settings
        if ids.key(ids.parse(one.id).scope) == target and ids.key(one.id) != ids.key(request.id)
    ]


def at_most_five(request: Request) -> None:
    others = _others(request)
    if len(others) >= AT_MOST:
        raise ArmError(409, "Conflict", f"A resource can have at most {AT_MOST} diagnostic settings.")
    for other in others:
        same_sink = any(
            request.inputs.get(name) and request.inputs.get(name) == other.inputs.get(name) for name in SINKS
        )
        shared = _categories(request.inputs) & _categories(other.inputs)
        if same_sink and shared:
            raise ArmError(
                409,
                "Conflict",
                f"Data sink is already used in diagnostic setting '{other.name}' for category "
                f"'{min(shared)}'.",
            )


def _categories(inputs: Values) -> set[str]:
    listed: list[Any] = [*(inputs.get("logs") or []), *(inputs.get("metrics") or [])]
    return {str(one.get("categoryGroup") or one.get("category")) for one in listed if one.get("enabled")}


def short_name(inputs: Values) -> Iterator[Problem]:
    name = inputs.get("groupShortName")
    if isinstance(name, str) and len(name) not in SHORT_NAME:
        yield Problem("groupShortName", f"{name!r} has {len(name)} characters, but 1 to 12 are allowed")


def alert_timing(inputs: Values) -> Iterator[Problem]:
    severity = inputs.get("severity")
    if isinstance(severity, (int, float)) and severity not in SEVERITIES:
        yield Problem("severity", f"is {severity}, but must be 0 to 4")
    every, window = _minutes(inputs.get("evaluationFrequency")), _minutes(inputs.get("windowSize"))
    if every and window and window < every:
        yield Problem(
            "windowSize",
            f"is {inputs['windowSize']}, shorter than evaluationFrequency {inputs['evaluationFrequency']}",
        )
    for name in ("evaluationFrequency", "windowSize"):
        if isinstance(inputs.get(name), str) and _minutes(inputs[name]) is None:
            yield Problem(name, f"{inputs[name]!r} is no ISO 8601 duration such as PT5M")


def metrics_exist(request: Request) -> None:
    """An alert on a metric that its target lacks is refused; most types' metrics are not known here."""
    criteria = request.at("criteria.allOf") or []
    for scope in request.inputs.get("scopes") or []:
        known = METRICS.get(ids.parse(str(scope)).kind.lower())
        for one in criteria:
            name = str(one.get("metricName"))
            if known is not None and name not in known:
                hint = suggestion(name, known)
                raise ArmError(400, "BadRequest", f"'{scope}' has no metric '{name}'{hint}")


def _minutes(value: Any) -> float | None:
    found = (
        re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", value)
        if isinstance(value, str)
        else None
    )
    if not found or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * 1440 + hours * 60 + minutes + seconds / 60
