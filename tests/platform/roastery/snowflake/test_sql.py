"""Snowflake's side of a stack as SQL: what it creates, for whom, and what it leaves to fill in."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from roastery.cli.main import main
from roastery.snowflake.settings import SnowflakeSection
from roastery.snowflake.sql import SnowflakeSide, SnowflakeSqlError, script

TENANT = "22222222-2222-4222-8222-222222222222"
PRINCIPAL = "99999999-0000-4000-8000-000000000001"
ACCOUNT: dict[str, Any] = {
    "account": "globojava-sales",
    "database": "SALES",
    "schema": "PUBLIC",
    "warehouse": "FORECAST_WH",
    "role": "FORECAST_READER",
}
NAMED = {"user": "svc", "secret": "snowflake-key"}
WAYS: dict[str, dict[str, Any]] = {
    "workload_identity": {},
    "key_pair": NAMED,
    "oauth": {**NAMED, "oauth_scope": "api://11111111-1111-4111-8111-111111111111/.default"},
    "password": NAMED,
}
# docs.snowflake.com, CREATE USER: properties of a workload identity by its type.
IDENTITY = {
    "OIDC": {"TYPE", "ISSUER", "SUBJECT", "OIDC_AUDIENCE_LIST"},
    "AZURE": {"TYPE", "ISSUER", "SUBJECT"},
}


def side(authentication: str = "workload_identity", **changes: Any) -> SnowflakeSide:
    options = {
        name: changes.pop(name) for name in ("table", "view", "principal", "addresses") if name in changes
    }
    section = ACCOUNT | {"authentication": authentication} | WAYS[authentication] | changes
    return SnowflakeSide(
        stack="prod",
        tenant=TENANT,
        section=SnowflakeSection.model_validate(section),
        user="SVC_ROASTERY_PROD",
        **options,
    )


def statements(text: str, caplog: pytest.LogCaptureFixture) -> list[Any]:
    """Parsed as Snowflake's; sqlglot keeps statements about users and roles as text."""
    with caplog.at_level(logging.CRITICAL, "sqlglot"):
        return [
            each
            for each in sqlglot.parse(text, dialect="snowflake", error_level=sqlglot.ErrorLevel.RAISE)
            if each
        ]


@pytest.mark.parametrize("authentication", WAYS)
def test_every_statement_parses_as_snowflakes(authentication: str, caplog: pytest.LogCaptureFixture) -> None:
    parsed = statements(script(side(authentication)).text, caplog)

    kinds = [type(statement).__name__ for statement in parsed]
    assert kinds.count("Grant") == 4
    assert kinds.count("Create") == 1
    assert {"Use", "Command"} < set(kinds)
    assert all(
        re.match(
            r"CREATE (USER|ROLE|SECURITY INTEGRATION) IF NOT EXISTS |ALTER USER |GRANT ROLE ",
            each.sql("snowflake", comments=False),
        )
        for each in parsed
        if isinstance(each, exp.Command)
    )


@pytest.mark.parametrize("authentication", WAYS)
def test_the_role_reads_one_table_and_nothing_else(authentication: str) -> None:
    grants = re.findall(
        r"^GRANT (.+) ON (.+) TO ROLE FORECAST_READER;$", script(side(authentication)).text, re.MULTILINE
    )
    assert grants == [
        ("USAGE", "WAREHOUSE FORECAST_WH"),
        ("USAGE", "DATABASE SALES"),
        ("USAGE", "SCHEMA SALES.PUBLIC"),
        ("SELECT", "TABLE SALES.PUBLIC.SALES"),
    ]
    assert not re.search(r"\b(ALL|OWNERSHIP|FUTURE|MANAGE|INSERT)\b", script(side(authentication)).text)


