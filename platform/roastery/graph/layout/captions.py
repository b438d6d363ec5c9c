"""The sentences of a drawing: its subtitle, the text at its foot, and the description for screen readers."""

from __future__ import annotations

from collections import Counter

from roastery.graph.labels import listing, plural
from roastery.graph.model import Drawing


def subtitle(drawing: Drawing) -> str:
    regions = ", ".join(drawing.regions) or "no region"
    return f"{plural(drawing.total, 'resource')} in the state of stack {drawing.stack}, in {regions}"


def drawn_count(drawing: Drawing) -> str:
    """How many resources are drawn, and the number of the others by type."""
    undrawn = sum(drawing.undrawn.values())
    drawn = f"{drawing.total - undrawn} of {plural(drawing.total, 'resource')} drawn"
    if not undrawn:
        return drawn
    parts = [f"{number} × {kind}" for kind, number in drawing.undrawn.items()]  # noqa: RUF001 - a times sign
    return f"{drawn}. Also declared: {' · '.join(parts)}"


def legend() -> str:
    """Explains the lines and the tags."""
    return (
        "Blue arrows are private links; grey ones are the way in, the way out and where jobs run. "
        "A tag names the resource group where it is not that of the box around."
    )


def describe(drawing: Drawing) -> str:
    """The whole picture as text, for screen readers."""
    sentences = [f"Stack {drawing.stack} of {drawing.project}, {plural(drawing.total, 'resource')}."]
    if drawing.groups:
        sentences.append(f"Resource groups: {listing([group.name for group in drawing.groups], 12)}.")
    for network in drawing.networks:
        names = [f"{subnet.name} {subnet.cidr}" for subnet in network.subnets]
        links = sum(row.number for subnet in network.subnets for row in subnet.endpoints)
        sentences.append(
            f"Virtual network {network.card.name} with subnets {listing(names, 12)} and "
            f"{plural(links, 'private endpoint')}."
        )
    if drawing.services:
        kinds = Counter(service.title for service in drawing.services)
        names = [plural(number, kind) for kind, number in kinds.items()]
        sentences.append(f"Services: {listing(names, 20)}.")
    clusters = [
        cluster for network in drawing.networks for subnet in network.subnets for cluster in subnet.clusters
    ]
    for cluster in (*clusters, *drawing.clusters):
        names = [namespace.name for namespace in cluster.namespaces]
        namespaces = listing(names, 12) or "that are not declared"
        sentences.append(f"{cluster.card.title} {cluster.card.name} with namespaces {namespaces}.")
    for principal in drawing.principals:
        roles = "; ".join(f"{role} on {scope}" for role, scope in principal.roles)
        sentences.append(f"{principal.name} ({principal.kind}): {roles or 'no role'}.")
    sentences.append(drawn_count(drawing) + ".")
    return " ".join(sentences)
