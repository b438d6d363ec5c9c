"""The sentences of a drawing: what stands under its title and at its foot, and what a screen reader says."""

from __future__ import annotations

from collections import Counter

from roastery.graph.labels import listing, plural
from roastery.graph.model import Drawing


def subtitle(drawing: Drawing) -> str:
    regions = ", ".join(drawing.regions) or "no region"
    return f"{plural(drawing.total, 'resource')} in the state of stack {drawing.stack}, in {regions}"


def also(drawing: Drawing) -> str:
    """What is in the state and not drawn, so that the numbers add up."""
    left = sum(drawing.also.values())
    drawn = f"{drawing.total - left} of {plural(drawing.total, 'resource')} drawn"
    if not left:
        return drawn
    parts = [f"{number} × {kind}" for kind, number in drawing.also.items()]  # noqa: RUF001 - a times sign
    return f"{drawn}. Also declared: {' · '.join(parts)}"


def key() -> str:
    """How to read the lines and the tags."""
    return (
        "Blue arrows are private links; grey ones are the way in, the way out and where jobs run. "
        "A tag names the resource group where it is not that of the box around."
    )


def describe(drawing: Drawing) -> str:
    """The picture in words."""
    said = [f"Stack {drawing.stack} of {drawing.project}, {plural(drawing.total, 'resource')}."]
    if drawing.groups:
        said.append(f"Resource groups: {listing([one.name for one in drawing.groups], 12)}.")
    for net in drawing.networks:
        names = [f"{one.name} {one.cidr}" for one in net.subnets]
        links = sum(row.number for one in net.subnets for row in one.endpoints)
        said.append(
            f"Virtual network {net.card.name} with subnets {listing(names, 12)} and "
            f"{plural(links, 'private endpoint')}."
        )
    if drawing.services:
        kinds = Counter(one.title for one in drawing.services)
        names = [plural(number, kind) for kind, number in kinds.items()]
        said.append(f"Services: {listing(names, 20)}.")
    clusters = [one for net in drawing.networks for subnet in net.subnets for one in subnet.clusters]
    for one in (*clusters, *drawing.clusters):
        spaces = listing([space.name for space in one.namespaces], 12)
        said.append(f"{one.card.title} {one.card.name} with namespaces {spaces or 'that are not declared'}.")
    for who in drawing.principals:
        roles = "; ".join(f"{role} on {scope}" for role, scope in who.roles)
        said.append(f"{who.name} ({who.kind}): {roles or 'no role'}.")
    said.append(also(drawing) + ".")
    return " ".join(said)
