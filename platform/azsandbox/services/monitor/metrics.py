"""Metrics of Azure ML workspaces, which azsandbox.facts.metrics lacks, by ARM type in lower case.

Source: learn.microsoft.com/azure/azure-monitor/reference/supported-metrics.
"""

from __future__ import annotations

_NODE_STATES = ("Active", "Idle", "Leaving", "Preempted", "Total", "Unusable")
_RUN_STATES = (
    "Cancel Requested",
    "Cancelled",
    "Completed",
    "Failed",
    "Finalizing",
    "Not Responding",
    "Not Started",
    "Preparing",
    "Provisioning",
    "Queued",
    "Started",
    "Starting",
)
METRICS: dict[str, frozenset[str]] = {
    "microsoft.machinelearningservices/workspaces": frozenset(
        {
            *(f"{state} {unit}" for state in _NODE_STATES for unit in ("Cores", "Nodes")),
            *(f"{state} Runs" for state in _RUN_STATES),
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
