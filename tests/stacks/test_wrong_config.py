"""A wrong stack file stops `pulumi up` with a line that says what to do, before anything is declared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azsandbox.arm.subscription import Subscription
from azsandbox.commands import Outcome
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("wrong config"),
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "overlapping CIDRs": (
        {"network.subnets.agents": "10.40.0.0/26"},
        "roastery:network.subnets: subnets.cluster 10.40.0.0/22 overlaps subnets.agents 10.40.0.0/26",
    ),
    "a subnet too small": (
        {"network.subnets.bastion": "10.40.5.0/27"},
        "roastery:network.subnets: subnets.bastion 10.40.5.0/27 is too small: /26 or larger",
    ),
    "an unknown region": ({"region": "eastus9"}, "roastery:region: unknown region 'eastus9'"),
    "a name too long after composition": (
        {"workload": "roasteryxx", "environment": "prodxx"},
        "has 27 characters, at most 24 are allowed: shorten roastery:workload or roastery:environment by 3",
    ),
    "a typo in a key": (
        {"network.cird": "10.40.0.0/20"},
        "roastery:network.cird is unknown, did you mean cidr?",
    ),
    "production with public network access": (
        {"network.public_access": ["vault"], "network.allowed_addresses": ["198.51.100.0/24"]},
        "network.public_access [vault]: production has no public network access; remove them",
    ),
    "an unpinned image": ({"images.training": "cr.azurecr.io/ml:latest"}, "is not pinned"),
    "missing Snowflake settings": (
        {"snowflake.account": None, "snowflake.warehouse": None},
        "roastery:snowflake.account is missing: add it to the stack file",
    ),
    "two stacks that claim one global name": (
        {},
        "stacks other and prod both claim the name stroasteryprodeus2",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_config_ends_an_up_before_anything_is_made(
    case: str,
    project: Project,
    with_config: Callable[[str, dict[str, Any]], str],
    run: Callable[..., Outcome],
) -> None:
    changes, message = WRONG[case]
    # Apart from the case of two claimants, a stack of its own.
    apart = {} if case.startswith("two") or "environment" in changes else {"environment": "test"}

    outcome = run("up", with_config("prod", {**apart, **changes}))

    assert outcome.exit_code == 1
    assert [line for line in outcome.errors if message in line], outcome.errors
    assert not [line for line in outcome.errors if "Traceback" in line]
    assert Subscription.open(project.model).all() == []


def test_a_stored_credential_reaches_the_connection_and_lies_nowhere_in_the_clear(
    project: Project, with_config: Callable[[str, dict[str, Any]], str], run: Callable[..., Outcome]
) -> None:
    secret = "Kaffee&Kuchen=100%/öß?"  # noqa: S105 - what a URL would read as its own
    changes = {
        "environment": "test",
        "snowflake.authentication": "password",
        "snowflake.user": "svc@roast",
        "snowflake.secret": "snowflake",
        "snowflake_secret": secret,
    }

    outcome = run("up", with_config("prod", changes))

    assert (outcome.exit_code, outcome.errors) == (0, [])
    (connection,) = Subscription.open(project.model).of_kind(
        "Microsoft.MachineLearningServices/workspaces/connections"
    )
    assert connection.inputs["properties"]["target"].endswith("&role=FORECAST_READER")
    subscription = Subscription.open(project.model)
    vault = subscription.of_kind("Microsoft.KeyVault/vaults")[0]
    roles = [resource.inputs for resource in subscription.of_kind("Microsoft.Authorization/roleAssignments")]
    scopes = [
        resource["scope"]
        for resource in roles
        if resource["description"] == "The import reads Snowflake's credential"
    ]
    assert scopes == [f"{vault.id}/secrets/snowflake"]
    address = f"https://{vault.name}.vault.azure.net/secrets/snowflake"
    pipelines = subscription.of_kind("Microsoft.MachineLearningServices/workspaces/components/versions")
    with_address = [resource for resource in pipelines if address in str(resource.inputs)]
    assert [resource.inputs["name"] for resource in with_address] == ["monthly-demand"]
    for file in project.sandbox.rglob("*"):
        if file.is_file() and "stacks" not in file.parts[-3:]:
            content = file.read_bytes()
            assert secret.encode() not in content
            assert b"Kaffee%26Kuchen" not in content
