"""What a reviewer is told: from the engine's events and two states, in the order that matters."""

from __future__ import annotations

from typing import Any

import pytest

from roastery.policies.evaluate import Report
from roastery.policies.model import Facts, Resource, Stack
from roastery.policies.values import UNKNOWN
from roastery.review.changes import Change, changes, compare, doors
from roastery.review.words import comment, summary

FACTS = Facts(stack="prod", environment="prod")
AKS = "azure-native:containerservice:ManagedCluster"
VAULT = "azure-native:keyvault:Vault"
NSG = "azure-native:network:NetworkSecurityGroup"


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:prod::roastery::{type_}::{name}"


def event(operation: str, type_: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "resourcePreEvent": {"metadata": {"op": operation, "type": type_, "urn": urn(type_, name), **more}}
    }


def stack(*resources: tuple[str, str, dict[str, Any]]) -> Stack:
    return Stack([Resource(urn=urn(t, n), type=t, inputs=i) for t, n, i in resources], FACTS)


def report() -> Report:
    return Report(facts=FACTS, findings=[], resources=0, policies=0, by_urn={})


def test_components_and_providers_are_noise_and_what_stays_is_counted() -> None:
    found, same = changes(
        [
            event("create", "roastery:vault:Vault", "vault"),
            event("create", "pulumi:providers:kubernetes", "aks"),
            event("same", VAULT, "kv"),
            event("create", NSG, "nsg"),
        ]
    )

    assert found == [Change(NSG, "nsg", "create")]
    assert same == 1


def test_a_replacement_names_the_property_that_forces_it_and_not_the_others() -> None:
    diff = {
        "networkProfile.podCidr": {"diffKind": "update-replace"},
        "tags.owner": {"diffKind": "update"},
    }
    (found,), _ = changes([event("replace", AKS, "aks", detailedDiff=diff)], {urn(AKS, "aks")})

    assert found.properties == ("networkProfile.podCidr",)
    assert found.protected
    assert "every workload" in found.lost


def test_a_new_version_of_what_is_retained_is_no_deletion() -> None:
    kind = "azure-native:machinelearningservices:ComponentVersion"

    def renewed(name: str, *properties: str) -> dict[str, Any]:
        sides = {"old": {"inputs": {"version": "1f"}}, "new": {"inputs": {"version": "9b"}}}
        diff = {one: {"diffKind": "update-replace"} for one in properties}
        return event("replace", kind, name, detailedDiff=diff, **sides)

    events = [
        renewed("component-train", "version", "properties.componentSpec.version"),
        renewed("component-monthly", "version", "properties.componentSpec.jobs.train.componentId"),
        event("delete", kind, "component-old"),
    ]
    kept = {urn(kind, name) for name in ("component-train", "component-monthly", "component-old")}
    found = compare("prod", events, before=(stack(), report()), after=(stack(), report()), kept=kept)
    text = comment([found], "main")

    assert summary(found) == "2 in a new version, 1 deleted"
    assert "Replaced" not in text
    assert "**New versions: the old ones stay** (2)" in text
    short = "machinelearningservices:ComponentVersion"
    assert f"- `component-train` · {short} `1f` → `9b`: what it runs changed, nothing else." in text
    caller = "by `properties.componentSpec.jobs.train.componentId`."
    assert f"- `component-monthly` · {short} `1f` → `9b`: {caller}" in text
    assert f"- `component-old` · {short}: stays in Azure, the stack forgets it." in text


def test_a_follow_up_gets_its_reason_from_the_creation_of_the_new_one() -> None:
    events = [event("replace", NSG, "x"), event("create-replacement", NSG, "x", keys=["endpointName"])]

    assert changes(events)[0][0].properties == ("endpointName",)


@pytest.mark.parametrize(
    ("resource", "door"),
    [
        (
            (VAULT, "kv", {"properties": {"publicNetworkAccess": "Enabled"}}),
            "Vault `kv` answers on its public",
        ),
        ((AKS, "aks", {"apiServerAccessProfile": {}}), "the API server of `aks` is public"),
        (("azure-native:network:PublicIPAddress", "pip", {}), "public address `pip`"),
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
            "NSG `nsg` lets the Internet in to 22 (In-Ssh)",
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
            "SecurityRule `ssh` lets the Internet in to 20-25 (ssh)",
        ),
        (
            ("kubernetes:core/v1:Service", "front", {"spec": {"type": "LoadBalancer"}}),
            "Service `front` has a load balancer with a public address",
        ),
    ],
)
def test_what_is_open_to_the_internet_is_a_door(resource: tuple[str, str, dict[str, Any]], door: str) -> None:
    (found,) = doors(stack(resource))
    assert found.startswith(door)


def test_what_is_closed_is_none() -> None:
    rule = {"name": "In-DenyAll", "access": "Deny", "direction": "Inbound", "sourceAddressPrefix": "*"}
    closed = {"apiServerAccessProfile": {"enablePrivateCluster": True}}
    mark = {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}
    inside = {"spec": {"type": "LoadBalancer"}, "metadata": {"annotations": mark}}
    shut = stack(
        (NSG, "nsg", {"securityRules": [rule]}),
        (AKS, "aks", closed),
        ("kubernetes:core/v1:Service", "front", inside),
        (NSG, "hidden", {"securityRules": [{"access": UNKNOWN}]}),
    )

    assert doors(shut) == set()


def test_a_new_right_is_told_whether_azure_the_cluster_or_a_federation_gives_it() -> None:
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
    found = compare("prod", [], before=(stack(), report()), after=(now, report()))
    text = comment([found], "main")

    assert "**New roles** (3)" in text
    assert "- **group g** gets owner on a/b" in text
    assert "- **roastery/grinder** gets cluster-admin on namespace roastery: of the cluster" in text
    assert "- **repo:beans/x:environment:prod** gets sign-in on identity id-jobs: issuer https://x" in text


def test_doors_come_before_replacements_and_those_before_what_is_folded() -> None:
    shut, opened = ({"properties": {"publicNetworkAccess": one}} for one in ("Disabled", "Enabled"))
    events = [
        event("update", VAULT, "kv", detailedDiff={"properties.publicNetworkAccess": {"diffKind": "update"}}),
        event("replace", AKS, "aks", keys=["dnsPrefix"]),
        event("same", NSG, "nsg"),
    ]
    found = compare(
        "prod",
        events,
        before=(stack((VAULT, "kv", shut)), report()),
        after=(stack((VAULT, "kv", opened)), report()),
        protected={urn(AKS, "aks")},
    )
    text = comment([found], "main")

    assert summary(found) == "1 replaced, 1 updated"
    order = [
        "### `prod` against `main`",
        "**New doors** (1)",
        "**Replaced",
        "<details><summary>Updated",
        "1 resources stay",
    ]
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert "forced by `dnsPrefix`" in text
    assert "**Protected: Pulumi refuses it until somebody lifts that.**" in text


def test_a_change_that_does_not_come_up_says_why_and_claims_nothing_else() -> None:
    found = compare("prod", [], before=(stack(), report()), after=None, errors=["Status=409 …"])
    text = comment([found], "main")

    assert text.index("It does not come up") < text.index("resources stay")
    assert "Roles, doors and policies could not be compared" in text
