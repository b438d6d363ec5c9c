"""Pods of the workflow `infra`, which deploys: the API server, the state, and the repository."""

from __future__ import annotations

from roastery.flows.model import (
    Access,
    ApiServer,
    Flow,
    Hosts,
    KubernetesAccess,
    Resource,
)
from roastery.flows.table import pods

_STATE = "www.pulumi.com/docs/iac/concepts/state-and-backends"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_DEVOPS = "learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url"
# The pages disagree on which ranges are left: all of both.
_AZURE_DEVOPS = (
    "13.107.6.0/24",
    "13.107.9.0/24",
    "13.107.42.0/24",
    "13.107.43.0/24",
    "150.171.22.0/24",
    "150.171.23.0/24",
    "150.171.73.0/24",
    "150.171.74.0/24",
    "150.171.75.0/24",
    "150.171.76.0/24",
)
_GITHUB = ("140.82.112.0/20", "143.55.64.0/20", "185.199.108.0/22", "192.30.252.0/22")


def _clone(domain: str, prefixes: tuple[str, ...], page: str) -> Flow:
    return Flow(
        id=f"infra-{domain.partition('.')[0]}",
        source=pods.INFRA,
        destination=Hosts(names=("{forge}",), prefixes=prefixes),
        why="The deployment clones the repository, and compares its branch with what is deployed",
        page=page,
        needs=("bus", f"forge:{domain}"),
    )


FLOWS = (
    Flow(
        id="infra-api-server",
        source=pods.INFRA,
        destination=ApiServer(),
        identity="runner",
        kubernetes=(
            KubernetesAccess(
                verbs=("create",), resources=("namespaces",), identity="runner", by_bootstrap=True
            ),
        ),
        why="pulumi declares what lives in the cluster",
        page="learn.microsoft.com/azure/aks/manage-azure-rbac",
        needs=("bus",),
    ),
    Flow(
        id="infra-vault",
        source=pods.INFRA,
        destination=Resource(key="vault", group="vault"),
        identity="runner",
        why="pulumi reads and declares what is in the vault",
        page="learn.microsoft.com/azure/key-vault/general/private-link-service",
        needs=("bus",),
    ),
    *(
        Flow(
            id=f"infra-{key.replace('_', '-')}",
            source=pods.INFRA,
            destination=Resource(key=key, group=group),
            identity="runner",
            access=(Access(identity="runner", scope=scope, data_actions=data_actions, by_bootstrap=True),),
            why=why,
            page=_STATE,
            needs=("bus", key),
        )
        # The roles are on the container and on the key, and on nothing else of account and vault.
        for key, scope, group, data_actions, why in (
            (
                "state_store",
                "state_store/blobServices/default/containers/pulumi-state",
                "blob",
                (f"{_BLOBS}/read", f"{_BLOBS}/write", f"{_BLOBS}/delete"),
                "The program's state",
            ),
            (
                "state_vault",
                "state_vault/keys/pulumi",
                "vault",
                (
                    "Microsoft.KeyVault/vaults/keys/encrypt/action",
                    "Microsoft.KeyVault/vaults/keys/decrypt/action",
                ),
                "The key that encrypts the secrets in the state",
            ),
        )
    ),
    _clone("dev.azure.com", _AZURE_DEVOPS, _DEVOPS),
    _clone("github.com", _GITHUB, "docs.github.com/rest/meta"),
)
