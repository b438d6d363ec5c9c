"""Instance types of the Azure ML extension: what one job or replica gets, and on which nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta import v1 as meta


@dataclass(frozen=True, kw_only=True)
class InstanceType:
    """One instance type.

    Args:
        name: by which jobs and deployments refer to it.
        node_labels: labels of the nodes that it runs on.
        requests, limits: amounts of `cpu` and `memory`.
    """

    name: str
    node_labels: Mapping[str, str]
    requests: Mapping[str, str]
    limits: Mapping[str, str]


def declare_instance_type(
    instance_type: InstanceType,
    provider: k8s.Provider,
    parent: pulumi.Resource,
    before: Sequence[pulumi.Resource],
) -> CustomResource:
    """Declares the instance type in the cluster.

    Args:
        instance_type: what it is.
        provider: of the cluster.
        parent: the component that the cluster belongs to.
        before: what has to exist first: its kind comes with the Azure ML extension.
    """
    return CustomResource(
        f"instance-{instance_type.name}",
        api_version="amlarc.azureml.com/v1alpha1",
        kind="InstanceType",
        metadata=meta.ObjectMetaArgs(name=instance_type.name),
        spec={
            "nodeSelector": dict(instance_type.node_labels),
            "resources": {"requests": dict(instance_type.requests), "limits": dict(instance_type.limits)},
        },
        opts=pulumi.ResourceOptions(parent=parent, provider=provider, depends_on=before),
    )
