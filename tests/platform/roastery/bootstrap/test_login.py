"""The sign-in for charts lies in a file of its owner."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from roastery.bootstrap import login


def test_the_file_holds_the_sign_in_and_keeps_others(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "registry.json"
    login.write(file, "crone.azurecr.io", "first")
    login.write(file, "crtwo.azurecr.io", "second")

    auths = json.loads(file.read_text())["auths"]
    user, _, password = base64.b64decode(auths["crtwo.azurecr.io"]["auth"]).decode().partition(":")
    assert set(auths) == {"crone.azurecr.io", "crtwo.azurecr.io"}
    assert (user, password) == ("00000000-0000-0000-0000-000000000000", "second")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("repository", "registry"),
    [
        ("oci://crone.azurecr.io/helm", "crone.azurecr.io"),
        ("oci://ghcr.io/argoproj/argo-helm", None),
        ("https://argoproj.github.io/argo-helm", None),
    ],
)
def test_only_a_registry_of_azure_needs_a_sign_in(repository: str, registry: str | None) -> None:
    assert login.registry_of(repository) == registry
