"""Network policies.

Source: kubernetes pkg/apis/networking/validation/validation.go (ValidateNetworkPolicySpec).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import addresses, probes, selectors
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.kubernetes.validation.release import Release

_PROTOCOLS = ("TCP", "UDP", "SCTP")
_TYPES = ("Ingress", "Egress")
_LARGEST_PORT = 65535


def validate(manifest: Field, release: Release) -> Problems:
    spec = manifest["spec"]
    yield from selectors.label_selector(spec["podSelector"])
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule in spec[direction].items():
            for port in rule["ports"].items():
                yield from _port(port)
            for peer in rule[peers].items():
                yield from _peer(peer, release)
    types = spec["policyTypes"]
    if types.count > len(_TYPES):
        yield types.invalid("may not specify more than two policyTypes")
    else:
        for kind in types.items():
            if kind.is_text and kind.text not in _TYPES:
                yield kind.unsupported(_TYPES)


def _port(field: Field) -> Problems:
    protocol, port, end = field["protocol"], field["port"], field["endPort"]
    if protocol.is_text and protocol.text not in _PROTOCOLS:
        yield protocol.unsupported(_PROTOCOLS)
    yield from probes.port(port)
    if end.number is None:
        return
    if not port.present:
        yield end.invalid("may not be specified when `port` is not specified")
    elif port.is_text:
        yield end.invalid("may not be specified when `port` is non-numeric")
    else:
        yield from end.between(1, _LARGEST_PORT)
        if port.number is not None and end.number < port.number:
            yield end.invalid("must be greater than or equal to `port`")


def _peer(field: Field, release: Release) -> Problems:
    block = field["ipBlock"]
    present = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if field[name].present]
    if not present:
        yield field.required("must specify a peer")
    elif isinstance(field.value, dict) and block.present and len(present) > 1:
        yield field.forbidden("may not specify both ipBlock and another peer")
    for name in ("podSelector", "namespaceSelector"):
        yield from selectors.label_selector(field[name])
    if not isinstance(block.value, dict):
        return
    yield from block["cidr"].need()
    yield from addresses.cidr(block["cidr"], release) if block["cidr"].text else ()
    whole = addresses.parse_range(block["cidr"].text)
    for part in block["except"].items():
        yield from addresses.cidr(part, release)
        network = addresses.parse_range(part.text)
        if whole is None or network is None:
            continue
        inside = network.network_address in whole
        if not inside or network.prefixlen <= whole.prefixlen:
            yield part.invalid("must be a strict subset of `cidr`")
