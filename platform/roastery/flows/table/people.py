"""People: data scientists in the studio, engineers at the vault, auditors."""

from __future__ import annotations

from roastery.flows.model import Access, AzureService, Flow

STUDIO = "learn.microsoft.com/azure/machine-learning/how-to-enable-studio-virtual-network"
ROLES = "learn.microsoft.com/azure/machine-learning/how-to-assign-roles"
_VAULT = "learn.microsoft.com/azure/key-vault/general/rbac-guide"
_ML = "Microsoft.MachineLearningServices/workspaces"
_STORAGE = "Microsoft.Storage/storageAccounts"
_SERVICES = AzureService(name="Azure's own pages")

FLOWS = (
    Flow(
        id="scientists-studio",
        source=AzureService(name="data scientists"),
        destination=_SERVICES,
        access=(
            Access(
                identity="group:scientists",
                scope="workspace",
                actions=(f"{_ML}/read", f"{_ML}/jobs/write", f"{_ML}/experiments/runs/read"),
            ),
            Access(
                identity="group:scientists",
                scope="storage",
                data_actions=(f"{_STORAGE}/blobServices/containers/blobs/read",),
            ),
            Access(
                identity="group:scientists",
                scope="storage",
                data_actions=(
                    f"{_STORAGE}/fileServices/fileShares/files/read",
                    f"{_STORAGE}/fileServices/writeFileBackupSemantics/action",
                ),
            ),
        ),
        why="People run jobs, look at data sets, and keep notebooks on the file share",
        page=STUDIO,
    ),
    Flow(
        id="engineers-vault",
        source=AzureService(name="platform engineers"),
        destination=_SERVICES,
        access=(
            Access(
                identity="group:engineers",
                scope="vault",
                data_actions=("Microsoft.KeyVault/vaults/secrets/setSecret/action",),
            ),
        ),
        why="Engineers put secrets in place",
        page=_VAULT,
    ),
    Flow(
        id="auditors",
        source=AzureService(name="auditors"),
        destination=_SERVICES,
        access=(
            Access(identity="group:auditors", scope="vault", actions=("Microsoft.KeyVault/vaults/read",)),
            Access(identity="group:auditors", scope="workspace", actions=(f"{_ML}/read",)),
        ),
        why="Auditors see settings, not data",
        page=ROLES,
        needs=("group:auditors",),
    ),
)