@pytest.mark.parametrize("provider", ["OIDC", "AZURE"])
def test_the_user_trusts_the_identity_and_the_tenant(provider: str) -> None:
    text = script(side(identity_provider=provider, principal=PRINCIPAL)).text
    block = re.search(r"WORKLOAD_IDENTITY = \((.+?)\n  \);", text, re.DOTALL)
    assert block
    properties = dict(re.findall(r"^\s+(\w+) = (.+)$", block[1], re.MULTILINE))
    assert set(properties) == IDENTITY[provider]
    assert properties["TYPE"] == provider
    assert properties["ISSUER"] == f"'https://login.microsoftonline.com/{TENANT}/v2.0'"
    assert properties["SUBJECT"] == f"'{PRINCIPAL}'"
    assert "TYPE = SERVICE" in text
    assert "DEFAULT_SECONDARY_ROLES = ()" in text


def test_the_audience_is_what_the_job_asks_a_token_for() -> None:
    """Else Snowflake expects `snowflakecomputing.com`, for which Entra ID issues no token."""
    lists = [
        re.search(r"OIDC_AUDIENCE_LIST = \((.+)\)", script(each).text)
        for each in (side(), side(entra_resource="api://sales.example/snowflake", token_version=1))
    ]
    assert [match and match[1] for match in lists] == [
        "'api://fd3f753b-eed3-462c-b6a7-a4b5bb650aad', 'fd3f753b-eed3-462c-b6a7-a4b5bb650aad'",
        "'api://sales.example/snowflake'",
    ]


def test_tokens_of_version_1_have_another_issuer() -> None:
    assert f"ISSUER = 'https://sts.windows.net/{TENANT}/'" in script(side(token_version=1)).text


@pytest.mark.parametrize(
    ("authentication", "placeholders"),
    [
        ("workload_identity", ["<JOBS_PRINCIPAL_ID>"]),
        ("key_pair", ["<PUBLIC_KEY>"]),
        ("oauth", ["<CLIENT_PRINCIPAL_ID>"]),
        ("password", ["<PASSWORD>"]),
    ],
)
def test_what_does_not_exist_yet_is_a_placeholder_that_is_listed(
    authentication: str, placeholders: list[str]
) -> None:
    written = script(side(authentication))
    assert list(written.placeholders) == placeholders
    for name, meaning in written.placeholders.items():
        assert f"'{name}'" in written.text
        assert f"-- Replace {name}: {meaning}." in written.text


def test_with_the_identity_there_is_nothing_to_fill_in() -> None:
    written = script(side(principal=PRINCIPAL, addresses=["203.0.113.7"]))
    assert written.placeholders == {}
    assert "<" not in written.text
    assert "ALLOWED_IP_LIST = ('203.0.113.7')" in written.text


def test_a_password_makes_a_deprecated_user_and_says_so() -> None:
    text = script(side("password")).text
    assert "TYPE = LEGACY_SERVICE" in text
    assert "deprecated" in text


def test_entra_ids_tokens_are_trusted_by_an_integration() -> None:
    text = script(side("oauth")).text
    assert f"EXTERNAL_OAUTH_ISSUER = 'https://sts.windows.net/{TENANT}/'" in text
    assert "EXTERNAL_OAUTH_AUDIENCE_LIST = ('api://11111111-1111-4111-8111-111111111111')" in text


def test_a_view_and_a_table_elsewhere_are_granted_by_their_own_names() -> None:
    text = script(side(table='OTHER."net sales".DAILY', view=True)).text
    assert 'GRANT SELECT ON VIEW OTHER."net sales".DAILY TO ROLE' in text
    assert 'GRANT USAGE ON SCHEMA OTHER."net sales" TO ROLE' in text


@pytest.mark.parametrize("name", ["SALES; DROP TABLE X", "a.b.c.d", "", 'un"quoted'])
def test_a_table_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(SnowflakeSqlError, match="is not a valid table name"):
        script(side(table=name))


def test_names_from_the_stack_file_cannot_leave_their_place() -> None:
    text = script(side(database='S"; DROP', role="a'b")).text
    assert '"S""; DROP".PUBLIC' in text
    assert 'TO ROLE "a\'b";' in text


