"""The variables by which the import signs in to Snowflake, and how it reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from azure.core.credentials import AccessToken

from ml.pipeline import IMPORT
from ml.warehouse.secret import FILLS, URL, resolved
from ml.warehouse.settings import SnowflakeSettings, variable
from roastery.components.vault import vault_url
from roastery.snowflake.sql import DEFAULT_TABLE, audiences
from stacks.assets import snowflake_access
from stacks.config import StackConfig

ROOT = Path(__file__).parents[2]
NAMED = {"user": "svc", "secret": "snowflake-key"}
WAYS: dict[str, dict[str, Any]] = {
    "workload_identity": {},
    "key_pair": NAMED,
    "oauth": {**NAMED, "oauth_scope": "api://11111111-1111-4111-8111-111111111111/.default"},
    "password": NAMED,
}


class Identity:
    """The job's own, which gets a token for what the stack names."""

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        assert scopes == ("api://fd3f753b-eed3-462c-b6a7-a4b5bb650aad/.default",)
        return AccessToken("a.token.of-entra", 4_000_000_000)


def config(authentication: str) -> StackConfig:
    values = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    mine = {key.removeprefix("roastery:"): value for key, value in values.items() if "roastery:" in key}
    mine["snowflake"] |= {"authentication": authentication, **WAYS[authentication]}
    if authentication in {"oauth", "password"}:
        mine["snowflake_secret"] = "of the connection"  # noqa: S105 - invented
    return StackConfig.parse(mine)


@pytest.mark.parametrize("authentication", WAYS)
def test_with_its_secret_the_import_can_sign_in(authentication: str) -> None:
    stack_config = config(authentication)
    variables = snowflake_access(stack_config).variables
    authenticator = variables[variable("authenticator")]
    if authenticator in FILLS:
        assert variables.pop(URL) == f"{vault_url(stack_config.names)}/secrets/snowflake-key"
        variables[variable(FILLS[authenticator])] = "the secret"

    sign_in = SnowflakeSettings.from_env(resolved(variables, Identity()))

    assert sign_in.authentication.authenticator == authenticator
    assert sign_in.account == stack_config.snowflake.account


@pytest.mark.parametrize("authentication", WAYS)
def test_the_variables_of_the_import_hold_no_secret(authentication: str) -> None:
    variables = snowflake_access(config(authentication)).variables

    assert "of the connection" not in str(variables)
    assert (URL in variables) == (authentication != "workload_identity")


def test_entra_is_asked_for_the_scope_of_snowflake() -> None:
    variables = snowflake_access(config("oauth")).variables

    assert variables["SNOWFLAKE_OAUTH_SCOPE"].startswith("api://")
    assert variables["SNOWFLAKE_OAUTH_TOKEN_REQUEST_URL"].endswith("/oauth2/v2.0/token")
    assert variables["SNOWFLAKE_OAUTH_CLIENT_ID"] == "svc"


def test_the_sql_grants_what_the_import_reads() -> None:
    tables = [param.default for param in IMPORT.params if param.name == "table"]
    assert tables == [DEFAULT_TABLE]


def test_the_user_of_snowflake_and_the_job_agree_on_the_token() -> None:
    """The job asks for a token for one application; Snowflake's user has to accept its audience."""
    variables = snowflake_access(config("workload_identity")).variables
    assert variables["SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER"] == "OIDC"
    accepted = audiences(config("workload_identity").snowflake)
    assert variables["SNOWFLAKE_WORKLOAD_IDENTITY_ENTRA_RESOURCE"] in accepted
