"""Questions to the cluster's DNS, which every other flow of pods starts with."""

from __future__ import annotations

from roastery.flows.model import Flow, Pods
from roastery.flows.table import pods


def lookups(id_: str, client: Pods, *needs: str) -> tuple[Flow, ...]:
    """Over both protocols: an answer that is too long for UDP is asked for again."""
    return tuple(
        Flow(
            id=f"{id_}-names-{protocol.lower()}",
            source=client,
            destination=pods.DNS,
            ports=(53,),
            protocol=protocol,
            why="Every other flow starts with a name",
            page="kubernetes.io/docs/concepts/services-networking/dns-pod-service",
            needs=needs,
        )
        for protocol in ("Udp", "Tcp")
    )
