"""Objects of a cluster with Azure RBAC: refused to a deployer without a Kubernetes role."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox.access.cluster import SignedInKubernetes, asks_azure, plural
from azsandbox.arm import identities
from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import State, Subject
from azsandbox.schema.values import reveal
from azsandbox.services.authorization import roles

OWNER = {"roles": ["Owner"]}
_POOL = {"name": "system", "mode": "System", "count": 1, "vmSize": "Standard_D2s_v5"}


class Objects:
    """The provider kubernetes of a deployer, for the cluster `aks`."""

    def __init__(self, azure: Any, setting: Any, kubeconfig: str) -> None:
        self.provider = SignedInKubernetes(azure.subscription, None, lambda _: setting)
        self.provider.configure({"kubeconfig": kubeconfig})

    def subject(self, token: str, name: str = "it", *, preview: bool = False) -> Subject:
        return Subject(urn=f"urn:pulumi:t::t::{token}::{name}", token=token, id=name, preview=preview)

    def make(self, token: str, *, preview: bool = False, **inputs: Any) -> State:
        checked = self.provider.check(self.subject(token), {}, inputs, b"seed")
        return self.provider.create(self.subject(token, preview=preview), checked.inputs)

    def namespace(self, name: str = "beans", *, preview: bool = False) -> State:
        return self.make("kubernetes:core/v1:Namespace", preview=preview, metadata={"name": name})


@pytest.fixture
def cluster(azure: Any) -> Callable[..., State]:
    def make(**profile: Any) -> State:
        return azure.make(
            "containerservice:ManagedCluster",
            resourceGroupName="rg",
            resourceName="aks",
            dnsPrefix="aks",
            identity={"type": "SystemAssigned"},
            agentPoolProfiles=[_POOL],
            enableRBAC=True,
            aadProfile={"managed": True, "enableAzureRBAC": True, **profile},
        )

    return make


@pytest.fixture
def objects(azure: Any) -> Callable[..., Objects]:
    def signed_in(setting: Any, account: str = "User") -> Objects:
        answer: Any = reveal(
            azure.provider.invoke(
                f"azure-native:containerservice:listManagedCluster{account}Credentials",
                {"resourceGroupName": "rg", "resourceName": "aks"},
            )
        )
        kubeconfig = base64.b64decode(answer["kubeconfigs"][0]["value"]).decode()
        return Objects(azure, setting, kubeconfig)

    return signed_in


@pytest.mark.parametrize("preview", [True, False])
def test_an_owner_without_a_kubernetes_role_makes_no_object(
    cluster: Callable[..., State], objects: Callable[..., Objects], scope: str, *, preview: bool
) -> None:
    cluster()
    with pytest.raises(ArmError) as caught:
        objects(OWNER).namespace(preview=preview)
    who = identities.made_up("principal", scope)
    assert (caught.value.status, caught.value.code) == (403, "Forbidden")
    assert caught.value.message == (
        f'namespaces is forbidden: User "{who}" cannot create resource "namespaces" in API group "" at the '
        "cluster scope: User does not have access to the resource in Azure. Update role assignment to allow "
        "access."
    )


def test_a_kubernetes_role_allows_it_wherever_it_comes_from(
    azure: Any, cluster: Callable[..., State], objects: Callable[..., Objects], scope: str
) -> None:
    identifier = cluster().id
    objects(None).namespace("by-default")
    azure.assign(identities.made_up("principal", scope), roles.AKS_RBAC_CLUSTER_ADMIN, identifier)
    objects(OWNER).namespace("by-assignment")


def test_a_writer_of_one_namespace_writes_there_only(
    azure: Any, cluster: Callable[..., State], objects: Callable[..., Objects], scope: str
) -> None:
    identifier = cluster().id
    objects(None).namespace("beans")
    objects(None).namespace("tea")
    azure.assign(
        identities.made_up("principal", scope), roles.AKS_RBAC_WRITER, f"{identifier}/namespaces/beans"
    )
    mine = objects(OWNER)
    settings = mine.make(
        "kubernetes:core/v1:ConfigMap", metadata={"name": "c", "namespace": "beans"}, data={"a": "b"}
    )
    subject = mine.subject("kubernetes:core/v1:ConfigMap", settings.id)
    assert mine.provider.read(subject, settings.inputs, settings.outputs).id
    mine.provider.delete(subject, settings.inputs)
    with pytest.raises(ArmError, match='"configmaps" in API group "" in the namespace "tea"'):
        mine.make("kubernetes:core/v1:ConfigMap", metadata={"name": "c", "namespace": "tea"}, data={})
    with pytest.raises(ArmError, match=r'cannot create resource "roles" in API group "rbac\.authorization'):
        mine.make(
            "kubernetes:rbac.authorization.k8s.io/v1:Role",
            metadata={"name": "r", "namespace": "beans"},
            rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
        )


def test_an_administrator_of_objects_makes_no_namespace(
    azure: Any, cluster: Callable[..., State], objects: Callable[..., Objects], scope: str
) -> None:
    azure.assign(identities.made_up("principal", scope), roles.AKS_RBAC_ADMIN, cluster().id)
    with pytest.raises(ArmError, match='cannot create resource "namespaces"'):
        objects(OWNER).namespace()


def test_local_accounts_and_clusters_without_azure_rbac_do_not_ask_azure(
    cluster: Callable[..., State], objects: Callable[..., Objects]
) -> None:
    cluster(enableAzureRBAC=False)
    objects(OWNER).namespace("by-kubernetes")


def test_the_administrators_kubeconfig_passes_by(
    cluster: Callable[..., State], objects: Callable[..., Objects]
) -> None:
    cluster()
    objects(OWNER, "Admin").namespace()


def test_a_kubeconfig_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("users: [{name: u, user: {exec: {command: kubelogin}}}]")
    assert asks_azure({"aadProfile": {"enableAzureRBAC": True}}, str(file))
    assert not asks_azure({"aadProfile": {"enableAzureRBAC": True}}, "users: [{name: u, user: {token: t}}]")


@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        ("Ingress", "ingresses"),
        ("NetworkPolicy", "networkpolicies"),
        ("Endpoints", "endpoints"),
        ("SecretProviderClass", "secretproviderclasses"),
        ("InstanceType", "instancetypes"),
        ("Gateway", "gateways"),
    ],
)
def test_a_kind_is_named_by_its_resource(kind: str, resource: str) -> None:
    assert plural(kind) == resource
