"""A project in a session of the sandbox, whose stack file says what kind of subscription it has."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.arm import identities
from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.paths import Project
from azsandbox.pulumi.provider.backend import State, Subject
from azsandbox.services import all_types
from azsandbox.session import session
from roastery.azure.http import Http
from roastery.doctor import stack_file
from roastery.doctor.catalogue import CHECKS
from roastery.doctor.examination import Examination
from roastery.doctor.model import Finding, Line
from roastery.doctor.run import default_credential, examine
from roastery.doctor.stack_file import StackFile
from roastery.naming import Names

ROOT = Path(__file__).resolve().parents[4]
STACK = "trial"
SUBSCRIPTION = "12121212-1111-4111-8111-121212121212"
TENANT = "00000000-0000-0000-0000-0000000000aa"
REGION = "eastus2"
BLOBS = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"


@dataclass
class Trial:
    """One stack, and the subscription behind it."""

    project: Project
    environment: dict[str, str]
    subscription: Subscription
    provider: AzureNative

    def configure(
        self, conditions: Any = None, settings: dict[str, Any] | None = None, provider: str = ""
    ) -> None:
        """Writes the stack file: production's, with other settings and conditions.

        Args:
            conditions: of `azsandbox:subscription`.
            settings: values by `section.key`.
            provider: Pulumi's secrets provider.
        """
        content = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())
        own = content["config"]
        config = {key: value for key, value in own.items() if not key.startswith("azsandbox:")}
        content["config"] = config
        config["azure-native:subscriptionId"] = config["roastery:subscription"] = SUBSCRIPTION
        config["roastery:cluster"]["kubernetes_version"] = "1.36"
        for path, value in (settings or {}).items():
            section, _, key = path.partition(".")
            if key:
                config[f"roastery:{section}"][key] = value
            else:
                config[f"roastery:{section}"] = value
        if conditions is not None:
            config["azsandbox:subscription"] = conditions
        if provider:
            content["secretsprovider"] = provider
        file = self.project.root / f"Pulumi.{STACK}.yaml"
        file.write_text(yaml.safe_dump(content, sort_keys=False))
        later = file.stat().st_mtime_ns + next(_TICKS)
        os.utime(file, ns=(later, later))  # the session reads it again when its time differs

    def examination(self, **changes: Any) -> Examination:
        settings: dict[str, Any] = {
            "root": self.project.root,
            "http": Http(default_credential, TENANT, retries=0),
            "tenant": TENANT,
            "stack_file": self.settings,
        }
        return Examination(**{**settings, **changes})

    def lines(self, *names: str, examination: Examination | None = None) -> list[Line]:
        """The lines of the checks with these ids, or of all."""
        checks = [check for check in CHECKS if not names or check.id in names]
        assert len(checks) == len(names or CHECKS)
        return list(examine(checks, examination or self.examination()))

    def findings(self, name: str, examination: Examination | None = None) -> list[Finding]:
        return [line.finding for line in self.lines(name, examination=examination)]

    @property
    def settings(self) -> StackFile:
        return stack_file.read(self.project.root, STACK)

    @property
    def names(self) -> Names:
        return self.settings.names

    def make(self, token: str, **inputs: Any) -> State:
        """Declares something through the Pulumi provider."""
        full = f"azure-native:{token}"
        subject = Subject(urn=f"urn:pulumi:test::tests::{full}::it", token=full)
        group = {} if "scope" in inputs else {"resourceGroupName": "rg"}
        checked = self.provider.check(subject, {}, {**group, **inputs}, b"seed")
        assert [problem for problem in checked.problems if not problem.warning] == []
        return self.provider.create(subject, checked.inputs)

    def group(self, name: str = "rg") -> None:
        self.make("resources:ResourceGroup", resourceGroupName=name, location=REGION)

    def storage(self, name: str) -> None:
        sku = {"name": "Standard_LRS"}
        self.make("storage:StorageAccount", accountName=name, kind="StorageV2", sku=sku)

    def let_read_blobs(self, account: str) -> None:
        """Gives whoever signs in the data role that an Owner lacks."""
        scope = f"/subscriptions/{SUBSCRIPTION}"
        self.make(
            "authorization:RoleAssignment",
            scope=f"{scope}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/{account}",
            principalId=identities.made_up("principal", scope),
            principalType="ServicePrincipal",
            roleDefinitionId=f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{BLOBS}",
            roleAssignmentName="00000000-0000-4000-8000-0000000000b0",
        )

    def vault(self, name: str) -> State:
        sku = {"family": "A", "name": "standard"}
        properties = {"tenantId": TENANT, "enableRbacAuthorization": True, "sku": sku}
        return self.make("keyvault:Vault", vaultName=name, properties=properties)

    def registry(self, name: str) -> None:
        self.make("containerregistry:Registry", registryName=name, sku={"name": "Premium"})

    def clear(self) -> None:
        for resource in self.subscription.all():
            self.subscription.remove(resource.id)
        self.subscription.purge_soft_deleted({SUBSCRIPTION})
        self.subscription.clear_faults()
        with self.subscription.transaction():
            self.subscription._connection.execute("delete from setting where name != 'key'")


_TICKS = iter(range(1_000_000, 10**12, 1_000_000))


@pytest.fixture(scope="session")
def trial_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    root = tmp_path_factory.mktemp("doctor")
    (root / "Pulumi.yaml").write_text("name: roastery\nruntime: python\n")
    for name in ("docs/stack.schema.json", ".azuredevops/variables.yml"):
        (root / name).parent.mkdir()
        shutil.copy(ROOT / name, root / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZSANDBOX_TOOLS", os.environ.get("AZSANDBOX_TOOLS", str(ROOT / ".tools")))
        patch.delenv("AZSANDBOX_DIR", raising=False)
        project = Project.find(root)
        subscription = Subscription.open(project.model)
        provider = AzureNative(subscription, all_types())
        provider.configure({"subscriptionId": SUBSCRIPTION, "location": REGION})
        with session(project, api=True) as environment:
            yield Trial(project, environment, subscription, provider)
    subscription.close()


@pytest.fixture
def trial(
    trial_session: Trial, no_live_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Trial]:
    """An empty, ordinary subscription, and the session's environment as this test's own."""
    del no_live_credentials
    for name, value in trial_session.environment.items():
        if os.environ.get(name) != value:
            monkeypatch.setenv(name, value)
    trial_session.configure()
    yield trial_session
    trial_session.clear()


@pytest.fixture
def statuses() -> Callable[[Sequence[Finding]], list[str]]:
    return lambda findings: [str(finding.status) for finding in findings]
