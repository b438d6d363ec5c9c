"""Who may talk to the pods of jobs and models, and who may create pods that act as them.

The traffic is the table "In-cluster communication requirements" of
learn.microsoft.com/azure/machine-learning/how-to-access-azureml-behind-firewall. Its other lines are between
the extension's own pods, in namespace `azureml`, which no policy of ours selects.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes.admissionregistration import v1 as admission
from pulumi_kubernetes.meta import v1 as meta
from pulumi_kubernetes.networking import v1 as networking

from roastery.components.argo.namespace import Namespace
from roastery.components.cluster import extension

MODEL_PORT = 5001
IDENTITY_PORT = 9999
_OF_WORKFLOW = "workflows.argoproj.io/workflow"  # Argo puts it on every pod of a workflow
Enforcement = Literal["Deny", "Audit"]

# Everything that starts pods, and the pods.
_WORKLOADS = (
    ("", ("pods", "pods/ephemeralcontainers", "replicationcontrollers")),
    ("apps", ("daemonsets", "deployments", "replicasets", "statefulsets")),
    ("batch", ("cronjobs", "jobs")),
)
# The extension's operators start jobs and models, the cluster's own controllers their pods.
CREATORS = (f"system:serviceaccounts:{extension.NAMESPACE}", "system:serviceaccounts:kube-system")


def azure_ml_traffic(
    jobs: Namespace, workflows: Namespace, provider: k8s.Provider
) -> list[networking.NetworkPolicy]:
    """Declares the traffic with Azure ML's own pods: what its table demands, and requests to endpoints.

    The labels of the extension's pods are not documented: the rules name its namespace, and one port each. So
    is the port of the router's pods: to a service, Kubernetes may judge the port of its pods instead of 443
    (kubernetes.io/docs/concepts/services-networking/network-policies), so workflows may use any of theirs.

    Args:
        jobs: namespace of jobs and models.
        workflows: namespace of workflows, whose pods promote models.
        provider: of the cluster.
    """
    azure_ml = networking.NetworkPolicyPeerArgs(
        namespace_selector=meta.LabelSelectorArgs(
            match_labels={"kubernetes.io/metadata.name": extension.NAMESPACE}
        )
    )
    router = networking.NetworkPolicyIngressRuleArgs(from_=[azure_ml], ports=_tcp(MODEL_PORT))
    proxy = networking.NetworkPolicyEgressRuleArgs(to=[azure_ml], ports=_tcp(IDENTITY_PORT))
    of_workflows = meta.LabelSelectorRequirementArgs(key=_OF_WORKFLOW, operator="Exists")
    everything = meta.LabelSelectorArgs()
    specs = {
        (jobs, "azureml-jobs", "allow-router"): networking.NetworkPolicySpecArgs(
            pod_selector=everything, policy_types=["Ingress"], ingress=[router]
        ),
        (jobs, "azureml-jobs", "allow-identity-proxy"): networking.NetworkPolicySpecArgs(
            pod_selector=everything, policy_types=["Egress"], egress=[proxy]
        ),
        (workflows, "roastery", "allow-endpoint"): networking.NetworkPolicySpecArgs(
            pod_selector=meta.LabelSelectorArgs(match_expressions=[of_workflows]),
            policy_types=["Egress"],
            egress=[networking.NetworkPolicyEgressRuleArgs(to=[azure_ml])],
        ),
    }
    return [
        networking.NetworkPolicy(
            f"{part}-{name}",
            metadata=meta.ObjectMetaArgs(name=name, namespace=namespace.name),
            spec=spec,
            opts=pulumi.ResourceOptions(parent=namespace, provider=provider),
        )
        for (namespace, part, name), spec in specs.items()
    ]


def _tcp(port: int) -> list[networking.NetworkPolicyPortArgs]:
    return [networking.NetworkPolicyPortArgs(protocol="TCP", port=port)]


def only_azure_ml_creates_pods(
    name: str, provider: k8s.Provider, parent: pulumi.Resource, enforcement: Enforcement
) -> Sequence[pulumi.Resource]:
    """Declares that nobody but Azure ML's extension starts pods in the namespace, administrators included.

    Azure ML gives its identity to the pods of that namespace; a role can't tell its pods from others.
    Source: kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy.

    Args:
        name: of the namespace.
        provider: of the cluster.
        parent: the component that it belongs to.
        enforcement: `Audit` admits others and records them.
    """
    opts = pulumi.ResourceOptions(parent=parent, provider=provider)
    rules = [
        admission.NamedRuleWithOperationsArgs(
            api_groups=[group], api_versions=["*"], operations=["CREATE", "UPDATE"], resources=list(resources)
        )
        for group, resources in _WORKLOADS
    ]
    groups = " || ".join(f"'{group}' in request.userInfo.groups" for group in CREATORS)
    policy = admission.ValidatingAdmissionPolicy(
        "jobs-creators",
        metadata=meta.ObjectMetaArgs(name="roastery-jobs"),
        spec=admission.ValidatingAdmissionPolicySpecArgs(
            failure_policy="Fail",
            match_constraints=admission.MatchResourcesArgs(
                namespace_selector=meta.LabelSelectorArgs(match_labels={"kubernetes.io/metadata.name": name}),
                resource_rules=rules,
            ),
            validations=[
                admission.ValidationArgs(
                    expression=groups,
                    message=f"only Azure ML's extension starts pods in {name}: they act as that of jobs",
                )
            ],
        ),
        opts=opts,
    )
    binding = admission.ValidatingAdmissionPolicyBinding(
        "jobs-creators",
        metadata=meta.ObjectMetaArgs(name="roastery-jobs"),
        spec=admission.ValidatingAdmissionPolicyBindingSpecArgs(
            policy_name="roastery-jobs", validation_actions=[enforcement]
        ),
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[policy])),
    )
    return [policy, binding]
