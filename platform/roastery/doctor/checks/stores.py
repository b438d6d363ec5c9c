"""What the stack reads: the state store and its key, secrets, images and charts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from roastery.azure.errors import ServiceBusyError
from roastery.azure.http import Reply, refuse
from roastery.doctor.checks.names import own_id
from roastery.doctor.examination import Examination
from roastery.doctor.model import Finding, error, ok, warning
from roastery.doctor.stack_file import PinnedImage

_STORAGE, _VAULT, _BLOBS = "2023-05-01", "2023-07-01", "2023-11-03"
_OK, _DENIED, _NOT_FOUND = 200, 403, 404
_VAULTS = "Microsoft.KeyVault/vaults"
_PLACEHOLDER = f"sha256:{'0' * 64}"
_OCI, _DOCKER = "application/vnd.oci.image", "application/vnd.docker.distribution.manifest"
_MANIFESTS = f"{_OCI}.manifest.v1+json, {_OCI}.index.v1+json, {_DOCKER}.v2+json, {_DOCKER}.list.v2+json"


def state(examination: Examination) -> Iterator[Finding]:
    """The container exists, and its blobs can be listed from here by whoever is signed in."""
    store = examination.stack.state()
    account = own_id(examination, "Microsoft.Storage/storageAccounts", store.account)
    if not account:
        yield error(
            f"storage account {store.account} of roastery:workflows.state does not exist in the subscription",
            f"roast bootstrap --stack {examination.stack.name}; or correct the setting",
        )
        return
    path = account.partition(examination.arm.subscription)[2]
    container = f"{path}/blobServices/default/containers/{store.container}"
    if examination.arm.find(container, _STORAGE) is None:
        yield error(
            f"storage account {store.account} has no container {store.container}",
            f"az storage container create --auth-mode login --account-name {store.account} "
            f"--name {store.container}",
        )
        return
    host = f"{store.account}.blob.{examination.arm.cloud.storage}"
    reply = examination.http.send(
        "GET",
        f"https://{host}/{store.container}?restype=container&comp=list&maxresults=1",
        scope="https://storage.azure.com/.default",
        headers={"x-ms-version": _BLOBS},
    )
    if reply.status == _DENIED:
        yield error(
            f"blobs of {store.container} in {store.account} can't be read: "
            f"{reply.headers.get('x-ms-error-code', 'forbidden')}",
            "az role assignment create --role 'Storage Blob Data Contributor' --assignee YOU "
            f"--scope {account}; "
            "AuthorizationFailure: this machine is outside of its network",
            77,
        )
    elif reply.status != _OK:
        raise refuse(reply, f"state store {store.account}")
    else:
        yield ok(f"state store {store.account}/{store.container} is readable")


def key(examination: Examination) -> Iterator[Finding]:
    """The key that encrypts the state's secrets exists, and its vault answers from here."""
    store, name = examination.stack.state(), examination.stack.name
    provider = examination.plan.secrets_provider if examination.plan else "azurekeyvault://VAULT…/keys/KEY"
    if not store.key:
        yield warning(
            f"Pulumi.{name}.yaml has no secretsprovider azurekeyvault://…: secrets of its state hang on a "
            "passphrase",
            f"pulumi stack init {name} --secrets-provider {provider}; for a stack that exists: "
            f"pulumi stack change-secrets-provider --stack {name} {provider}",
        )
        return
    vault = own_id(examination, _VAULTS, store.vault)
    path = vault.partition(examination.arm.subscription)[2]
    if not vault:
        yield error(
            f"vault {store.vault} of the state's key does not exist in the subscription",
            f"roast bootstrap --stack {name}; or correct secretsprovider in Pulumi.{name}.yaml",
        )
    elif examination.arm.find(f"{path}/keys/{store.key}", _VAULT) is None:
        yield error(
            f"vault {store.vault} has no key {store.key}",
            f"az keyvault key create --vault-name {store.vault} --name {store.key} --kty RSA --size 3072",
        )
    else:
        examination.http.send("GET", f"https://{store.vault}.vault.azure.net/")
        yield ok(f"key {store.key} is in vault {store.vault}, which answers from here")


