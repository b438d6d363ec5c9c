"""Every stack file loads; every wrong config is refused with the key, the value and the fix."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from roastery.naming import KINDS
from stacks.config import ConfigError, StackConfig, renamed_keys

ROOT = Path(__file__).parents[2]
STACKS = sorted(file.stem.removeprefix("Pulumi.") for file in ROOT.glob("Pulumi.*.yaml"))


BY_TAGS = {"network.egress": "tags", "network.subnets.firewall": None}


def values_of(stack: str) -> dict[str, Any]:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {k.removeprefix("roastery:"): v for k, v in config.items() if k.startswith("roastery:")}


def with_changes(stack: str, changes: dict[str, Any]) -> dict[str, Any]:
    values = copy.deepcopy(values_of(stack))
    for path, value in changes.items():
        *parents, last = path.split(".")
        node = values
        for part in parents:
            node = node[part]
        node[last] = value
    return values


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_file_loads_and_all_its_names_fit(stack: str) -> None:
    config = StackConfig.parse(values_of(stack))

    assert config.environment == stack
    assert len({config.names.of(kind) for kind in KINDS}) == len(KINDS)


def test_stacks_share_no_global_name() -> None:
    kinds = [kind for kind, rule in KINDS.items() if rule.unique]
    names = [StackConfig.parse(values_of(stack)).names.of(kind) for stack in STACKS for kind in kinds]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("stack", "changes", "message"),
    [
        ("prod", {"region": "eastus9"}, "roastery:region: unknown region 'eastus9'"),
        ("prod", {"regoin": "eastus2"}, "roastery:regoin is unknown, did you mean region?"),
        ("prod", {"network.cird": "x"}, "roastery:network.cird is unknown, did you mean cidr?"),
        (
            "prod",
            {"network.subnets.agents": "10.40.0.0/26"},
            "subnets.cluster 10.40.0.0/22 overlaps subnets.agents 10.40.0.0/26",
        ),
        (
            "prod",
            {"cluster.pod_cidr": "10.40.0.0/16"},
            "cluster.pod_cidr 10.40.0.0/16 overlaps network.cidr 10.40.0.0/20",
        ),
        ("prod", {"cluster.service_cidr": "10.61.0.0/20"}, "overlaps pod_cidr"),
        ("prod", {"network.subnets.bastion": "10.40.5.0/27"}, "too small: /26 or larger"),
        (
            "prod",
            {"network.subnets.cluster": "10.40.0.0/27"},
            "holds 27 nodes, but the pools grow to 35",
        ),
        ("prod", {"network.subnets.agents": "10.99.0.0/26"}, "lies outside network.cidr"),
        ("prod", {"network.cidr": "172.16.0.0/12"}, "overlaps 172.17.0.0/16, the bridge of Docker"),
        (
            "prod",
            {"workload": "roasteryxx", "environment": "prodxx"},
            "has 27 characters, at most 24 are allowed: shorten roastery:workload",
        ),
        (
            "prod",
            {"network.public_access": ["vault"], "network.allowed_addresses": ["198.51.100.0/24"]},
            "production has no public network access",
        ),
        ("dev", {"network.public_access": ["vault"]}, "public_access without allowed_addresses"),
        ("prod", {"production": False}, "production is false in environment prod"),
        (
            "prod",
            {"network.egress": "open", "network.subnets.firewall": None},
            "network.egress is open: production mirrors what it pulls",
        ),
        ("prod", {"network.egress": "tags"}, "subnets.firewall is set, but egress tags does not use it"),
        ("prod", {"network.subnets.firewall": None}, "egress firewall needs subnets.firewall: a free /26"),
        ("prod", {"network.subnets.firewall": "10.40.6.0/27"}, "is too small: /26 or larger is needed"),
        ("prod", {"network.forge_ranges": ["198.51.100.0/24"]}, "but egress firewall does not use it"),
        ("dev", {"network.allowed_hosts": ["a.example.com"]}, "but egress open does not use it"),
        ("prod", {"network.allowed_hosts": ["https://a.example.com"]}, "network.allowed_hosts"),
        (
            "prod",
            {**BY_TAGS, "workflows.repository": "https://git.example.com/repo"},
            "the ranges of https://git.example.com/repo are not published: name them in network.forge_ranges",
        ),
        ("prod", {**BY_TAGS, "workflows.notices": "webhook"}, "because security groups name no hosts"),
        ("prod", {"workflows.notices": "webhook"}, "needs workflows.notify_hosts behind the firewall"),
        ("prod", {"workflows.notify_hosts": ["a.example.com"]}, "notices monitor does not use it"),
        ("prod", {"workflows.trigger": "webhook"}, "trigger webhook needs push_senders"),
        ("prod", {"workflows.push_senders": ["20.41.6.0/23"]}, "trigger poll does not use it"),
        ("prod", {"argo.image_registry": "quay.io"}, "can't be reached with network.egress firewall"),
        ("prod", {"images.training": "cr.azurecr.io/ml:latest"}, "is not pinned"),
        ("prod", {"cluster.dns_service_ip": "10.60.0.1"}, "after its first two addresses"),
        ("prod", {"snowflake.authentication": "password"}, "authentication password needs user"),
        (
            "prod",
            {"snowflake.authentication": "key_pair", "snowflake.user": "svc"},
            "authentication key_pair needs secret: Name of the Key Vault secret",
        ),
        (
            "prod",
            {
                "snowflake.authentication": "oauth",
                "snowflake.user": "svc",
                "snowflake.secret": "s",
                "snowflake_secret": "x",
            },
            "authentication oauth needs oauth_scope: For oauth: what Snowflake is to Entra ID",
        ),
        (
            "prod",
            {"snowflake.secret": "s"},
            "secret is set, but authentication workload_identity does not use it",
        ),
        ("prod", {"serving.host": "forecast"}, "roastery:serving.host"),
        ("prod", {"serving.auth_mode": "AADToken"}, "roastery:serving.auth_mode"),
        ("prod", {"serving.key_secret": "endpoint-certificate"}, "two secrets"),
        ("prod", {"cluster.job_pods": "Allow"}, "roastery:cluster.job_pods"),
        ("prod", {"budget.start": "2026-12-02"}, "not the first of a month"),
    ],
)
def test_wrong_config_names_key_value_and_fix(stack: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match="roastery:") as caught:
        StackConfig.parse(with_changes(stack, changes))

    assert message in str(caught.value)


def test_missing_snowflake_settings_are_named_one_by_one() -> None:
    values = values_of("prod")
    del values["snowflake"]["account"], values["snowflake"]["database"]

    with pytest.raises(ConfigError) as caught:
        StackConfig.parse(values)

    assert str(caught.value).splitlines() == [
        "roastery:snowflake.account is missing: add it to the stack file",
        "roastery:snowflake.database is missing: add it to the stack file",
    ]


def test_a_section_that_is_absent_is_named() -> None:
    values = values_of("prod")
    del values["snowflake"]

    with pytest.raises(ConfigError, match="roastery:snowflake is missing"):
        StackConfig.parse(values)


RENAMED = {
    "network.public_access": ("network.public_doors", ["vault"]),
    "workflows.retrain_scheduler": ("workflows.retrain_clock", "azure_ml"),
}
OFFICE = {"network.allowed_addresses": ["198.51.100.0/24"]}


@pytest.mark.parametrize("new", RENAMED)
def test_a_renamed_key_is_accepted_under_its_old_name_with_a_warning(new: str) -> None:
    old, value = RENAMED[new]
    by_new, by_old = (with_changes("dev", {**OFFICE, key: value}) for key in (new, old))

    assert StackConfig.parse(by_old) == StackConfig.parse(by_new)
    assert renamed_keys(by_new) == []
    (warning,) = renamed_keys(by_old)
    assert warning.startswith(f"roastery:{old} is now called roastery:{new}: rename it in the stack file")


@pytest.mark.parametrize("new", RENAMED)
def test_a_key_under_both_names_is_refused(new: str) -> None:
    old, value = RENAMED[new]

    with pytest.raises(ConfigError, match=f"roastery:{old} is unknown, did you mean"):
        StackConfig.parse(with_changes("dev", {**OFFICE, new: value, old: value}))


@pytest.mark.parametrize("new", RENAMED)
def test_a_wrong_value_is_reported_under_the_name_that_was_written(new: str) -> None:
    old, _ = RENAMED[new]

    for name in (new, old):
        with pytest.raises(ConfigError, match=f"roastery:{name}"):
            StackConfig.parse(with_changes("dev", {**OFFICE, name: "wrong"}))


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_files_use_no_old_name(stack: str) -> None:
    assert renamed_keys(values_of(stack)) == []


def test_public_ranges_are_those_of_the_named_services() -> None:
    config = StackConfig.parse(with_changes("dev", {**OFFICE, "network.public_access": ["vault"]}))

    assert [str(range_) for range_ in config.network.public_ranges("vault")] == ["198.51.100.0/24"]
    assert config.network.public_ranges("storage") == ()
