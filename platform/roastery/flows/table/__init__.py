"""The table of flows, by area; `ALL` is the whole of it, and the order is that of reports."""

from __future__ import annotations

from roastery.flows.table import events, nodes, operators, people

AREAS = {
    "Cluster": nodes.FLOWS,
    "Operators": operators.FLOWS,
    "People": people.FLOWS,
    "Events and services": events.FLOWS,
}
ALL = tuple(flow for flows in AREAS.values() for flow in flows)
