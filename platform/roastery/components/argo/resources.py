"""Manifests as resources of the stack."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta import v1 as meta

from roastery.components.argo.manifest import Manifest


def declare_manifests(
    manifests: Sequence[Manifest],
    provider: k8s.Provider,
    parent: pulumi.Resource,
    after: Sequence[pulumi.Resource] = (),
) -> list[pulumi.Resource]:
    """Declares each manifest; its Pulumi name is `<kind>-<name>`.

    Args:
        manifests: config maps, and anything whose content is a spec.
        provider: of the cluster.
        parent: the component that they belong to.
        after: what has to exist first.
    """
    opts = pulumi.ResourceOptions(parent=parent, provider=provider, depends_on=list(after))
    return [_resource(manifest, opts) for manifest in manifests]


def _resource(manifest: Manifest, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    metadata = manifest["metadata"]
    name = f"{manifest['kind'].lower()}-{metadata['name']}"
    object_meta = meta.ObjectMetaArgs(
        name=metadata["name"],
        namespace=metadata.get("namespace"),
        labels=metadata.get("labels"),
        annotations=metadata.get("annotations"),
    )
    if manifest["kind"] == "ConfigMap":
        return core.ConfigMap(name, metadata=object_meta, data=manifest["data"], opts=opts)
    # The class takes every kind whose content is a spec, those of Kubernetes itself included.
    return CustomResource(
        name,
        api_version=manifest["apiVersion"],
        kind=manifest["kind"],
        metadata=object_meta,
        spec=manifest["spec"],
        opts=opts,
    )
