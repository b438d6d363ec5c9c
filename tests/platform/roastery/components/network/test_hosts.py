"""What the firewall lets through: every host for a reason, from a page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from roastery.components.network.hosts import Destinations, HostRule, User, host_rules

TO = Destinations(region="eastus2", forge="dev.azure.com", snowflake="acme.snowflakecomputing.com")


def hosts(user: User, to: Destinations = TO) -> dict[str, HostRule]:
    """The rule of each host that a subnet may reach."""
    return {host: rule for rule in host_rules(to) if user in rule.users for host in rule.hosts}


def test_every_rule_has_a_name_of_its_own_a_reason_and_a_page() -> None:
    rules = host_rules(TO)

    assert len({rule.name for rule in rules}) == len(rules)
    assert all(len(rule.why) > 20 and rule.page for rule in rules)
    assert all(bool(rule.hosts) != bool(rule.tag) for rule in rules)


@pytest.mark.parametrize("user", ["cluster", "agents", "jump_box"])
def test_no_rule_opens_all_of_storage_or_everything(user: User) -> None:
    assert not {"*", "*.core.windows.net", "*.blob.core.windows.net", "*.azurecr.io"} & set(hosts(user))


def test_nodes_reach_what_aks_requires_by_its_tag() -> None:
    (aks,) = [rule for rule in host_rules(TO) if rule.tag]

    assert (aks.tag, aks.users) == ("AzureKubernetesService", ("cluster",))


@pytest.mark.parametrize(
    "host",
    [
        "eastus2.dp.kubernetesconfiguration.azure.com",
        "eastus2.api.azureml.ms",
        "eastus2.experiments.azureml.net",
        "data.policy.core.windows.net",
        "dev.azure.com",
        "acme.snowflakecomputing.com",
    ],
)
def test_the_cluster_reaches_what_its_parts_call(host: str) -> None:
    assert host in hosts("cluster")


@pytest.mark.parametrize(
    "host", ["packages.microsoft.com", "login.microsoftonline.com", "pas.windows.net", "management.azure.com"]
)
def test_the_jump_box_reaches_what_signing_in_installs_from_and_asks(host: str) -> None:
    assert host in hosts("jump_box")


@pytest.mark.parametrize(
    "host",
    ["dev.azure.com", "*.dev.azure.com", "*.vssps.visualstudio.com", "vstsagenttools.blob.core.windows.net"],
)
def test_agents_reach_what_they_install_from_and_wait_for(host: str) -> None:
    assert host in hosts("agents")


@pytest.mark.parametrize("user", ["agents", "jump_box"])
def test_packages_of_ubuntu_come_over_http_which_apt_verifies(user: User) -> None:
    assert hosts(user)["azure.archive.ubuntu.com"].ports == (80,)


def test_a_repository_elsewhere_is_reached_from_where_it_is_cloned() -> None:
    to = replace(TO, forge="github.com")

    assert "github.com" in hosts("cluster", to)
    assert "github.com" in hosts("agents", to)


def test_notices_and_more_hosts_are_opened_where_the_stack_file_names_them() -> None:
    to = replace(TO, notices=("*.environment.api.powerplatform.com",), more=("stage.blob.core.windows.net",))

    assert {"notices", "more"} & {rule.name for rule in host_rules(TO)} == set()
    assert {"*.environment.api.powerplatform.com", "stage.blob.core.windows.net"} <= set(hosts("cluster", to))
