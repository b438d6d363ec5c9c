"""What a review contains, from the engine's events and two states, and how its comment is ordered."""

from __future__ import annotations

from typing import Any

import pytest

from roastery.policies.evaluate import PolicyReport
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts
from roastery.policies.values import UNKNOWN
from roastery.review.changes import ResourceChange, compare, planned_changes, public_access
from roastery.review.format import format_comment, format_summary, json_object

FACTS = StackFacts(stack="prod", environment="prod")
AKS = "azure-native:containerservice:ManagedCluster"
VAULT = "azure-native:keyvault:Vault"
NSG = "azure-native:network:NetworkSecurityGroup"


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:prod::roastery::{type_}::{name}"


def event(operation: str, type_: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "resourcePreEvent": {"metadata": {"op": operation, "type": type_, "urn": urn(type_, name), **more}}
    }


def stack(*resources: tuple[str, str, dict[str, Any]]) -> DeclaredStack:
    return DeclaredStack([DeclaredResource(urn=urn(t, n), type=t, inputs=i) for t, n, i in resources], FACTS)


def report() -> PolicyReport:
    return PolicyReport(facts=FACTS, findings=[], resources=0, policies=0, by_urn={})


def test_components_and_providers_are_left_out_and_unchanged_resources_are_counted() -> None:
    changes, unchanged = planned_changes(
        [
            event("create", "roastery:vault:Vault", "vault"),
            event("create", "pulumi:providers:kubernetes", "aks"),
            event("same", VAULT, "kv"),
            event("create", NSG, "nsg"),
        ]
    )

    assert changes == [ResourceChange(NSG, "nsg", "create")]
    assert unchanged == 1


def test_a_replacement_names_the_property_that_forces_it_and_not_the_others() -> None:
    diff = {
        "networkProfile.podCidr": {"diffKind": "update-replace"},
        "tags.owner": {"diffKind": "update"},
    }
    (change,), _ = planned_changes([event("replace", AKS, "aks", detailedDiff=diff)], {urn(AKS, "aks")})

    assert change.properties == ("networkProfile.podCidr",)
    assert change.protected
    assert "every workload" in change.lost


def test_a_new_version_of_a_retained_resource_is_not_a_deletion() -> None:
    kind = "azure-native:machinelearningservices:ComponentVersion"

    def new_version(name: str, *properties: str) -> dict[str, Any]:
        sides = {"old": {"inputs": {"version": "1f"}}, "new": {"inputs": {"version": "9b"}}}
        diff = {property_: {"diffKind": "update-replace"} for property_ in properties}
        return event("replace", kind, name, detailedDiff=diff, **sides)

    events = [
        new_version("component-train", "version", "properties.componentSpec.version"),
        new_version("component-monthly", "version", "properties.componentSpec.jobs.train.componentId"),
        event("delete", kind, "component-old"),
    ]
    retained = {urn(kind, name) for name in ("component-train", "component-monthly", "component-old")}
    unchanged = (stack(), report())
    review = compare("prod", events, before=unchanged, after=unchanged, retained=retained)
    text = format_comment([review], "main")

    assert format_summary(review) == "2 in a new version, 1 deleted"
    assert "Replaced" not in text
    assert "**New versions: the old ones stay** (2)" in text
    short = "machinelearningservices:ComponentVersion"
    assert f"- `component-train` · {short} `1f` → `9b`: only what it runs has changed." in text
    caller = "by `properties.componentSpec.jobs.train.componentId`."
    assert f"- `component-monthly` · {short} `1f` → `9b`: {caller}" in text
    assert f"- `component-old` · {short}: stays in Azure, but this stack no longer manages it." in text


def test_a_dependent_replacement_gets_its_reason_from_the_creation_of_the_new_resource() -> None:
    events = [event("replace", NSG, "x"), event("create-replacement", NSG, "x", keys=["endpointName"])]

    assert planned_changes(events)[0][0].properties == ("endpointName",)