def secrets(examination: Examination) -> Iterator[Finding]:
    """Through ARM, which shows no secret's value, and needs no way into the vault's network."""
    name = examination.stack.names.of("key vault")
    vault = own_id(examination, _VAULTS, name)
    wanted = list(examination.stack.secrets())
    if not vault:
        yield warning(
            f"vault {name} does not exist yet: {len(wanted)} secrets belong into it",
            "after the first pulumi up: az keyvault secret set for "
            f"{', '.join(secret for _, secret in wanted)} (docs/runbook.md)",
        )
        return
    path = vault.partition(examination.arm.subscription)[2]
    for setting, secret in wanted:
        body = examination.arm.find(f"{path}/secrets/{secret}", _VAULT)
        enabled = ((body or {}).get("properties") or {}).get("attributes") or {}
        if body is None:
            yield error(
                f"secret {secret} of roastery:{setting} is not in vault {name}",
                f"az keyvault secret set --vault-name {name} --name {secret} --file FILE",
            )
        elif enabled.get("enabled") is False:
            yield error(
                f"secret {secret} in vault {name} is disabled",
                f"az keyvault secret set-attributes --vault-name {name} --name {secret} --enabled true",
            )
        else:
            yield ok(f"secret {secret} is in vault {name}")


def images(examination: Examination) -> Iterator[Finding]:
    """Each pinned image and mirrored chart, by the registry's own API."""
    pinned = sorted([*examination.stack.images(), *_mirrored(examination)], key=lambda image: image.registry)
    if not pinned:
        yield ok("the stack file names no image in a registry of Azure")
    for registry, group in itertools.groupby(pinned, lambda image: image.registry):
        built: list[PinnedImage] = []
        for image in group:
            if image.reference == _PLACEHOLDER:
                yield _placeholder(examination, image)
            else:
                built.append(image)
        try:
            refresh = _refresh_token(examination, registry) if built else ""
            for image in built:
                yield _judge_image(examination, image, refresh)
        except ServiceBusyError as problem:
            if problem.status:
                raise
            yield error(
                f"registry {problem.message}",
                f"roast bootstrap --stack {examination.stack.name} makes it; or run this inside its network",
                75,
            )


def _mirrored(examination: Examination) -> Iterator[PinnedImage]:
    """Images of publishers that `roast mirror` copies, where the cluster takes them from there."""
    plan = examination.plan
    if plan is None or examination.stack.text("argo.image_registry") != plan.login_server:
        return
    for image in plan.images:
        yield PinnedImage(
            setting="argo.image_registry",
            registry=plan.login_server,
            name=image.repository,
            reference=image.tag,
        )


def _placeholder(examination: Examination, image: PinnedImage) -> Finding:
    return error(
        f"roastery:{image.setting} is a placeholder of zeros",
        f"push it (docs/runbook.md), then put its digest into Pulumi.{examination.stack.name}.yaml",
    )


def _refresh_token(examination: Examination, registry: str) -> str:
    """ACR's exchange of an Entra token: azure.github.io/acr/AAD-OAuth."""
    token = examination.http.token(f"{examination.arm.cloud.audience}/.default")
    form = {
        "grant_type": "access_token",
        "service": registry,
        "tenant": examination.arm.tenant,
        "access_token": token,
    }
    reply = examination.http.send("POST", f"https://{registry}/oauth2/exchange", data=form)
    if reply.status != _OK or not isinstance(reply.body, dict):
        raise refuse(reply, f"sign-in to registry {registry}")
    return str(reply.body["refresh_token"])


def _judge_image(examination: Examination, image: PinnedImage, refresh: str) -> Finding:
    shown = f"{image.registry}/{image.name}"
    separator = "@" if image.reference.startswith("sha256:") else ":"
    reply = _manifest(examination, image, refresh)
    if reply.status == _OK:
        return ok(f"{shown}{separator}{image.reference[:19]} is in the registry")
    if reply.status == _NOT_FOUND:
        return error(
            f"{shown}{separator}{image.reference[:19]} of roastery:{image.setting} is not in the registry",
            f"roast mirror --stack {examination.stack.name} for charts and images of others; push your own",
        )
    raise refuse(reply, f"registry {image.registry}")


def _manifest(examination: Examination, image: PinnedImage, refresh: str) -> Reply:
    """HEAD of a manifest, as the OCI distribution specification has it."""
    form = {
        "grant_type": "refresh_token",
        "service": image.registry,
        "scope": f"repository:{image.name}:pull",
        "refresh_token": refresh,
    }
    reply = examination.http.send("POST", f"https://{image.registry}/oauth2/token", data=form)
    if reply.status != _OK or not isinstance(reply.body, dict):
        raise refuse(reply, f"sign-in to registry {image.registry}")
    return examination.http.send(
        "HEAD",
        f"https://{image.registry}/v2/{image.name}/manifests/{image.reference}",
        headers={"Authorization": f"Bearer {reply.body['access_token']}", "Accept": _MANIFESTS},
    )
