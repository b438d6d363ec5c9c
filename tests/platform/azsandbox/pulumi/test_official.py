"""The official provider in a session: found, offered to Pulumi, and led to the sandbox's ARM API.

The plugin is in no package registry, so what it reads and sends first is sent by hand, as its sources do.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION
from azsandbox.errors import ToolchainError
from azsandbox.pulumi import official
from azsandbox.schema import catalogue

pytestmark = pytest.mark.xdist_group("api")
VERSION = catalogue.shared().version
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def plugin(home: Path) -> Path:
    file = home / "plugins" / f"resource-azure-native-v{VERSION}" / "pulumi-resource-azure-native"
    file.parent.mkdir(parents=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def test_a_missing_plugin_is_one_line_that_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError) as caught:
        official.find(VERSION, {"PULUMI_HOME": str(tmp_path), "PATH": str(tmp_path)})
    assert f"pulumi plugin install resource azure-native {VERSION}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_plugin_of_the_users_pulumi_is_offered_to_that_of_the_session(tmp_path: Path) -> None:
    file = plugin(tmp_path / "user")
    assert official.find(VERSION, {"PULUMI_HOME": str(tmp_path / "user")}) == file
    for _ in range(2):
        official.offer(file, VERSION, tmp_path / "session")
    offered = tmp_path / "session" / "plugins" / f"resource-azure-native-v{VERSION}"
    assert not offered.is_symlink()  # Pulumi looks at folders only
    assert (offered / file.name).resolve() == file.resolve()


def test_the_command_leaves_the_stand_in_out_and_names_the_metadata_host(tmp_path: Path) -> None:
    plugin(tmp_path / "user")
    names = ("PULUMI_DEBUG_PROVIDERS", "ARM_METADATA_HOSTNAME", "ARM_USE_OIDC", "ARM_SUBSCRIPTION_ID")
    script = f"import os; print([os.environ[name] for name in {names!r}])"
    completed = run(tmp_path, [sys.executable, "-c", script])
    providers, host, oidc, subscription = eval(completed.stdout)  # noqa: S307 - a list that the script prints
    assert providers.startswith("kubernetes:")
    assert "azure-native" not in providers
    assert host.partition(":")[0] in {"localhost", "127.0.0.1"}
    assert (oidc, subscription) == ("true", DEFAULT_SUBSCRIPTION)


def test_the_command_without_the_plugin_ends_with_one_line(tmp_path: Path) -> None:
    completed = run(tmp_path, ["true"])
    assert completed.returncode == ToolchainError.exit_code
    assert completed.stderr.startswith("error: the official provider azure-native")
    assert len(completed.stderr.splitlines()) == 1


def run(folder: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "AZSANDBOX_DIR": str(folder / "sandbox"),
        "PULUMI_HOME": str(folder / "user"),
        "PYTHONWARNINGS": "ignore",
    }
    return subprocess.run(
        [sys.executable, "-m", "azsandbox", "exec", "--provider", "official", "--", *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=Path(__file__).parents[1],
    )


def test_what_the_provider_reads_and_sends_first_is_answered(sandbox: Any) -> None:
    """From the metadata host to a token, and with it the first resource."""
    variables = official.variables(sandbox.environment)
    session = requests.Session()
    host = f"https://{variables['ARM_METADATA_HOSTNAME']}"
    cloud = session.get(f"{host}/metadata/endpoints?api-version=2022-09-01", timeout=10).json()
    assert set(cloud) >= {"name", "resourceManager", "authentication", "suffixes", "microsoftGraphResourceId"}
    assert all(cloud["suffixes"][name] for name in ("keyVaultDns", "storage", "acrLoginServer"))
    login, audience = cloud["authentication"]["loginEndpoint"], cloud["authentication"]["audiences"][0]
    tenant = variables["ARM_TENANT_ID"]
    form = {
        "grant_type": "client_credentials",
        "client_id": variables["ARM_CLIENT_ID"],
        "client_assertion_type": ASSERTION,
        "client_assertion": Path(variables["ARM_OIDC_TOKEN_FILE_PATH"]).read_text(),
        "scope": f"{audience}/.default",
    }
    answer = session.post(f"{login}/{tenant}/oauth2/v2.0/token", data=form, timeout=10)
    assert answer.status_code == 200, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    group = f"/subscriptions/{variables['ARM_SUBSCRIPTION_ID']}/resourceGroups/rg-official"
    url = f"{cloud['resourceManager']}{group}?api-version=2024-03-01"
    created = session.put(url, json={"location": "westeurope"}, headers=headers, timeout=10)
    assert created.status_code in {200, 201}, created.text
    assert session.get(url, headers=headers, timeout=10).json()["name"] == "rg-official"
    assert session.delete(url, headers=headers, timeout=10).status_code in {200, 202}
