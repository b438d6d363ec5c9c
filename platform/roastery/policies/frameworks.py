"""Which controls of public frameworks a policy serves.

Published: the ids that a policy names itself, and what the pages of the Microsoft cloud security benchmark
(version 1, learn.microsoft.com/security/benchmark/azure/overview) list for a control under "CIS Controls v8
ID(s)" and "NIST SP 800-53 r4 ID(s)". Everything else is our own mapping, and is marked as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from roastery.policies.model import Policy

OURS = " (our mapping)"


class Framework(StrEnum):
    """Frameworks that a check can be limited to."""

    CIS = "cis"
    MCSB = "mcsb"
    NIST = "nist"
    ISO27001 = "iso27001"


TITLES = {
    Framework.CIS: "CIS Azure Foundations 3.0.0, CIS AKS 1.8 and CIS Controls v8",
    Framework.MCSB: "Microsoft cloud security benchmark, version 1",
    Framework.NIST: "NIST SP 800-53, revision 4",
    Framework.ISO27001: "ISO/IEC 27001:2022, annex A",
}


@dataclass(frozen=True, kw_only=True)
class Control:
    """What one control of the Microsoft cloud security benchmark is in the other frameworks.

    `checked` says that ids of CIS and NIST were read on the control's page; those of ISO are always ours.
    """

    cis: tuple[str, ...] = ()
    nist: tuple[str, ...]
    iso: tuple[str, ...]
    checked: bool = False


CONTROLS: dict[str, Control] = {
    "AM-1": Control(cis=("1.1", "1.5", "2.1", "2.4"), nist=("CM-8", "PM-5"), iso=("A.5.9",), checked=True),
    "AM-2": Control(cis=("2.5", "2.6"), nist=("CM-8", "PM-5"), iso=("A.5.9", "A.8.19")),
    "AM-3": Control(cis=("1.1", "2.1"), nist=("CM-8", "CM-7"), iso=("A.5.9", "A.8.32")),
    "BR-2": Control(cis=("11.3",), nist=("CP-6", "CP-9"), iso=("A.8.13",)),
    "DP-2": Control(cis=("3.13",), nist=("AC-4", "SI-4"), iso=("A.5.14", "A.8.12")),
    "DP-3": Control(cis=("3.10",), nist=("SC-8",), iso=("A.8.24",), checked=True),
    "DP-4": Control(cis=("3.11",), nist=("SC-28",), iso=("A.8.24",)),
    "DP-8": Control(nist=("IA-5", "SC-12", "SC-17"), iso=("A.8.24",)),
    "DS-2": Control(cis=("16.4", "16.6", "16.11"), nist=("SA-12", "SA-15"), iso=("A.5.21", "A.8.19")),
    "IM-1": Control(
        cis=("6.7", "12.5"), nist=("AC-2", "AC-3", "IA-2", "IA-8"), iso=("A.5.16", "A.8.5"), checked=True
    ),
    "IM-3": Control(nist=("AC-2", "AC-3", "IA-4", "IA-5", "IA-9"), iso=("A.5.16", "A.5.17"), checked=True),
    "IM-6": Control(
        cis=("6.3", "6.4"),
        nist=("AC-2", "AC-3", "IA-2", "IA-5", "IA-8"),
        iso=("A.5.17", "A.8.5"),
        checked=True,
    ),
    "IM-8": Control(cis=("16.9", "16.12"), nist=("IA-5",), iso=("A.5.17",)),
    "LT-1": Control(cis=("8.11",), nist=("AU-3", "AU-6", "AU-12", "SI-4"), iso=("A.8.16",)),
    "LT-3": Control(cis=("8.2", "8.5", "8.12"), nist=("AU-3", "AU-6", "AU-12", "SI-4"), iso=("A.8.15",)),
    "LT-6": Control(cis=("8.3", "8.10"), nist=("AU-11",), iso=("A.8.15",)),
    "NS-1": Control(
        cis=("3.12", "4.4", "13.4"), nist=("AC-4", "SC-2", "SC-7"), iso=("A.8.20", "A.8.22"), checked=True
    ),
    "NS-2": Control(
        cis=("3.12", "4.4"), nist=("AC-4", "SC-2", "SC-7"), iso=("A.8.20", "A.8.21"), checked=True
    ),
    "NS-3": Control(
        cis=("4.4", "4.8", "13.10"), nist=("AC-4", "SC-7", "CM-7"), iso=("A.8.20", "A.8.23"), checked=True
    ),
    "NS-8": Control(cis=("4.4", "4.8"), nist=("CM-2", "CM-6", "CM-7"), iso=("A.8.21",)),
    "NS-10": Control(cis=("4.9", "9.2"), nist=("SC-20", "SC-21"), iso=("A.8.21",)),
    "PA-1": Control(cis=("5.4", "6.8"), nist=("AC-2", "AC-6"), iso=("A.8.2",)),
    "PA-7": Control(cis=("3.3", "6.8"), nist=("AC-2", "AC-3", "AC-6"), iso=("A.5.15", "A.5.18")),
    "PV-1": Control(cis=("4.1", "4.2"), nist=("CM-2", "CM-6"), iso=("A.8.9",)),
    "PV-2": Control(cis=("4.1", "4.2"), nist=("CM-2", "CM-6"), iso=("A.8.9",)),
    "PV-3": Control(cis=("4.1",), nist=("CM-2", "CM-6"), iso=("A.8.9", "A.8.19")),
    "PV-6": Control(cis=("7.2", "7.3", "7.4", "7.7"), nist=("RA-3", "RA-5", "SI-2"), iso=("A.8.8",)),
}
# Controls of the benchmark for policies that name none: our mapping.
OWN_CONTROLS: dict[str, str] = {
    "storage-cross-tenant": "DP-2",
    "storage-redundancy": "BR-2",
    "registry-export": "DP-2",
    "pod-privileged": "PV-1",
    "pod-escalation": "PV-1",
    "pod-non-root": "PV-1",
    "pod-capabilities": "PV-1",
    "pod-seccomp": "PV-1",
    "pod-bounded": "PV-1",
    "deployment-bounded": "PV-1",
    "namespace-bounds": "PV-1",
    "stack-complete": "AM-1",
    "flow-broken": "NS-1",
    "flow-excess": "PA-7",
    "waiver-expired": "AM-2",
    "waiver-unused": "AM-2",
}
UNMAPPED: dict[str, str] = {
    "aks-paid-tier": "an agreement about availability, not a control",
    "budget-present": "cost",
    "name-convention": "names",
    "pool-bounded": "cost",
    "private-endpoint-order": "an error of Azure, not a control",
}
"""Policies that serve no control, with the reason."""


def controls(policy: Policy, framework: Framework) -> tuple[str, ...]:
    """The controls of a framework that a policy serves; those of our own mapping say so."""
    benchmark = [(text.removeprefix("MCSB "), "") for text in policy.ids if text.startswith("MCSB ")]
    if not benchmark and policy.id in OWN_CONTROLS:
        benchmark = [(OWN_CONTROLS[policy.id], OURS)]
    if framework is Framework.MCSB:
        return tuple(f"MCSB {name}{mark}" for name, mark in benchmark)
    listed = [text for text in policy.ids if text.startswith("CIS ")] if framework is Framework.CIS else []
    for name, mark in benchmark:
        control = CONTROLS[name]
        ours = mark or ("" if control.checked else OURS)
        if framework is Framework.CIS:
            listed += [f"CIS Controls v8: {number}{ours}" for number in control.cis]
        elif framework is Framework.NIST:
            listed += [f"NIST SP 800-53 r4: {number}{ours}" for number in control.nist]
        else:
            listed += [f"ISO/IEC 27001:2022 {number}{OURS}" for number in control.iso]
    return tuple(dict.fromkeys(listed))