def test_everybodys_role_gets_no_grants() -> None:
    with pytest.raises(SnowflakeSqlError, match=r"snowflake\.role is PUBLIC, which every user"):
        script(side(role="public"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"entra_resource": "https://x"}, "should match pattern"),
        ({"identity_provider": "GCP"}, "'OIDC' or 'AZURE'"),
        ({"authentication": "key_pair", **NAMED, "entra_resource": "api://x"}, "entra_resource is set, but"),
        ({"authentication": "password", **NAMED, "token_version": 1}, "token_version is set, but"),
    ],
)
def test_a_wrong_setting_of_the_sign_in_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SnowflakeSection.model_validate(ACCOUNT | changes)


# The command.


def exported(path: Path, *resources: dict[str, Any]) -> str:
    urn = "urn:pulumi:prod::roastery::"
    entries = [{**each, "urn": f"{urn}{each['type']}::{each['name']}"} for each in resources]
    for entry in entries:
        del entry["name"]
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": entries}}))
    return str(path)


def test_the_command_takes_the_identity_and_the_addresses_from_a_state(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = "azure-native:network"
    pip = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses"
    state = exported(
        tmp_path / "state.json",
        {
            "type": "azure-native:managedidentity/v20241130:UserAssignedIdentity",
            "name": "id-jobs",
            "outputs": {"principalId": PRINCIPAL},
        },
        {
            "type": f"{network}:NatGateway",
            "name": "nat",
            "inputs": {"publicIpAddresses": [{"id": f"{pip}/nat"}]},
        },
        {
            "type": f"{network}:PublicIPAddress",
            "name": "nat",
            "id": f"{pip}/nat",
            "outputs": {"ipAddress": "203.0.113.7"},
        },
        {
            "type": f"{network}:PublicIPAddress",
            "name": "bas",
            "id": f"{pip}/bas",
            "outputs": {"ipAddress": "203.0.113.8"},
        },
    )

    assert run("snowflake", "sql", "--stack", "prod", "--state", state) == 0
    out, err = capsys.readouterr()
    assert f"SUBJECT = '{PRINCIPAL}'" in out
    assert "('203.0.113.7')" in out
    assert err == ""


def run(*argv: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(argv)
    return int(str(end.value.code))


def test_without_a_state_the_command_lists_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("snowflake", "sql", "--stack", "dev") == 0
    out, err = capsys.readouterr()
    assert "SALES_DEV.PUBLIC.SALES" in out
    assert err.startswith("to fill in: <JOBS_PRINCIPAL_ID>: object id of the jobs' managed identity")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--stack", "nowhere"], "there is no Pulumi.nowhere.yaml (the stacks are dev, prod)"),
        (["--stack", "prod", "--state", "absent.json"], "absent.json can't be read"),
        (["--stack", "prod", "--table", "a b"], "--table 'a b' is not a valid table name"),
        (["--stack", "prod", "--state", "x", "--sandbox"], "either --state FILE or --sandbox"),
    ],
)
def test_a_mistake_is_one_line(argv: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("snowflake", "sql", *argv) == 2
    _, err = capsys.readouterr()
    assert words in err
    assert len(err.splitlines()) == 1


def test_a_state_of_another_program_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = exported(tmp_path / "state.json", {"type": "azure-native:resources:ResourceGroup", "name": "rg"})
    assert run("snowflake", "sql", "--stack", "prod", "--state", state) == 2
    assert "has no managed identity id-jobs" in capsys.readouterr().err


def test_a_stack_file_with_a_wrong_section_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: roastery\n")
    (tmp_path / "Pulumi.x.yaml").write_text("config:\n  roastery:snowflake: {account: a}\n")
    monkeypatch.chdir(tmp_path)
    assert run("snowflake", "sql", "--stack", "x") == 2
    assert "error: Pulumi.x.yaml, roastery:snowflake.database: Field required" in capsys.readouterr().err
