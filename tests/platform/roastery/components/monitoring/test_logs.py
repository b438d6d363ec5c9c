"""Log Analytics and Application Insights, and the private way to both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.components.monitoring.logs import Logs, LogsArgs
from roastery.components.monitoring.private_link import private_link_scope
from roastery.components.network.endpoint import PrivateAccess
from roastery.components.resource_group import ResourceGroup

Declare = Callable[[Callable[[], object]], Any]


@pytest.fixture
def declared(declare: Declare, group: ResourceGroup, private_access: Callable[..., PrivateAccess]) -> Any:
    """Logs of production, connected to the network."""

    def program() -> None:
        logs = Logs("logs", LogsArgs(resource_group=group, retention_days=180, daily_quota_gb=5))
        members = {"log": logs.workspace_id, "appi": logs.insights_id}
        private_link_scope(group, private_access("azuremonitor"), members, logs)

    return declare(program)


@pytest.mark.parametrize("name", ["log", "appi"])
def test_nothing_is_ingested_over_the_public_network(name: str, declared: Any) -> None:
    assert declared.inputs(name)["publicNetworkAccessForIngestion"] == "Disabled"


def test_only_entra_id_opens_both(declared: Any) -> None:
    assert declared.inputs("log")["features"] == {"disableLocalAuth": True}
    assert declared.inputs("appi")["disableLocalAuth"] is True


def test_logs_need_no_network_to_be_declared(declare: Declare, group: ResourceGroup) -> None:
    """The network sends its own logs there: it comes after them."""
    declared = declare(lambda: Logs("logs", LogsArgs(resource_group=group, retention_days=30)))

    assert declared.names("PrivateEndpoint") == set()
    assert "workspaceCapping" not in declared.inputs("log")


def test_retention_and_quota_are_settings(declared: Any) -> None:
    inputs = declared.inputs("log")

    assert inputs["retentionInDays"] == 180
    assert inputs["workspaceCapping"] == {"dailyQuotaGb": 5}


def test_the_workspace_logs_its_own_queries_and_is_protected(declared: Any) -> None:
    assert declared.inputs("diag-log")["resourceUri"] == "log-id"
    assert declared.named("log").protect is True


def test_both_are_members_of_the_private_link_scope_before_its_endpoint_exists(declared: Any) -> None:
    members = {member.inputs["linkedResourceId"] for member in declared.of_type("PrivateLinkScopedResource")}

    assert members == {"log-id", "appi-id"}
    endpoint = declared.named("pep-ampls-azuremonitor")
    assert {"ampls-log", "ampls-appi"} <= endpoint.depends_on
    assert {declared.named(name).parent for name in ("ampls", "pep-ampls-azuremonitor")} == {"logs"}
