"""The committed tables, and what rules look up in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from azsandbox.facts import (
    aks_addons,
    aks_versions,
    alert_intervals,
    log_categories,
    log_tables,
    metrics,
    private_links,
    regions,
    role_definitions,
    service_tags,
    subnets,
    table,
    vm_sizes,
)
from azsandbox.facts.role_definitions import Permission
from azsandbox.facts.table import FactsError


@pytest.mark.parametrize("name", table.names())
def test_a_table_names_its_source_its_date_and_its_reader(name: str) -> None:
    facts = table.load(name)
    assert "@" in facts.source
    assert dt.date.fromisoformat(facts.date) < dt.date(2100, 1, 1)
    assert facts.read_by == f"azsandbox.facts.read.{name}"
    assert facts.count() > 5
    assert (table.FOLDER / f"{name}.json").stat().st_size < 450_000


def test_a_table_is_out_of_date_after_180_days() -> None:
    facts = table.FactTable(name="x", source="", date="2026-01-01", read_by="", rows={})
    assert not facts.outdated(dt.date(2026, 6, 29))
    assert facts.outdated(dt.date(2026, 6, 30))


def test_a_broken_table_is_one_line_that_says_how_to_write_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    with pytest.raises(FactsError, match=r"broken\.json can't be read .* python -m azsandbox.facts broken"):
        table.load("broken")


def test_sizes_have_cores_memory_and_disks() -> None:
    size = vm_sizes.size("standard_d4ds_v5")
    assert size is not None
    assert (size.name, size.vcpus, size.memory, size.arm, size.premium) == (
        "Standard_D4ds_v5",
        4,
        16,
        False,
        True,
    )
    assert size.temporary in {150, 151}
    assert "westeurope" in size.regions
    assert vm_sizes.size("Standard_D5s_v5") is None


@pytest.mark.parametrize(
    ("name", "largest"),
    [
        ("Standard_D4s_v3", 100),  # the cache
        ("Standard_D8s_v3", 200),  # the cache, by the ratio of its family
        ("Standard_D4s_v5", 0),
        ("Standard_E2bds_v5", 76),  # 75 GiB, rounded up
        ("Standard_NC24ads_A100_v4", 895),
        ("Standard_D4as_v4", None),
    ],
)
def test_an_ephemeral_disk_lies_on_the_cache_or_on_local_disks(name: str, largest: int | None) -> None:
    size = vm_sizes.size(name)
    assert size is not None
    assert size.largest_ephemeral_disk == largest


@pytest.mark.parametrize(
    ("name", "newer"),
    [
        ("Standard_D4s_v8", True),
        ("Standard_D4s_v9", False),
        ("Standard_D5s_v5", False),
        ("Standard_NC80adis_H300_v6", True),
        ("Standard_DS3v2", False),
        ("Large", False),
    ],
)
def test_a_size_may_be_newer_than_the_table(name: str, newer: bool) -> None:
    assert vm_sizes.may_be_newer(name) is newer


def test_similar_sizes_come_nearest_first() -> None:
    assert vm_sizes.similar("Standard_DS3v2")[0] == "Standard_DS3_v2"
    assert vm_sizes.known_family("Standard_D5s_v5")
    assert not vm_sizes.known_family("Standard_D4s_v8")


@pytest.mark.parametrize(
    ("pattern", "action", "matches"),
    [
        ("*", "Microsoft.Network/virtualNetworks/read", True),
        ("*/read", "microsoft.network/virtualnetworks/READ", True),
        ("Microsoft.Network/*/read", "Microsoft.Network/virtualNetworks/write", False),
        ("Microsoft.Network/*", "Microsoft.Network/virtualNetworks/*", True),
        ("Microsoft.Network/virtualNetworks/*", "Microsoft.Network/*", False),
        ("Microsoft.Network/a", "Microsoft.Network/a/read", False),
    ],
)
def test_patterns_of_actions(pattern: str, action: str, matches: bool) -> None:
    assert role_definitions.matches(pattern, action) is matches


def test_a_role_covers_what_its_permissions_allow_and_do_not_exclude() -> None:
    contributor = role_definitions.role_called("contributor")
    assert contributor is not None
    assert contributor.covers(["Microsoft.Network/virtualNetworks/subnets/join/action"])
    assert not contributor.covers(["Microsoft.Authorization/roleAssignments/write"])
    assert not contributor.covers(["*"])
    pull = role_definitions.role("7F951DDA-4ed3-4680-a7ca-43fe172d538d")
    assert pull is not None
    assert pull.name == "AcrPull"
    assert role_definitions.role("00000000-0000-0000-0000-000000000000") is None


def test_permissions_add_up_and_data_actions_are_apart() -> None:
    read = role_definitions.permission(
        {"actions": ["A/read", 1], "dataActions": ["A/blobs/*"], "notActions": None}
    )
    write = Permission(actions=("A/write",))
    assert role_definitions.missing((read, write), ["A/read", "A/write", "A/delete"]) == ["A/delete"]
    assert role_definitions.missing((read,), ["A/blobs/read"]) == ["A/blobs/read"]
    assert role_definitions.missing((read,), ["A/blobs/read"], data=True) == []


def test_a_misspelt_role_resembles_a_known_one() -> None:
    assert role_definitions.similar("acrpul") == "'AcrPull' (7f951dda-4ed3-4680-a7ca-43fe172d538d)"


def test_versions_of_aks_end_on_the_last_day_of_their_month() -> None:
    support = aks_versions.support("1.34.2")
    assert support is not None
    assert support.end == dt.date(2026, 11, 30)
    assert support.until(long_term=True) == dt.date(2027, 11, 30)
    assert aks_versions.supported(dt.date(2026, 12, 1)) == ["1.35", "1.36", "1.37"]
    assert aks_versions.minor("v1.34") is None


def test_regions_have_zones_and_pairs() -> None:
    west = regions.region("West US")
    assert west is not None
    assert (west.zones, west.pair, west.geography) == ((), "eastus", "United States")
    europe = regions.region("westeurope")
    assert europe is not None
    assert europe.zones == ("1", "2", "3")


@pytest.mark.parametrize(
    "text", ["Storage", "storage.westeurope", "AzureFrontDoor.Backend", "AzureCloud.norwaye"]
)
def test_service_tags_are_taken_with_and_without_region(text: str) -> None:
    assert service_tags.tag(text) is not None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("AzureMachineLearing", "'AzureMachineLearning'"),
        ("Storag.WestEurope", "'Storage.westeurope'"),
        ("x", ""),
    ],
)
def test_unknown_service_tags_get_a_hint(text: str, hint: str) -> None:
    assert service_tags.tag(text) is None
    assert hint in service_tags.similar(text)


def test_metrics_have_aggregations_and_dimensions() -> None:
    metric = metrics.metric("Microsoft.KeyVault/vaults", "serviceapilatency")
    assert metric is not None
    assert metric.aggregations == {"Average"}
    assert "StatusCode" in metric.dimensions
    assert metrics.of_kind("microsoft.unknown/things") is None


def test_tables_of_a_workspace_have_their_columns() -> None:
    heartbeat = log_tables.tables()["Heartbeat"]
    assert {"TimeGenerated", "Computer"} <= heartbeat
    assert "PodStatus" in log_tables.tables()["KubePodInventory"]
    assert "PodStatus" not in heartbeat


def test_log_categories_come_with_their_groups() -> None:
    hubs = log_categories.supported("Microsoft.EventHub/namespaces")
    assert hubs is not None
    assert hubs >= {"KafkaUserErrorLogs", "allLogs", "audit"}
    assert log_categories.supported("Microsoft.Storage/storageAccounts") == frozenset()
    assert "audit" not in (log_categories.supported("Microsoft.Network/virtualNetworks") or ())


def test_the_small_tables() -> None:
    assert private_links.groups("Microsoft.Sql/servers") == {
        "sqlServer": ("privatelink.database.windows.net",)
    }
    assert "Cassandra" in private_links.groups("Microsoft.DocumentDB/databaseAccounts")
    assert subnets.delegations()["microsoft.web/serverfarms"] == "Microsoft.Web/serverFarms"
    assert "microsoft.storage.global" in subnets.service_endpoints()
    assert "omsagent" in aks_addons.names()
    assert "PT5M" in alert_intervals.durations("metricAlerts", "windowSize")
