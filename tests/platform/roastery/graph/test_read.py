"""What a drawing shows is what the state says, and secrets are never shown."""

from __future__ import annotations

import json
from typing import Any

from roastery.graph import draw
from roastery.graph.model import Drawing
from roastery.graph.read import read
from roastery.graph.state import parse

Raw = list[dict[str, Any]]


def drawing(raw: Raw) -> Drawing:
    return read(parse(raw))


def test_subnets_have_their_range_their_rules_and_what_lies_in_them(raw: Raw) -> None:
    (net,) = drawing(raw).networks
    found = {one.name: one for one in net.subnets}
    assert list(found)[:2] == ["AzureBastionSubnet", "jump-box"]  # the way in comes first
    assert found["jump-box"].cidr == "10.40.5.128/28"
    assert found["jump-box"].facts == ("NSG 8 rules", "NAT")
    assert [one.title for one in found["jump-box"].cards] == ["Virtual machine"]
    assert found["cluster"].clusters[0].card.name == "aks-roastery-prod-eus2"


def test_bastion_reaches_only_what_lets_it_in(raw: Raw) -> None:
    group = next(one for one in raw if one["urn"].endswith("::nsg-jump-box"))
    rule = next(one for one in group["inputs"]["securityRules"] if one["name"] == "In-Bastion")
    assert [one.name for one in drawing(raw).networks[0].subnets if one.sessions] == ["jump-box"]
    rule["sourceAddressPrefix"] = "192.0.2.0/24"
    assert not any(one.sessions for one in drawing(raw).networks[0].subnets)


def test_endpoints_to_one_service_are_one_row(raw: Raw) -> None:
    raw.append(twin(raw, "pep-st-blob", "pep-st-file", "blob", "file"))
    (net,) = drawing(raw).networks
    rows = [row for subnet in net.subnets for row in subnet.endpoints]
    row = next(row for row in rows if row.target_name.startswith("st"))
    assert row.groups == ("blob", "file")
    assert row.number == 2


def twin(raw: Raw, name: str, other: str, *replaced: str) -> dict[str, Any]:
    one = next(one for one in raw if one["urn"].endswith(f"::{name}"))
    return json.loads(json.dumps(one).replace(name, other).replace(f'"{replaced[0]}"', f'"{replaced[1]}"'))


def test_an_identity_shows_who_uses_it_and_what_it_may(raw: Raw) -> None:
    found = {one.name: one for one in drawing(raw).principals}
    assert found["argo"].used_by == ("sa roastery/sa-argo-workflow",)
    assert ("Key Vault Secrets User", "Key Vault") in found["argo"].roles
    assert found["Azure ML workspace"].roles == (("AKS Cluster Admin", "AKS cluster"),)
    assert found["engineers"].kind == "Entra ID group"


def test_an_unknown_role_is_shown_by_its_id(raw: Raw) -> None:
    for one in raw:
        if one["urn"].endswith("role-argo-blob"):
            one["inputs"]["roleDefinitionId"] = "/providers/x/roleDefinitions/12345678-aaaa"
    argo = next(one for one in drawing(raw).principals if one.name == "argo")
    assert ("role 12345678-aaaa", "Storage account") in argo.roles


def test_a_public_door_is_an_alarm(raw: Raw) -> None:
    for one in raw:
        if one["type"].endswith("keyvault:Vault"):
            one["inputs"]["properties"]["publicNetworkAccess"] = "Enabled"
    vault = next(one for one in drawing(raw).services if one.title == "Key Vault")
    assert vault.alarms == ("public network access: Enabled",)
    assert not any("private only" in text for text in vault.details)


def test_argo_its_namespace_and_the_compute_lie_in_the_cluster(raw: Raw) -> None:
    (net,) = drawing(raw).networks
    (cluster,) = [one for subnet in net.subnets for one in subnet.clusters]
    spaces = {one.name: one for one in cluster.namespaces}
    assert [one.title for one in spaces["argo"].inner] == ["Argo Workflows"]
    assert [one.title for one in spaces["azureml-jobs"].inner] == ["Compute"]
    assert spaces["roastery"].marks == ("sa-argo-workflow",)
    assert [one.name for one in cluster.pools] == ["system", "jobs", "azureml", "jobs"]


def test_operations_are_there(raw: Raw) -> None:
    found = {one.title: one for one in drawing(raw).operations}
    assert "sev 2: Recent sales have drifted from the training data" in found["2 alert rules"].details
    assert found["Action group"].details == ("pages 1 email receiver",)
    assert found["Budget"].details[0] == "4000 EUR monthly"
    assert found["1 lock"].details[0] == "CanNotDelete: data"


def test_a_type_with_an_api_version_is_the_same_type(raw: Raw) -> None:
    for one in raw:
        one["type"] = one["type"].replace("azure-native:network:", "azure-native:network/v20240501:")
    assert len(drawing(raw).networks) == 1


def test_what_waits_for_deletion_is_counted_and_not_drawn(raw: Raw) -> None:
    raw.append(twin(raw, "kv", "kv", "x", "y") | {"delete": True})
    shown = drawing(raw)
    assert shown.also["waiting for deletion"] == 1
    assert [one.title for one in shown.services].count("Key Vault") == 1


def test_a_secret_is_never_shown(raw: Raw) -> None:
    magic = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:hush"}
    for one in raw:
        if one["type"].endswith("MetricAlert"):
            one["inputs"]["description"] = magic
    svg = draw(parse(raw))
    assert "hush" not in svg
    assert "[secret]" in svg
    assert "4dabf18193072939515e22adb298388d" not in svg
