"""The connection's target is the one that Azure ML documents, whatever the names hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import pulumi
import pytest
from pulumi.runtime import rpc

from roastery.components.resource_group import ResourceGroup
from roastery.components.snowflake import ConnectionArgs, SnowflakeAccess, connection, target


def test_the_role_is_part_of_the_target_with_a_password() -> None:
    assert target("acme-sales", "SALES", "WH", "READER", oauth=False) == (
        "jdbc:snowflake://acme-sales.snowflakecomputing.com/?db=SALES&warehouse=WH&role=READER"
    )


def test_with_oauth_the_role_is_the_scope() -> None:
    assert target("acme", "SALES", "WH", "READER", oauth=True).endswith("&scope=session:role:READER")


def test_what_a_url_would_read_as_its_own_is_encoded() -> None:
    assert "?db=S%26L&warehouse=W%20H%3D1&role=R%2F%C3%9F" in target("a", "S&L", "W H=1", "R/ß", oauth=False)


ACCESS = SnowflakeAccess(
    account="acme",
    database="SALES",
    schema="PUBLIC",
    warehouse="WH",
    role="READER",
    authentication="workload_identity",
    tenant="tenant-id",
)


def test_a_workload_identity_needs_no_secret() -> None:
    assert ACCESS.variables == {
        "SNOWFLAKE_ACCOUNT": "acme",
        "SNOWFLAKE_DATABASE": "SALES",
        "SNOWFLAKE_SCHEMA": "PUBLIC",
        "SNOWFLAKE_WAREHOUSE": "WH",
        "SNOWFLAKE_ROLE": "READER",
        "SNOWFLAKE_AUTHENTICATOR": "WORKLOAD_IDENTITY",
        # The connector's own way, AZURE, asks the metadata service of the node, which a job does not reach.
        "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "OIDC",
        "SNOWFLAKE_WORKLOAD_IDENTITY_ENTRA_RESOURCE": "api://fd3f753b-eed3-462c-b6a7-a4b5bb650aad",
    }


def test_oauth_asks_entra_id_of_the_tenant_for_a_token() -> None:
    access = replace(ACCESS, authentication="oauth", user="client", oauth_scope="api://x/.default")

    assert access.variables["SNOWFLAKE_OAUTH_CLIENT_ID"] == "client"
    assert access.variables["SNOWFLAKE_OAUTH_SCOPE"] == "api://x/.default"
    assert "/tenant-id/" in access.variables["SNOWFLAKE_OAUTH_TOKEN_REQUEST_URL"]


@pytest.mark.parametrize(
    ("authentication", "kind", "credentials"),
    [
        ("oauth", "ServicePrincipal", {"clientId": "svc@x", "clientSecret": "s&t", "tenantId": "tenant-id"}),
        ("password", "UsernamePassword", {"username": "svc%40x", "password": "s%26t"}),
    ],
)
def test_a_connection_holds_the_credential_that_its_method_needs(
    declare: Callable[[Callable[[], object]], Any],
    group: ResourceGroup,
    authentication: Literal["oauth", "password"],
    kind: str,
    credentials: dict[str, str],
) -> None:
    def program() -> None:
        connection(
            ConnectionArgs(
                resource_group=group,
                workspace="mlw",
                account="acme",
                database="SALES",
                warehouse="WH",
                role="READER",
                authentication=authentication,
                user="svc@x",
                tenant="tenant-id",
                secret=pulumi.Output.secret("s&t"),
                parent=pulumi.ComponentResource("tests:index:Parent", "workspace"),
            )
        )

    secret = declare(program).inputs("snowflake")["properties"]
    assert secret[rpc._special_sig_key] == rpc._special_secret_sig  # encrypted in the state
    properties = secret["value"]
    assert (properties["authType"], properties["category"]) == (kind, "Snowflake")
    assert properties["credentials"] == credentials
