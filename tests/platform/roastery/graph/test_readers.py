"""A drawing shows what the state contains, and never a secret."""

from __future__ import annotations

import json
from typing import Any

from roastery.graph import draw_platform
from roastery.graph.model import Drawing
from roastery.graph.readers import read_drawing
from roastery.graph.state import parse

Raw = list[dict[str, Any]]


def drawing(raw: Raw) -> Drawing:
    return read_drawing(parse(raw))


def test_subnets_show_their_address_range_their_rules_and_their_contents(raw: Raw) -> None:
    (net,) = drawing(raw).networks
    subnets = {subnet.name: subnet for subnet in net.subnets}
    assert list(subnets)[:2] == ["AzureBastionSubnet", "jump-box"]  # Bastion comes first
    assert subnets["jump-box"].cidr == "10.40.5.128/28"
    assert subnets["jump-box"].facts == ("NSG 8 rules", "NAT")
    assert [card.title for card in subnets["jump-box"].cards] == ["Virtual machine"]
    assert subnets["cluster"].clusters[0].card.name == "aks-roastery-prod-eus2"


def test_bastion_reaches_only_subnets_whose_nsg_allows_it(raw: Raw) -> None:
    group = next(resource for resource in raw if resource["urn"].endswith("::nsg-jump-box"))
    rule = next(rule for rule in group["inputs"]["securityRules"] if rule["name"] == "In-Bastion")
    assert [subnet.name for subnet in drawing(raw).networks[0].subnets if subnet.bastion_allowed] == [
        "jump-box"
    ]
    rule["sourceAddressPrefix"] = "192.0.2.0/24"
    assert not any(subnet.bastion_allowed for subnet in drawing(raw).networks[0].subnets)


def test_endpoints_to_one_service_are_one_row(raw: Raw) -> None:
    raw.append(twin(raw, "pep-st-blob", "pep-st-file", "blob", "file"))
    (net,) = drawing(raw).networks
    rows = [row for subnet in net.subnets for row in subnet.endpoints]
    row = next(row for row in rows if row.target_name.startswith("st"))
    assert row.groups == ("blob", "file")
    assert row.number == 2


def twin(raw: Raw, name: str, other: str, *replaced: str) -> dict[str, Any]:
    resource = next(resource for resource in raw if resource["urn"].endswith(f"::{name}"))
    return json.loads(
        json.dumps(resource).replace(name, other).replace(f'"{replaced[0]}"', f'"{replaced[1]}"')
    )


def test_an_identity_shows_who_uses_it_and_its_roles(raw: Raw) -> None:
    principals = {principal.name: principal for principal in drawing(raw).principals}
    assert principals["argo"].used_by == ("sa roastery/sa-argo-workflow",)
    assert ("Key Vault Secrets User", "Key Vault") in principals["argo"].roles
    assert principals["Azure ML workspace"].roles == (("AKS Cluster Admin", "AKS cluster"),)
    assert principals["engineers"].kind == "Entra ID group"


def test_an_unknown_role_is_shown_by_its_id(raw: Raw) -> None:
    for resource in raw:
        if resource["urn"].endswith("role-argo-blob"):
            resource["inputs"]["roleDefinitionId"] = "/providers/x/roleDefinitions/12345678-aaaa"
    argo = next(principal for principal in drawing(raw).principals if principal.name == "argo")
    assert ("role 12345678-aaaa", "Storage account") in argo.roles


def test_public_network_access_is_an_alarm(raw: Raw) -> None:
    for resource in raw:
        if resource["type"].endswith("keyvault:Vault"):
            resource["inputs"]["properties"]["publicNetworkAccess"] = "Enabled"
    vault = next(service for service in drawing(raw).services if service.title == "Key Vault")
    assert vault.alarms == ("public network access: Enabled",)
    assert not any("private only" in text for text in vault.details)


def test_argo_its_namespace_and_the_compute_are_in_the_cluster(raw: Raw) -> None:
    (net,) = drawing(raw).networks
    (cluster,) = [cluster for subnet in net.subnets for cluster in subnet.clusters]
    namespaces = {namespace.name: namespace for namespace in cluster.namespaces}
    assert [card.title for card in namespaces["argo"].inner] == ["Argo Workflows"]
    assert [card.title for card in namespaces["azureml-jobs"].inner] == ["Compute"]
    assert namespaces["roastery"].marks == ("sa-argo-workflow",)
    assert [pool.name for pool in cluster.pools] == ["system", "jobs", "azureml", "jobs"]


def test_alerts_action_groups_budgets_and_locks_are_shown(raw: Raw) -> None:
    operations = {card.title: card for card in drawing(raw).operations}
    assert "sev 2: Recent sales have drifted from the training data" in operations["2 alert rules"].details
    assert operations["Action group"].details == ("pages 1 email receiver",)
    assert operations["Budget"].details[0] == "4000 EUR monthly"
    assert operations["1 lock"].details[0] == "CanNotDelete: data"


def test_a_type_with_an_api_version_is_the_same_type(raw: Raw) -> None:
    for resource in raw:
        resource["type"] = resource["type"].replace(
            "azure-native:network:", "azure-native:network/v20240501:"
        )
    assert len(drawing(raw).networks) == 1


def test_a_resource_that_waits_for_deletion_is_counted_and_not_drawn(raw: Raw) -> None:
    raw.append(twin(raw, "kv", "kv", "x", "y") | {"delete": True})
    shown = drawing(raw)
    assert shown.undrawn["waiting for deletion"] == 1
    assert [service.title for service in shown.services].count("Key Vault") == 1


def test_a_secret_is_never_shown(raw: Raw) -> None:
    magic = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:hush"}
    for resource in raw:
        if resource["type"].endswith("MetricAlert"):
            resource["inputs"]["description"] = magic
    svg = draw_platform(parse(raw))
    assert "hush" not in svg
    assert "[secret]" in svg
    assert "4dabf18193072939515e22adb298388d" not in svg
