"""A session of the sandbox with two registries: the publisher's, with charts and images, and ours."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from azsandbox.paths import Project
from azsandbox.pulumi import toolchain
from azsandbox.session import session
from roastery.bootstrap import oci
from roastery.bootstrap.arm import ManagementClient
from roastery.bootstrap.mirror import ENTRA_SCOPE, REGISTRY_VERSION, Item, items
from roastery.bootstrap.plan import BootstrapPlan, read

ROOT = Path(__file__).parents[4]
MEDIA = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True, kw_only=True)
class Registries:
    """What a test of mirroring works with."""

    arm: ManagementClient
    plan: BootstrapPlan
    publisher: str  # ARM id
    tokens: dict[str, str]

    @property
    def publisher_host(self) -> str:
        return "crpublisher.azurecr.io"

    def repository(self, item: Item) -> oci.Repository:
        name = item.source.partition("/")[2].rpartition(":")[0]
        return oci.Repository(self.publisher_host, name, self.tokens[self.publisher_host])

    def publish(self, item: Item, text: str) -> str:
        """Pushes an artefact with that content under the item's tag; returns its digest."""
        repository = self.repository(item)
        config, layer = json.dumps({"of": item.source}).encode(), text.encode()
        for blob in (config, layer):
            repository.put_blob(oci.digest_of(blob), blob)
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "config": {"digest": oci.digest_of(config), "size": len(config)},
                "layers": [{"digest": oci.digest_of(layer), "size": len(layer)}],
            }
        ).encode()
        repository.put_manifest(item.tag, oci.Manifest(oci.digest_of(manifest), MEDIA, manifest))
        return oci.digest_of(manifest)

    def set_exports(self, *, enabled: bool) -> None:
        """Turns the publisher's exports on or off."""
        properties = {
            "publicNetworkAccess": "Enabled" if enabled else "Disabled",
            "policies": {"exportPolicy": {"status": "enabled" if enabled else "disabled"}},
        }
        self.arm.send("PUT", self.publisher, REGISTRY_VERSION, _registry(properties))


def _registry(properties: Mapping[str, object]) -> dict[str, object]:
    return {"location": "eastus2", "sku": {"name": "Premium"}, "properties": properties}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[dict[str, str], Registries]]:
    """A session with filled registries; its environment is set while they are filled only."""
    if toolchain.find() is None:
        pytest.skip("no Pulumi CLI: run make tools")
    folder = tmp_path_factory.mktemp("mirror")
    (folder / "Pulumi.yaml").write_text("name: mirror\nruntime: python\n")
    plan = read("prod", ROOT)
    with session(Project(root=folder), api=True) as variables:
        with pytest.MonkeyPatch.context() as patch:
            _enter(patch, variables)
            filled = _filled(plan)
        yield dict(variables), filled


@pytest.fixture
def registries(opened: tuple[dict[str, str], Registries], monkeypatch: pytest.MonkeyPatch) -> Registries:
    """The registries, in the session's environment: tests of other modules run in between."""
    _enter(monkeypatch, opened[0])
    return opened[1]


def _enter(patch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name in os.environ.keys() - variables.keys():
        patch.delenv(name)
    for name, value in variables.items():
        patch.setenv(name, value)


def _filled(plan: BootstrapPlan) -> Registries:
    arm = ManagementClient.of_environment()
    group = f"/subscriptions/{plan.subscription}/resourceGroups/rg-publisher"
    publisher = f"{group}/providers/Microsoft.ContainerRegistry/registries/crpublisher"
    for identifier in (group, plan.registry.partition("/providers/")[0]):
        arm.send("PUT", identifier, "2021-04-01", {"location": "eastus2"})
    for identifier in (publisher, plan.registry):
        arm.send("PUT", identifier, REGISTRY_VERSION, _registry({}))
    hosts = (plan.login_server, "crpublisher.azurecr.io")
    entra = arm.token(ENTRA_SCOPE)
    tokens = {host: oci.refresh_token(host, entra, plan.tenant) for host in hosts}
    filled = Registries(arm=arm, plan=plan, publisher=publisher, tokens=tokens)
    for item in items(plan):
        filled.publish(item, f"content of {item.source}")
    return filled