@pytest.mark.parametrize(
    ("resource", "beginning"),
    [
        (
            (VAULT, "kv", {"properties": {"publicNetworkAccess": "Enabled"}}),
            "Vault `kv` allows public network access",
        ),
        ((AKS, "aks", {"apiServerAccessProfile": {}}), "the API server of `aks` is public"),
        (("azure-native:network:PublicIPAddress", "pip", {}), "public IP address `pip`"),
        (
            (
                NSG,
                "nsg",
                {
                    "securityRules": [
                        {
                            "name": "In-Ssh",
                            "access": "Allow",
                            "direction": "Inbound",
                            "sourceAddressPrefix": "internet",
                            "destinationPortRange": "22",
                        }
                    ]
                },
            ),
            "NSG `nsg` allows the Internet to connect to port 22 (In-Ssh)",
        ),
        (
            (
                "azure-native:network:SecurityRule",
                "ssh",
                {
                    "access": "Allow",
                    "direction": "Inbound",
                    "sourceAddressPrefixes": ["::/0"],
                    "destinationPortRanges": ["20-25"],
                },
            ),
            "SecurityRule `ssh` allows the Internet to connect to port 20-25 (ssh)",
        ),
        (
            ("kubernetes:core/v1:Service", "front", {"spec": {"type": "LoadBalancer"}}),
            "Service `front` has a load balancer with a public address",
        ),
    ],
)
def test_what_the_internet_can_reach_is_public_access(
    resource: tuple[str, str, dict[str, Any]], beginning: str
) -> None:
    (line,) = public_access(stack(resource))
    assert line.startswith(beginning)


def test_what_is_private_is_not_public_access() -> None:
    rule = {"name": "In-DenyAll", "access": "Deny", "direction": "Inbound", "sourceAddressPrefix": "*"}
    closed = {"apiServerAccessProfile": {"enablePrivateCluster": True}}
    mark = {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}
    internal = {"spec": {"type": "LoadBalancer"}, "metadata": {"annotations": mark}}
    private = stack(
        (NSG, "nsg", {"securityRules": [rule]}),
        (AKS, "aks", closed),
        ("kubernetes:core/v1:Service", "front", internal),
        (NSG, "hidden", {"securityRules": [{"access": UNKNOWN}]}),
    )

    assert public_access(private) == set()


def test_new_rights_are_listed_whether_azure_the_cluster_or_a_federation_grants_them() -> None:
    binding = {
        "metadata": {"namespace": "roastery"},
        "roleRef": {"kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "namespace": "roastery", "name": "grinder"}],
    }
    federation = {
        "resourceName": "id-jobs",
        "subject": "repo:beans/x:environment:prod",
        "issuer": "https://x",
    }
    role = {"principalType": "Group", "principalId": "g", "roleDefinitionId": "/r/owner", "scope": "/a/b"}
    now = stack(
        ("azure-native:authorization:RoleAssignment", "a", role),
        ("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "b", binding),
        ("azure-native:managedidentity:FederatedIdentityCredential", "c", federation),
    )
    review = compare("prod", [], before=(stack(), report()), after=(now, report()))
    text = format_comment([review], "main")

    assert "**New roles** (3)" in text
    assert "- **group g** gets owner on a/b" in text
    assert "- **roastery/grinder** gets cluster-admin on namespace roastery: built into the cluster" in text
    assert "- **repo:beans/x:environment:prod** gets sign-in on identity id-jobs: issuer https://x" in text


def test_public_access_comes_before_replacements_and_those_before_what_is_folded() -> None:
    private, public = ({"properties": {"publicNetworkAccess": access}} for access in ("Disabled", "Enabled"))
    events = [
        event("update", VAULT, "kv", detailedDiff={"properties.publicNetworkAccess": {"diffKind": "update"}}),
        event("replace", AKS, "aks", keys=["dnsPrefix"]),
        event("same", NSG, "nsg"),
    ]
    review = compare(
        "prod",
        events,
        before=(stack((VAULT, "kv", private)), report()),
        after=(stack((VAULT, "kv", public)), report()),
        protected={urn(AKS, "aks")},
    )
    text = format_comment([review], "main")

    assert format_summary(review) == "1 replaced, 1 updated"
    order = [
        "### `prod` against `main`",
        "**New public access** (1)",
        "**Replaced",
        "<details><summary>Updated",
        "Unchanged resources: 1.",
    ]
    positions = [text.index(heading) for heading in order]
    assert positions == sorted(positions)
    assert "forced by `dnsPrefix`" in text
    assert "**Protected: Pulumi refuses this until the protection is removed.**" in text


def test_the_json_has_public_access_under_its_former_name_too() -> None:
    public = stack((VAULT, "kv", {"publicNetworkAccess": "Enabled"}))
    review = json_object(compare("prod", [], before=(stack(), report()), after=(public, report())))

    assert review["public_access_opened"] == ["Vault `kv` allows public network access"]
    assert review["doors_opened"] == review["public_access_opened"]


def test_a_change_that_cannot_be_deployed_shows_the_error_and_compares_nothing_else() -> None:
    review = compare("prod", [], before=(stack(), report()), after=None, errors=["Status=409 …"])
    text = format_comment([review], "main")

    assert text.index("The deployment fails") < text.index("Unchanged resources")
    assert "Roles, public access and policies could not be compared" in text
