"""Who deploys, as a stack file declares it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from azsandbox.access import deployer
from azsandbox.access.decisions import Need, allows
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ProjectError

ID = "00000000-0000-0000-0000-000000000001"
SCOPE = f"/subscriptions/{ID}"
CLUSTER = f"{SCOPE}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks"
WRITE = Need(action="Microsoft.Storage/storageAccounts/write", scope=f"{SCOPE}/resourceGroups/rg")
NAMESPACES = Need(
    action="Microsoft.ContainerService/managedClusters/namespaces/write", scope=CLUSTER, data=True
)


@pytest.fixture
def declare(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a stack file with this configuration; the project's folder."""

    def write(stack: str, config: str) -> Path:
        text = textwrap.indent(textwrap.dedent(config).strip(), "  ")
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(f"config:\n  a:b: c\n{text}\n")
        return tmp_path

    return write


def test_the_default_is_an_owner_with_the_kubernetes_role_and_without_data(
    subscription: Subscription,
) -> None:
    who = deployer.resolve(None, subscription, ID)
    blob = Need(
        action="Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read", scope=SCOPE, data=True
    )
    assert [allows(subscription, who, need) for need in (WRITE, NAMESPACES, blob)] == [True, True, False]


def test_a_stack_file_lists_groups_and_roles(
    subscription: Subscription, declare: Callable[[str, str], Path]
) -> None:
    root = declare(
        "dev",
        f"""
        azsandbox:deployer:
          name: jane@example.com
          groups: [g1]
          roles:
          - {{role: Contributor, scope: {SCOPE}/resourceGroups/rg}}
        """,
    )
    (root / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    assert deployer.of_stack(root, "shop/dev") == deployer.of_stack(root, "dev")
    assert deployer.of_stack(root, "bootstrap/dev") is None
    who = deployer.resolve(deployer.of_stack(root, "shop/dev"), subscription, ID)
    assert (who.name, who.groups) == ("jane@example.com", ("g1",))
    assert allows(subscription, who, WRITE)
    assert not allows(subscription, who, NAMESPACES)
    assert deployer.of_stack(root, "other") is None


def test_an_identity_deploys_with_what_the_state_assigns(subscription: Subscription) -> None:
    subscription.put(
        Resource(
            id=f"{SCOPE}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-runner",
            token="azure-native:managedidentity:UserAssignedIdentity",
            kind="Microsoft.ManagedIdentity/userAssignedIdentities",
            outputs={"principalId": "p", "clientId": "c"},
        )
    )
    for text in ("id-runner", "c", "P"):
        who = deployer.resolve(text, subscription, ID)
        assert (who.object_id, who.client_id, who.roles) == ("p", "c", ())
    with pytest.raises(ProjectError, match="no identity 'id-other' in the sandbox"):
        deployer.resolve("id-other", subscription, ID)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (None, "deployer (Owner, Azure Kubernetes Service RBAC Cluster Admin)"),
        ("id-runner", "id-runner"),
        ({"principal": "id-runner"}, "id-runner"),
        ({"name": "jane", "roles": [{"role": "Reader"}]}, "jane (Reader)"),
        ({"name": "jane", "roles": []}, "jane"),
    ],
)
def test_the_summary_of_an_operation_says_who_deployed(setting: deployer.Setting, words: str) -> None:
    assert deployer.describe(setting) == words


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("[a]", "is neither the name of an identity nor an object"),
        ("{role: Owner}", "has no key 'role'; the keys are principal, name, groups, roles"),
        ("{groups: g}", "groups is not a list"),
        ("{roles: [{scope: /x}]}", r"roles\[0\] is neither a role nor an object"),
        ("{roles: [{role: Owner, on: /x}]}", r"roles\[0\] has a key other than role and scope"),
    ],
)
def test_a_wrong_setting_names_file_and_key(
    declare: Callable[[str, str], Path], setting: str, words: str
) -> None:
    root = declare("dev", f"azsandbox:deployer: {setting}")
    with pytest.raises(ProjectError, match=rf"azsandbox:deployer in Pulumi.dev.yaml: {words}"):
        deployer.of_stack(root, "dev")


def test_an_unknown_role_is_named_with_a_similar_one(subscription: Subscription) -> None:
    with pytest.raises(ProjectError, match="there is no role 'Contributer'; did you mean 'Contributor'"):
        deployer.resolve({"roles": ["Contributer"]}, subscription, ID)


def test_stack_files_of_one_subscription_declare_the_same_deployer(
    declare: Callable[[str, str], Path],
) -> None:
    declare("dev", f"azure-native:subscriptionId: {ID}\nazsandbox:deployer: id-a")
    root = declare("prod", "azure-native:subscriptionId: another\nazsandbox:deployer: id-b")
    assert deployer.of_subscription(root, ID) == "id-a"
    declare("test", f"azure-native:subscriptionId: {ID}")
    with pytest.raises(ProjectError, match=r"Pulumi.dev.yaml and Pulumi.test.yaml declare different"):
        deployer.of_subscription(root, ID)
