"""Resources that hide other resources: templates, generic resources, manifests and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from roastery.policies import tokens as t
from roastery.policies.checks import across
from roastery.policies.derived import readable
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import UnprovenError

_RESOURCES = "azure-native:resources:"
_TEMPLATES = tuple(
    f"{_RESOURCES}{name}"
    for name in (
        "Deployment",
        "DeploymentAtManagementGroupScope",
        "DeploymentAtScope",
        "DeploymentAtSubscriptionScope",
        "DeploymentAtTenantScope",
        "DeploymentStackAtManagementGroup",
        "DeploymentStackAtResourceGroup",
        "DeploymentStackAtSubscription",
        "TemplateSpec",
        "TemplateSpecVersion",
    )
)
_GENERIC = f"{_RESOURCES}Resource"
_SCRIPTS = (f"{_RESOURCES}AzureCliScript", f"{_RESOURCES}AzurePowerShellScript")
_GIT = (
    "azure-native:kubernetesconfiguration:FluxConfiguration",
    "azure-native:kubernetesconfiguration:SourceControlConfiguration",
    "kubernetes:argoproj.io/v1alpha1:Application",
    "kubernetes:argoproj.io/v1alpha1:ApplicationSet",
)
# Whole packages whose resources the policies of this pack do not know: by what they do.
_PACKAGES = (
    (re.compile(r"azure:"), "is of the classic provider, whose resources no policy reads"),
    (re.compile(r"(azapi|arm|terraform[\w-]*):"), "is a resource of another tool, which no policy reads"),
    (re.compile(r"(command|local|remote|external):"), "runs commands, whose effect no policy reads"),
    (re.compile(r"pulumi-(python|nodejs|go|dotnet|java):dynamic"), "runs code of its own"),
)
TYPES = (*_TEMPLATES, _GENERIC, *_SCRIPTS, *_GIT, *t.MANIFESTS)


def opaque(type_: str) -> str:
    """What a whole package hides; empty for others."""
    return next((what for pattern, what in _PACKAGES if pattern.match(type_)), "")


def _nested(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    parents = {resource.parent for resource in stack.resources}

    def test(resource: DeclaredResource) -> Iterator[Violation]:
        if resource.type in _TEMPLATES:
            yield _template(resource)
        elif resource.type == _GENERIC:
            provider = f"{resource.get('resourceProviderNamespace', '?')}/{resource.get('resourceType', '?')}"
            yield Violation("resourceType", f"declares {provider} so that no policy of that type reads it")
        elif resource.type in _SCRIPTS:
            yield Violation("", "runs a script as an identity, whose effect no policy reads")
        elif resource.type in _GIT:
            yield Violation("", "installs what a Git repository holds, which no policy reads")
        elif resource.type in t.MANIFESTS:
            if resource.urn not in parents and not list(readable(resource)):
                yield Violation(
                    "", "installs manifests that are not in the state, so that no policy reads them"
                )
        elif what := opaque(resource.type):
            yield Violation("", what)

    yield from across(stack.resources, test)


def _template(resource: DeclaredResource) -> Violation:
    for path in ("properties.template", "template", "mainTemplate", "properties.mainTemplate"):
        try:
            template = resource.get(path)
        except UnprovenError:
            break
        if isinstance(template, dict):
            names = sorted(set(_inner(cast("dict[str, Any]", template))))
            return Violation(
                path, f"creates resources that no policy reads: {', '.join(names) or 'none yet'}"
            )
    return Violation("", "creates what a template elsewhere holds, which no policy reads")


def _inner(template: dict[str, Any]) -> Iterator[str]:
    """Types of the resources of a template, and of the templates in it."""
    listed: Any = template.get("resources")
    # Templates of languageVersion 2.0 hold a map of them.
    entries: Any = listed.values() if isinstance(listed, dict) else listed if isinstance(listed, list) else ()
    for entry in entries:
        if isinstance(entry, dict):
            fields = cast("dict[str, Any]", entry)
            yield str(fields.get("type", "?"))
            yield from _inner(fields)
            inner: Any = fields.get("properties")
            nested = cast("dict[str, Any]", inner).get("template") if isinstance(inner, dict) else None
            if isinstance(nested, dict):
                yield from _inner(cast("dict[str, Any]", nested))


POLICIES = (
    Policy(
        id="nested-template",
        title="No resource hides other resources",
        reason="What a template, a generic resource, a script or another provider makes is judged by nobody.",
        fix="Declare the resources themselves, with azure-native or typed resources of Kubernetes.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB AM-2", "MCSB PV-1"),
        types=TYPES,
        check_stack=_nested,
    ),
)
