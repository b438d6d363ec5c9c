"""Which resource providers the program needs: read from the components' own imports, not listed by hand."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

SDK = "pulumi_azure_native"
COMPONENTS = Path(__file__).resolve().parents[2] / "components"
# Modules of the SDK that are not called as their namespace is; all others are `Microsoft.<module>`.
_NAMESPACES = {
    "applicationinsights": "Microsoft.Insights",
    "monitor": "Microsoft.Insights",
    "privatedns": "Microsoft.Network",
}
# What services need behind the resources that are declared.
_BEHIND = {
    "Microsoft.KubernetesConfiguration": (
        "extensions of AKS: learn.microsoft.com/azure/aks/deploy-extensions-az-cli"
    ),
    "Microsoft.ContainerService": "extensions of AKS: learn.microsoft.com/azure/aks/deploy-extensions-az-cli",
    "Microsoft.Insights": "diagnostic settings: pulumi/pulumi-azure-native#3479",
    "Microsoft.PolicyInsights": (
        "the policy add-on of AKS: learn.microsoft.com/azure/governance/policy/concepts/policy-for-kubernetes"
    ),
}


@functools.cache
def required() -> Mapping[str, str]:
    """Namespace → what needs it, in alphabetical order; compared without case, as ARM does."""
    needs: dict[str, list[str]] = {name: [why] for name, why in _BEHIND.items()}
    spelled = {name.lower(): name for name in needs}
    for module in sorted(set(modules())):
        name = _NAMESPACES.get(module, f"Microsoft.{module}")
        needs.setdefault(spelled.setdefault(name.lower(), name), []).append(f"resources of {module}")
    return {name: "; ".join(needs[name]) for name in sorted(needs, key=str.lower)}


def modules() -> Iterator[str]:
    """The SDK's modules that the components import."""
    for file in sorted(COMPONENTS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == SDK:
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{SDK}."):
                yield (node.module or "").split(".")[1]
