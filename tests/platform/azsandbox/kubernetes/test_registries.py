"""A chart from a registry of Azure needs a sign-in, which Pulumi's provider reads from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azsandbox.kubernetes import registries

RELEASE = "kubernetes:helm.sh/v3:Release"
MIRRORED = {
    "name": "argo-workflows",
    "chart": "oci://crshared.azurecr.io/helm/argo-workflows",
    "version": "1.0.18",
    "namespace": "default",
}


def test_without_a_sign_in_the_provider_asks_anonymously_and_is_refused(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(registries.CONFIG, raising=False)

    (error,) = cluster.errors(RELEASE, **MIRRORED)

    assert "failed to fetch anonymous token: unexpected status from GET request to" in error
    assert "https://crshared.azurecr.io/oauth2/token" in error
    assert "401 Unauthorized" in error


def test_a_sign_in_to_another_registry_does_not_help(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "registry.json"
    file.write_text('{"auths": {"crother.azurecr.io": {"auth": "eA=="}}}')
    monkeypatch.setenv(registries.CONFIG, str(file))

    assert len(cluster.errors(RELEASE, **MIRRORED)) == 1


def test_a_sign_in_to_the_registry_lets_the_chart_be_pulled(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "registry.json"
    file.write_text('{"auths": {"crshared.azurecr.io": {"auth": "eA=="}}}')
    monkeypatch.setenv(registries.CONFIG, str(file))

    assert cluster.errors(RELEASE, **MIRRORED) == []


def test_a_public_registry_and_a_helm_repository_need_none(
    cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(registries.CONFIG, raising=False)

    public = {**MIRRORED, "chart": "oci://ghcr.io/argoproj/argo-helm/argo-workflows"}
    assert cluster.errors(RELEASE, **public) == []
    repository = {**MIRRORED, "chart": "argo-workflows"}
    assert cluster.errors(RELEASE, **repository) == []
