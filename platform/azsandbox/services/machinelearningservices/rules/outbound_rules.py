"""What Azure ML refuses about the outbound rules of a managed network, inside of a workspace or on their own.

Source: learn.microsoft.com, "Workspace managed virtual network isolation" and "CLI (v2) workspace YAML
schema" (2026-12-01); azure-ai-ml 1.35, `entities/_workspace/networking.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.facts import service_tags
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.machinelearningservices.rules.reading import at, named, section, text
from azsandbox.services.network.private_link import groups_of

NOT_ISOLATED = (None, "", "Disabled")
_APPROVED_ONLY = "AllowOnlyApprovedOutbound"
_HOST = re.compile(
    r"(\*\.)?([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]\.?"
)
_PORTS = re.compile(r"\*|\d{1,5}(-\d{1,5})?(,\s*\d{1,5}(-\d{1,5})?)*")
_PROTOCOLS = frozenset({"tcp", "udp", "icmp", "*", "any"})
_LAST_PORT = 65535
_STORAGE_HOST = re.compile(r".*\.(blob|dfs|file|queue|table)\.core\.windows\.net", re.IGNORECASE)


def rules_of_workspace_are_valid(inputs: Values) -> Iterator[Problem]:
    network = section(inputs, "managedNetwork")
    for name, rule in named(network.get("outboundRules")):
        path = f"managedNetwork.outboundRules.{name}"
        yield from problems(section(rule), path)
        mode = network.get("isolationMode")
        if mode == "AllowInternetOutbound" and section(rule).get("type") in {"FQDN", "ServiceTag"}:
            yield Problem(
                f"{path}.type",
                f"is {section(rule)['type']}, which goes with isolationMode {_APPROVED_ONLY} only; with "
                f"{mode} "
                "only private endpoints do",
            )


def rule_is_valid(inputs: Values) -> Iterator[Problem]:
    yield from problems(section(inputs, "properties"), "properties")


def problems(rule: Values, path: str) -> Iterator[Problem]:
    kind, destination = rule.get("type"), rule.get("destination")
    if kind in {"FQDN", "ServiceTag", "PrivateEndpoint"} and destination is None:
        yield Problem(f"{path}.destination", f"is required for a rule of type {kind}", code="required")
    elif kind == "FQDN":
        yield from _host(text(destination), f"{path}.destination")
    elif kind == "ServiceTag":
        yield from _service_tag(section(destination), f"{path}.destination")
    elif kind == "PrivateEndpoint":
        yield from _private_endpoint(section(destination), f"{path}.destination")


def _host(host: str | None, path: str) -> Iterator[Problem]:
    if host is None:
        return
    if not _HOST.fullmatch(host):
        yield Problem(
            path, f"{host!r} is not a host name such as pypi.org or *.pypi.org, without scheme, port or path"
        )
    elif _STORAGE_HOST.fullmatch(host):
        yield Problem(
            path, f"{host!r} is storage of Azure, which needs a private endpoint instead", warning=True
        )


def _service_tag(destination: Values, path: str) -> Iterator[Problem]:
    tag = text(destination.get("serviceTag"))
    if destination and destination.get("serviceTag") is None and not destination.get("addressPrefixes"):
        yield Problem(f"{path}.serviceTag", "is required, unless there are addressPrefixes", code="required")
    if tag and service_tags.tag(tag) is None:
        hint = service_tags.similar(tag)
        yield Problem(f"{path}.serviceTag", f"{tag!r} is not a known service tag{hint}", warning=not hint)
    protocol, ports = text(destination.get("protocol")), text(destination.get("portRanges"))
    if protocol and protocol.lower() not in _PROTOCOLS:
        yield Problem(f"{path}.protocol", f"{protocol!r} is none of TCP, UDP, ICMP, *")
    if ports and not _ports_exist(ports):
        yield Problem(
            f"{path}.portRanges",
            f"{ports!r} is not a list of ports and ranges within 1 and {_LAST_PORT}, such as 80,443",
        )
    for name in ("protocol", "portRanges"):
        if destination and destination.get(name) is None:
            yield Problem(f"{path}.{name}", "is required for a service tag", code="required")


def _ports_exist(ports: str) -> bool:
    if ports == "*":
        return True
    if not _PORTS.fullmatch(ports):
        return False
    for part in ports.split(","):
        first, _, last = part.strip().partition("-")
        if not 1 <= int(first) <= int(last or first) <= _LAST_PORT:
            return False
    return True


def _private_endpoint(destination: Values, path: str) -> Iterator[Problem]:
    if not destination:
        return
    target, group = text(destination.get("serviceResourceId")), text(destination.get("subresourceTarget"))
    for name in ("serviceResourceId", "subresourceTarget"):
        if destination.get(name) is None:
            yield Problem(f"{path}.{name}", "is required for a private endpoint", code="required")
    if target and not ids.looks_like_id(target):
        yield Problem(f"{path}.serviceResourceId", f"{target!r} is not an ARM id")
    elif target and group:
        groups = groups_of(target)
        if groups and group.lower() not in groups:
            yield Problem(
                f"{path}.subresourceTarget",
                f"{group!r} is not a sub-resource of a {ids.parse(target).kind}: use "
                f"{', '.join(sorted(groups))}"
                f"{suggestion(group, groups)}",
            )


# with the subscription


def workspace_has_a_managed_network(request: Request) -> None:
    """What an outbound rule of its own needs."""
    mode = at(request.parent.inputs, "managedNetwork.isolationMode") if request.parent else None
    if mode in NOT_ISOLATED:
        raise ArmError(
            400,
            "ValidationError",
            "Outbound rules need a managed network: the workspace's isolationMode is Disabled.",
        )
    kind = request.at("properties.type")
    if mode == "AllowInternetOutbound" and kind in {"FQDN", "ServiceTag"}:
        raise ArmError(
            400,
            "ValidationError",
            f"Outbound rule '{request.name}' is of type {kind}, which goes with isolationMode "
            f"{_APPROVED_ONLY} only: "
            f"the workspace's is {mode}.",
        )


def destinations_differ(request: Request) -> None:
    """Two rules of one workspace do not lead to one private endpoint."""
    wanted = _target(section(request.at("properties")))
    workspace = request.parent
    if wanted is None or workspace is None:
        return
    for other in request.subscription.below(workspace.id):
        same = other.kind.lower().endswith("/outboundrules") and ids.key(other.id) != ids.key(request.id)
        if same and _target(section(other.inputs, "properties")) == wanted:
            raise ArmError(
                409,
                "Conflict",
                f"Outbound rule '{other.name}' already leads to {wanted[1]} of '{wanted[0]}'.",
            )


def _target(rule: Values) -> tuple[str, str] | None:
    destination = section(rule.get("destination"))
    target, group = text(destination.get("serviceResourceId")), text(destination.get("subresourceTarget"))
    return (ids.key(target), group.lower()) if target and group else None
