"""The settings that the connector, a step's environment and the Azure ML connection share."""

from __future__ import annotations

import inspect
import warnings
from pathlib import Path
from typing import Any

import pytest
from snowflake.connector.connection import DEFAULT_CONFIGURATION, SnowflakeConnection

from ml.errors import InputError
from ml.warehouse.settings import SnowflakeSettings

PLACE = {
    "SNOWFLAKE_ACCOUNT": "globojava-prod",
    "SNOWFLAKE_DATABASE": "RETAIL",
    "SNOWFLAKE_SCHEMA": "SALES",
    "SNOWFLAKE_WAREHOUSE": "ETL",
}
TRICKY = "p&ss w=rd/#?'\"é"
METHODS: dict[str, dict[str, str]] = {
    "WORKLOAD_IDENTITY": {},
    "OIDC": {"SNOWFLAKE_TOKEN_FILE_PATH": "token.jwt", "SNOWFLAKE_AUTHENTICATOR": "WORKLOAD_IDENTITY"},
    "SNOWFLAKE_JWT": {
        "SNOWFLAKE_PRIVATE_KEY_FILE": "key.p8",
        "SNOWFLAKE_PRIVATE_KEY_FILE_PWD": TRICKY,
        "SNOWFLAKE_USER": "etl",
    },
    "OAUTH": {"SNOWFLAKE_TOKEN": TRICKY},
    "OAUTH_CLIENT_CREDENTIALS": {"SNOWFLAKE_OAUTH_CLIENT_ID": "id", "SNOWFLAKE_OAUTH_CLIENT_SECRET": TRICKY},
    "SNOWFLAKE": {"SNOWFLAKE_PASSWORD": TRICKY, "SNOWFLAKE_USER": "etl"},
}


def settings(method: str, **more: str) -> SnowflakeSettings:
    return SnowflakeSettings.from_env(PLACE | METHODS[method] | more)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_given_tells_the_way_to_sign_in(method: str) -> None:
    wanted = "WORKLOAD_IDENTITY" if method == "OIDC" else method
    assert settings(method).authentication.authenticator == wanted


@pytest.mark.parametrize("method", METHODS)
def test_settings_survive_the_way_through_a_steps_environment(method: str) -> None:
    before = settings(method, SNOWFLAKE_HOST="127.0.0.1", SNOWFLAKE_PORT="8080", SNOWFLAKE_PROTOCOL="http")
    assert SnowflakeSettings.from_env(before.to_env()) == before


@pytest.mark.parametrize("method", METHODS)
def test_the_connector_knows_every_argument_and_its_type(method: str) -> None:
    named = set(inspect.signature(SnowflakeConnection.__init__).parameters)
    for name, value in settings(method).connector_arguments().items():
        assert name in DEFAULT_CONFIGURATION or name in named
        kinds: Any = DEFAULT_CONFIGURATION[name][1]
        assert isinstance(value, kinds), name


@pytest.mark.parametrize("method", METHODS)
def test_no_secret_is_printed(method: str) -> None:
    original = settings(method)
    for text in (
        repr(original),
        str(original),
        original.model_dump_json(),
        original.address,
    ):
        assert TRICKY not in text
        assert "p&ss" not in text


def test_a_wrong_setting_beside_a_secret_does_not_print_the_secret() -> None:
    with pytest.raises(InputError) as caught:
        SnowflakeSettings.from_env(PLACE | {"SNOWFLAKE_PASSWORD": TRICKY})
    assert TRICKY not in str(caught.value)
    assert "user is missing" in str(caught.value)


@pytest.mark.parametrize("name", PLACE)
def test_a_missing_variable_is_named_with_all_that_are_needed(name: str) -> None:
    with pytest.raises(InputError) as caught:
        SnowflakeSettings.from_env({key: value for key, value in PLACE.items() if key != name})
    assert str(caught.value).startswith(f"{name} is not set (WORKLOAD_IDENTITY needs ")
    assert all(each in str(caught.value) for each in PLACE)
    assert "\n" not in str(caught.value)


def test_an_empty_variable_counts_as_missing() -> None:
    with pytest.raises(InputError, match="SNOWFLAKE_ACCOUNT is not set"):
        SnowflakeSettings.from_env(PLACE | {"SNOWFLAKE_ACCOUNT": ""})


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"SNOWFLAKE_AUTHENTICATOR": "externalbrowser"}, "one of: WORKLOAD_IDENTITY, SNOWFLAKE_JWT, OAUTH"),
        ({"SNOWFLAKE_AUTHENTICATOR": "SNOWFLAKE"}, "SNOWFLAKE_PASSWORD is not set"),
        ({"SNOWFLAKE_AUTHENTICATOR": "SNOWFLAKE_JWT"}, "either private_key_file or private_key"),
        ({"SNOWFLAKE_OAUTH_CLIENT_ID": "id"}, "SNOWFLAKE_OAUTH_CLIENT_SECRET is not set"),
        ({"SNOWFLAKE_AUTHENTICATOR": "OAUTH"}, "either token or token_file_path"),
        (
            {"SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "GCP"},
            "_PROVIDER: .*'AZURE' or 'OIDC'",
        ),
        ({"SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "OIDC"}, "OIDC needs token_file_path"),
        ({"SNOWFLAKE_ACCOUNT": "https://x.snowflakecomputing.com"}, "SNOWFLAKE_ACCOUNT: .*pattern"),
        ({"SNOWFLAKE_PORT": "70000"}, "SNOWFLAKE_PORT: .*65535"),
        ({"SNOWFLAKE_PORT": "https"}, "SNOWFLAKE_PORT: .*integer"),
        (
            {"SNOWFLAKE_HOST": "db.example.com", "SNOWFLAKE_PROTOCOL": "http"},
            "unencrypted to db.ex",
        ),
    ],
)
def test_a_wrong_variable_is_named_with_what_is_allowed(variables: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        SnowflakeSettings.from_env(PLACE | variables)


def test_a_token_that_kubernetes_mounts_is_used_for_oidc() -> None:
    mounted = {
        "SNOWFLAKE_WORKLOAD_IDENTITY_PROVIDER": "oidc",
        "AZURE_FEDERATED_TOKEN_FILE": "/var/run/token",
    }
    original = settings("WORKLOAD_IDENTITY", **mounted)
    assert original.connector_arguments()["token_file_path"] == str(Path("/var/run/token"))


def test_the_role_is_public_unless_it_is_given() -> None:
    assert settings("WORKLOAD_IDENTITY").role == "PUBLIC"
    assert settings("WORKLOAD_IDENTITY", SNOWFLAKE_ROLE="LOADER").role == "LOADER"


def test_only_a_password_to_another_machine_warns() -> None:
    warned = {method for method in METHODS if settings(method).warning}
    assert warned == {"SNOWFLAKE"}
    assert settings("SNOWFLAKE", SNOWFLAKE_HOST="127.0.0.1").warning is None


def test_unknown_settings_are_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="Extra inputs are not permitted"):
            SnowflakeSettings.model_validate({"region": "x"})
