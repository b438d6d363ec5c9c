"""Rights on the API server: of service accounts, of charts' accounts, of principals of Entra ID."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery import roles
from roastery.flows.facts.charts import chart_name, chart_roles
from roastery.flows.model import FlowVerdict, KubernetesAccess, Pods
from roastery.flows.prove.kubernetes import permitted
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource

Make = Callable[..., DeclaredResource]
Build = Callable[..., Topology]
RBAC = "rbac.authorization.k8s.io/v1:"
PODS = Pods(namespace="roastery", account="runner")
CREATE = KubernetesAccess(
    verbs=("create",), resources=("workflows",), group="argoproj.io", namespace="roastery"
)
GROUP = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks"
RULE = {"apiGroups": ["argoproj.io"], "resources": ["workflows"], "verbs": ["create"]}
ACCOUNT = {"kind": "ServiceAccount", "name": "runner", "namespace": "roastery"}


def names(uses: frozenset[str]) -> set[str]:
    return {use.rpartition("::")[2] for use in uses}


def bound(
    kubernetes: Make,
    *,
    role: str = "Role",
    binding: str = "RoleBinding",
    subject: dict[str, Any] = ACCOUNT,
    rule: dict[str, Any] = RULE,
) -> list[DeclaredResource]:
    """A role and a binding of it, both called `submitter`."""
    reference = {"kind": role, "name": "submitter", "apiGroup": "rbac.authorization.k8s.io"}
    return [
        kubernetes(f"{RBAC}{role}", "submitter", "roastery" if role == "Role" else "", rules=[rule]),
        kubernetes(
            f"{RBAC}{binding}",
            "submitters",
            "roastery" if binding == "RoleBinding" else "",
            roleRef=reference,
            subjects=[subject],
        ),
    ]


@pytest.mark.parametrize(
    ("role", "binding"),
    [("Role", "RoleBinding"), ("ClusterRole", "RoleBinding"), ("ClusterRole", "ClusterRoleBinding")],
)
def test_a_bound_role_allows_what_its_rules_list(
    build: Build, kubernetes: Make, role: str, binding: str
) -> None:
    judgement = permitted(build(bound(kubernetes, role=role, binding=binding)), PODS, CREATE)
    assert judgement.verdict is FlowVerdict.OK
    assert {name.removeprefix("roastery-") for name in names(judgement.uses)} == {"submitter", "submitters"}


@pytest.mark.parametrize(
    "subject",
    [
        {"kind": "User", "name": "system:serviceaccount:roastery:runner"},
        {"kind": "Group", "name": "system:serviceaccounts"},
        {"kind": "Group", "name": "system:serviceaccounts:roastery"},
        {"kind": "Group", "name": "system:authenticated"},
    ],
)
def test_a_service_account_is_also_a_user_and_in_groups(
    build: Build, kubernetes: Make, subject: dict[str, Any]
) -> None:
    assert permitted(build(bound(kubernetes, subject=subject)), PODS, CREATE).verdict is FlowVerdict.OK


@pytest.mark.parametrize(
    ("changes", "access"),
    [
        ({"subject": ACCOUNT | {"name": "other"}}, CREATE),
        ({"subject": ACCOUNT | {"namespace": "other"}}, CREATE),
        ({"subject": {"kind": "Group", "name": "system:serviceaccounts:other"}}, CREATE),
        ({"rule": RULE | {"verbs": ["get"]}}, CREATE),
        ({"rule": RULE | {"apiGroups": [""]}}, CREATE),
        ({"rule": RULE | {"resources": ["workflows/status"]}}, CREATE),
        ({"rule": RULE | {"resourceNames": ["only-this"]}}, CREATE),
        (
            {},
            KubernetesAccess(
                verbs=("create",), resources=("workflows",), group="argoproj.io", namespace="other"
            ),
        ),
        ({}, KubernetesAccess(verbs=("create",), resources=("workflows",), group="argoproj.io")),
    ],
)
def test_anything_else_does_not(
    build: Build, kubernetes: Make, changes: dict[str, Any], access: KubernetesAccess
) -> None:
    assert permitted(build(bound(kubernetes, **changes)), PODS, access).verdict is FlowVerdict.BLOCKED


def test_the_message_names_account_verb_resource_and_namespace(build: Build) -> None:
    assert permitted(build(), PODS, CREATE).reason == (
        "service account roastery/runner may not create workflows.argoproj.io in namespace roastery: "
        "no role that is bound to it has the rule"
    )


@pytest.mark.parametrize("resources", [["*"], ["*/log"], ["pods/log"]])
def test_wildcards_and_subresources(build: Build, kubernetes: Make, resources: list[str]) -> None:
    rule = {"apiGroups": ["*"], "resources": resources, "verbs": ["*"]}
    access = KubernetesAccess(verbs=("get", "list"), resources=("pods/log",), namespace="roastery")
    assert permitted(build(bound(kubernetes, rule=rule)), PODS, access).verdict is FlowVerdict.OK


@pytest.mark.parametrize(
    ("role", "verdict"),
    [("cluster-admin", FlowVerdict.OK), ("edit", FlowVerdict.UNPROVEN), ("missing", FlowVerdict.BLOCKED)],
)
def test_roles_that_the_state_does_not_declare(
    build: Build, kubernetes: Make, role: str, verdict: FlowVerdict
) -> None:
    binding = kubernetes(
        f"{RBAC}ClusterRoleBinding", "some", roleRef={"kind": "ClusterRole", "name": role}, subjects=[ACCOUNT]
    )
    judgement = permitted(build(binding), PODS, CREATE)
    assert judgement.verdict is verdict
    if verdict is FlowVerdict.UNPROVEN:
        assert "edit" in judgement.reason


@pytest.mark.parametrize(
    ("account", "version", "access", "verdict"),
    [
        ("argo-workflows-workflow-controller", "1.0.18", CREATE, FlowVerdict.OK),
        (
            "argo-workflows-server",
            "1.0.18",
            KubernetesAccess(verbs=("get", "list"), resources=("pods/log",)),
            FlowVerdict.OK,
        ),
        (
            "argo-workflows-server",
            "1.0.18",
            KubernetesAccess(verbs=("create",), resources=("pods",)),
            FlowVerdict.BLOCKED,
        ),
        ("argo-workflows-server", "9.0.0", CREATE, FlowVerdict.UNPROVEN),
        ("other", "1.0.18", CREATE, FlowVerdict.BLOCKED),
    ],
)
def test_a_chart_grants_what_the_table_lists(
    build: Build,
    resource: Make,
    *,
    account: str,
    version: str,
    access: KubernetesAccess,
    verdict: FlowVerdict,
) -> None:
    release = resource(
        t.RELEASE,
        "argo-workflows",
        {
            "name": "argo-workflows",
            "namespace": "argo",
            "chart": "oci://mirror/helm/argo-workflows",
            "version": version,
        },
    )
    judgement = permitted(build(release), Pods(namespace="argo", account=account), access)
    assert judgement.verdict is verdict
    assert names(judgement.uses) == ({"argo-workflows"} if verdict is FlowVerdict.OK else set())


def test_a_chart_binds_the_account_that_its_values_name(build: Build, resource: Make) -> None:
    def judge(values: dict[str, Any], account: str) -> FlowVerdict:
        inputs = {"name": "argo-events", "namespace": "argo", "chart": "argo-events", "version": "2.4.22"}
        release = resource(t.RELEASE, "argo-events", inputs | {"values": {"controller": values}})
        access = KubernetesAccess(verbs=("create",), resources=("statefulsets",), group="apps")
        return permitted(build(release), Pods(namespace="argo", account=account), access).verdict

    assert judge({"serviceAccount": {"name": "ours"}}, "ours") is FlowVerdict.OK
    assert (
        judge({"serviceAccount": {"name": "ours"}}, "argo-events-controller-manager") is FlowVerdict.BLOCKED
    )
    assert judge({}, "argo-events-controller-manager") is FlowVerdict.OK
    assert judge({"rbac": {"create": False}}, "argo-events-controller-manager") is FlowVerdict.BLOCKED


def test_the_charts_versions_of_the_stacks_are_in_the_table() -> None:
    for chart, version in (("argo-workflows", "1.0.18"), ("argo-events", "2.4.22")):
        assert [row for row in chart_roles() if row.chart == chart and row.has(version)]
    assert chart_name("oci://registry/helm/argo-events/") == "argo-events"


@pytest.mark.parametrize(
    ("role", "scope", "verdict"),
    [
        (roles.AKS_RBAC_CLUSTER_ADMIN, CLUSTER, FlowVerdict.OK),
        (roles.AKS_RBAC_CLUSTER_ADMIN, f"{CLUSTER}/namespaces/roastery", FlowVerdict.OK),
        (roles.AKS_RBAC_CLUSTER_ADMIN, f"{CLUSTER}/namespaces/other", FlowVerdict.BLOCKED),
        (roles.CONTRIBUTOR, CLUSTER, FlowVerdict.BLOCKED),
    ],
)
def test_a_principal_of_entra_needs_data_actions_on_the_cluster(
    build: Build, assignment: Make, role: str, scope: str, verdict: FlowVerdict
) -> None:
    judgement = permitted(build(assignment("admin", role, scope, "p-jobs")), "jobs", CREATE)
    assert judgement.verdict is verdict
    if verdict is FlowVerdict.BLOCKED:
        assert "Microsoft.ContainerService/managedClusters/argoproj.io/workflows/write" in judgement.reason
        assert "Azure Kubernetes Service RBAC Cluster Admin" in judgement.reason


def test_a_principal_of_entra_may_be_bound_in_the_cluster(build: Build, kubernetes: Make) -> None:
    topology = build(bound(kubernetes, subject={"kind": "User", "name": "p-jobs"}))
    assert permitted(topology, "jobs", CREATE).verdict is FlowVerdict.OK


def test_without_azure_rbac_roles_of_azure_do_not_count(
    build: Build, assignment: Make, resource: Make
) -> None:
    cluster = resource(t.AKS, "aks", {"aadProfile": {}}, id_=CLUSTER)
    admin = assignment("admin", roles.AKS_RBAC_CLUSTER_ADMIN, CLUSTER, "p-jobs")
    assert permitted(build(cluster, admin), "jobs", CREATE).verdict is FlowVerdict.BLOCKED


def test_the_clusters_administrators_may_do_everything(build: Build, resource: Make) -> None:
    profile = {"enableAzureRBAC": True, "adminGroupObjectIDs": ["g"]}
    topology = build(resource(t.AKS, "aks", {"aadProfile": profile}, id_=CLUSTER))
    assert permitted(topology, "group:administrators", CREATE).verdict is FlowVerdict.OK
