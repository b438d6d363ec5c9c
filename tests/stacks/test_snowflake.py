"""What the import is told about Snowflake, and what it makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ml.warehouse.secret import FILLS, URL
from ml.warehouse.settings import SnowflakeSettings, variable
from stacks.assets import _variables, vault_address
from stacks.config import StackConfig

ROOT = Path(__file__).parents[2]
NAMED = {"user": "svc", "secret": "snowflake-key"}
WAYS: dict[str, dict[str, Any]] = {
    "workload_identity": {},
    "key_pair": NAMED,
    "oauth": {**NAMED, "oauth_scope": "api://11111111-1111-4111-8111-111111111111/.default"},
    "password": NAMED,
}


def config(authentication: str) -> StackConfig:
    values = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    mine = {key.removeprefix("roastery:"): value for key, value in values.items() if "roastery:" in key}
    mine["snowflake"] |= {"authentication": authentication, **WAYS[authentication]}
    if authentication in {"oauth", "password"}:
        mine["snowflake_secret"] = "of the connection"  # noqa: S105 - of nobody
    return StackConfig.parse(mine)


@pytest.mark.parametrize("authentication", WAYS)
def test_with_its_secret_the_import_can_sign_in(authentication: str) -> None:
    given = config(authentication)
    told = _variables(given)
    authenticator = told[variable("authenticator")]
    if authenticator in FILLS:
        assert told.pop(URL) == f"{vault_address(given)}/secrets/snowflake-key"
        told[variable(FILLS[authenticator])] = "the secret"

    made = SnowflakeSettings.from_env(told)

    assert made.authentication.authenticator == authenticator
    assert made.account == given.snowflake.account


@pytest.mark.parametrize("authentication", WAYS)
def test_what_the_import_is_told_holds_no_secret(authentication: str) -> None:
    told = _variables(config(authentication))

    assert "of the connection" not in str(told)
    assert (URL in told) == (authentication != "workload_identity")


def test_entra_is_asked_for_the_scope_of_snowflake() -> None:
    told = _variables(config("oauth"))

    assert told["SNOWFLAKE_OAUTH_SCOPE"].startswith("api://")
    assert told["SNOWFLAKE_OAUTH_TOKEN_REQUEST_URL"].endswith("/oauth2/v2.0/token")
    assert told["SNOWFLAKE_OAUTH_CLIENT_ID"] == "svc"
