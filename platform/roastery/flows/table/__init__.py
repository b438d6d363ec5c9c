"""The table of flows, by area; `ALL` is the whole of it, and the order is that of reports."""

from __future__ import annotations

from roastery.flows.table import argo, azure_ml, events, jobs, nodes, operators, people, workflows

AREAS = {
    "Cluster": nodes.FLOWS,
    "Azure Machine Learning": azure_ml.FLOWS,
    "Jobs and models": jobs.FLOWS,
    "Argo": argo.FLOWS,
    "Workflows": workflows.FLOWS,
    "Operators": operators.FLOWS,
    "People": people.FLOWS,
    "Events and services": events.FLOWS,
}
ALL = tuple(flow for flows in AREAS.values() for flow in flows)
