"""State store, its key, secrets, images and charts: each failure once, in the sandbox."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from roastery.doctor.checks.stores import _refresh_token
from roastery.doctor.model import Finding, Status

pytestmark = pytest.mark.xdist_group("doctor")
ACCOUNT = "sttrialstate"
STATE = {"workflows.state": f"azblob://pulumi-state?storage_account={ACCOUNT}"}
REGISTRY = "crtrial.azurecr.io"
MANIFEST = json.dumps({"schemaVersion": 2}).encode()
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"
IMAGES = {
    "images": {
        "training": f"{REGISTRY}/roastery/ml@{DIGEST}",
        "runner": f"{REGISTRY}/roastery/runner@{DIGEST}",
    },
    "argo.chart_repository": f"oci://{REGISTRY}/helm",
}
PROVIDER = "azurekeyvault://kvpulumitrial.vault.azure.net/keys/pulumi"
SECRETS = ("workflow-notify-url", "git-token", "webhook-push-token", "webhook-drift-token")


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_a_state_store_that_does_not_exist_is_named(trial: Any) -> None:
    trial.configure(settings=STATE)
    finding = only(trial.findings("state"))
    assert finding.status is Status.ERROR
    assert f"storage account {ACCOUNT} of roastery:workflows.state does not exist" in finding.seen
    assert finding.todo.startswith("roast bootstrap --stack trial")


def test_a_state_store_without_its_container_is_named(trial: Any) -> None:
    trial.configure(settings=STATE)
    trial.group()
    trial.storage(ACCOUNT)
    finding = only(trial.findings("state"))
    assert f"{ACCOUNT} has no container pulumi-state" in finding.seen
    assert finding.todo.startswith("az storage container create --auth-mode login")


def test_a_state_store_is_read_by_whoever_has_a_data_role_only(trial: Any) -> None:
    trial.configure(settings=STATE)
    trial.group()
    trial.storage(ACCOUNT)
    trial.make("storage:BlobContainer", accountName=ACCOUNT, containerName="pulumi-state")
    finding = only(trial.findings("state"))  # an Owner has no data actions
    assert "can't be read: AuthorizationPermissionMismatch" in finding.seen
    assert "'Storage Blob Data Contributor'" in finding.todo
    trial.configure({"roles": ["Owner", "Storage Blob Data Contributor"]}, STATE)
    assert only(trial.findings("state")).status is Status.OK
    trial.configure({"unreachable": [f"{ACCOUNT}.blob.core.azure.sandbox"]}, STATE)
    finding = only(trial.findings("state"))
    assert f"{ACCOUNT}.blob.core.azure.sandbox can't be reached from here" in finding.seen


def test_a_passphrase_instead_of_a_key_is_a_warning(trial: Any) -> None:
    finding = only(trial.findings("state-key"))
    assert finding.status is Status.WARNING
    assert "passphrase" in finding.seen
    assert "pulumi stack change-secrets-provider" in finding.todo


def test_the_states_key_and_its_vault_have_to_exist(trial: Any) -> None:
    trial.configure(provider=PROVIDER)
    assert "vault kvpulumitrial of the state's key does not exist" in only(trial.findings("state-key")).seen
    trial.group()
    trial.vault("kvpulumitrial")
    finding = only(trial.findings("state-key"))
    assert finding.seen == "vault kvpulumitrial has no key pulumi"
    assert "az keyvault key create --vault-name kvpulumitrial --name pulumi" in finding.todo
    trial.make("keyvault:Key", vaultName="kvpulumitrial", keyName="pulumi", properties={"kty": "RSA"})
    assert only(trial.findings("state-key")).status is Status.OK
    trial.configure({"unreachable": ["kvpulumitrial.vault.azure.net"]}, provider=PROVIDER)
    assert "kvpulumitrial.vault.azure.net can't be reached" in only(trial.findings("state-key")).seen


def test_secrets_wait_for_the_vault_that_the_stack_makes(trial: Any) -> None:
    finding = only(trial.findings("secrets"))
    assert finding.status is Status.WARNING
    wanted = [name for _, name in trial.settings.secrets()]
    assert f"does not exist yet: {len(wanted)} secrets" in finding.seen
    assert set(SECRETS) <= set(wanted)


def test_a_secret_that_is_missing_or_disabled_is_named(trial: Any) -> None:
    trial.group()
    vault = trial.names.of("key vault")
    trial.vault(vault)
    wanted = [name for _, name in trial.settings.secrets() if name != SECRETS[0]]
    for name in wanted:
        disabled = {"attributes": {"enabled": False}} if name == SECRETS[1] else {}
        properties = {"value": "not shown", **disabled}
        trial.make("keyvault:Secret", vaultName=vault, secretName=name, properties=properties)
    missing, disabled_line, *others = trial.findings("secrets")
    assert "workflow-notify-url of roastery:workflows.notify_secret is not in vault" in missing.seen
    assert missing.todo.startswith(f"az keyvault secret set --vault-name {vault} --name workflow-notify-url")
    assert "git-token" in disabled_line.seen
    assert "disabled" in disabled_line.seen
    assert {finding.status for finding in others} == {Status.OK}


def test_an_image_that_is_a_placeholder_is_named(trial: Any) -> None:
    trial.configure(settings={"argo.chart_repository": "https://argoproj.github.io/argo-helm"})
    findings = trial.findings("images")
    assert [finding.seen for finding in findings] == [
        "roastery:images.training is a placeholder of zeros",
        "roastery:images.runner is a placeholder of zeros",
    ]


def test_a_registry_that_does_not_exist_is_named(trial: Any) -> None:
    trial.configure(settings=IMAGES)
    finding = only(trial.findings("images"))
    assert finding.seen == f"registry {REGISTRY} can't be reached from here"
    assert finding.code == 75


def push(trial: Any, name: str, reference: str) -> None:
    """Puts a manifest into the registry, as a client of the OCI distribution API does."""
    examination = trial.examination()
    form = {
        "grant_type": "refresh_token",
        "service": REGISTRY,
        "scope": f"repository:{name}:push",
        "refresh_token": _refresh_token(examination, REGISTRY),
    }
    token = examination.http.send("POST", f"https://{REGISTRY}/oauth2/token", data=form).body["access_token"]
    reply = examination.http.send(
        "PUT",
        f"https://{REGISTRY}/v2/{name}/manifests/{reference}",
        json=json.loads(MANIFEST),
        headers={"Authorization": f"Bearer {token}"},
    )
    assert reply.status == 201


def test_images_and_charts_have_to_be_in_the_registry(trial: Any) -> None:
    trial.configure(settings=IMAGES)
    trial.group()
    trial.registry("crtrial")
    findings = trial.findings("images")
    assert [finding.status for finding in findings] == [Status.ERROR] * 4
    assert (
        "helm/argo-workflows:1.0.18 of roastery:argo.workflows_chart is not in the registry"
        in findings[2].seen
    )
    push(trial, "roastery/ml", DIGEST)
    push(trial, "helm/argo-workflows", "1.0.18")
    present = [finding.seen for finding in trial.findings("images") if finding.status is Status.OK]
    assert present == [
        f"{REGISTRY}/roastery/ml@{DIGEST[:19]} is in the registry",
        f"{REGISTRY}/helm/argo-workflows:1.0.18 is in the registry",
    ]


def test_a_registry_that_refuses_the_caller_is_said(trial: Any) -> None:
    trial.configure({"forbidden": [REGISTRY]}, IMAGES)
    trial.group()
    trial.registry("crtrial")
    finding = only(trial.findings("images"))
    assert finding.seen.startswith(f"sign-in to registry {REGISTRY}: AuthorizationPermissionMismatch")
    assert finding.code == 77
