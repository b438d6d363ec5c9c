"""Manifests as resources: what was authored elsewhere becomes part of the stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta import v1 as meta


def declare(
    manifests: Sequence[dict[str, Any]],
    provider: k8s.Provider,
    parent: pulumi.Resource,
    after: Sequence[pulumi.Resource] = (),
) -> list[pulumi.Resource]:
    """Declares each manifest, all after `after`; its name in the stack is `<kind>-<name>`."""
    opts = pulumi.ResourceOptions(parent=parent, provider=provider, depends_on=list(after))
    return [_one(manifest, opts) for manifest in manifests]


def _one(manifest: dict[str, Any], opts: pulumi.ResourceOptions) -> pulumi.Resource:
    given = manifest["metadata"]
    name = f"{manifest['kind'].lower()}-{given['name']}"
    metadata = meta.ObjectMetaArgs(
        name=given["name"],
        namespace=given.get("namespace"),
        labels=given.get("labels"),
        annotations=given.get("annotations"),
    )
    if manifest["kind"] == "ConfigMap":
        return core.ConfigMap(name, metadata=metadata, data=manifest["data"], opts=opts)
    # The general class takes any kind whose content is a spec, Kubernetes' own included.
    return CustomResource(
        name,
        api_version=manifest["apiVersion"],
        kind=manifest["kind"],
        metadata=metadata,
        spec=manifest["spec"],
        opts=opts,
    )
