"""All checks, in the order in which they are shown. docs/doctor.md is generated from this table."""

from __future__ import annotations

from roastery.doctor.checks import around, machine, names, stock, stores, subscription
from roastery.doctor.model import Check, Needs

_LEARN = "https://learn.microsoft.com"

MACHINE = (
    Check(
        id="python",
        title="Python is a version that the package supports",
        why="The program and its libraries do not start with another one.",
        needs=Needs.MACHINE,
        probe=machine.python,
    ),
    Check(
        id="programs",
        title="The programs that the stack needs are installed, and new enough",
        why="Pulumi and az always; kubelogin to reach the API server; helm where charts are mirrored.",
        needs=Needs.MACHINE,
        probe=machine.programs,
    ),
    Check(
        id="disk",
        title="There is room for the environment, Pulumi's plugins and the sandbox",
        why="A full disk breaks an update half way.",
        needs=Needs.MACHINE,
        probe=machine.disk,
    ),
    Check(
        id="folders",
        title="The folders of caches and of the sandbox are writable",
        why="Commands keep there what they have read or computed once.",
        needs=Needs.MACHINE,
        probe=machine.folders,
    ),
    Check(
        id="ports",
        title="The ports that commands listen on by default are free",
        why="The inference server, and a forwarded page of Argo, start on them.",
        needs=Needs.MACHINE,
        probe=machine.ports,
    ),
)
SIGN_IN = Check(
    id="sign-in",
    title="Somebody is signed in, in the subscription's tenant, which the stack file names",
    why="Every other check, and the deployment, asks ARM.",
    needs=Needs.STACK,
    probe=subscription.sign_in,
    page=f"{_LEARN}/cli/azure/authenticate-azure-cli",
)
AZURE = (
    SIGN_IN,
    Check(
        id="rights",
        title="Whoever is signed in may create resources and assign roles",
        why="The stack assigns roles to its identities, which Contributor alone may not.",
        needs=Needs.SIGN_IN,
        probe=subscription.rights,
        page=f"{_LEARN}/rest/api/authorization/permissions",
    ),
    Check(
        id="providers",
        title="Every resource provider that the program needs is registered",
        why="ARM refuses a resource of another one: MissingSubscriptionRegistration.",
        needs=Needs.SIGN_IN,
        probe=subscription.providers,
        page=f"{_LEARN}/azure/azure-resource-manager/management/resource-providers-and-types",
    ),
    Check(
        id="features",
        title="The feature EncryptionAtHost is registered",
        why="Compute and AKS refuse encryption at host until then, and production demands it.",
        needs=Needs.SIGN_IN,
        probe=subscription.features,
        page=f"{_LEARN}/azure/aks/enable-host-encryption",
    ),
    Check(
        id="sizes",
        title="Every VM size is sold to the subscription, in the region and its zones",
        why="A restricted size is refused: SkuNotAvailable.",
        needs=Needs.SIGN_IN,
        probe=stock.sizes,
        page=f"{_LEARN}/rest/api/compute/resource-skus/list",
    ),
    Check(
        id="quota",
        title="The quota of vCPUs is enough for the pools at their largest",
        why="The autoscaler and an upgrade stop at the quota, of the family and of the region.",
        needs=Needs.SIGN_IN,
        probe=stock.quota,
        page=f"{_LEARN}/azure/quotas/per-vm-quota-requests",
    ),
    Check(
        id="kubernetes",
        title="AKS creates clusters of the Kubernetes version, and supports it for 60 days or more",
        why="An ended version is refused; Azure ML's extension supports the newest one and two before it.",
        needs=Needs.SIGN_IN,
        probe=stock.kubernetes,
        page=f"{_LEARN}/azure/aks/supported-kubernetes-versions",
    ),
    Check(
        id="names",
        title="Names that are global in Azure are free, or this stack's already",
        why="A name that somebody else has, or that a soft-deleted vault keeps, is refused.",
        needs=Needs.SIGN_IN,
        probe=names.free,
        page=f"{_LEARN}/azure/azure-resource-manager/management/resource-name-rules",
    ),
    Check(
        id="state",
        title="The container of Pulumi's state exists and is readable from here",
        why="Pulumi starts with it; an Owner has no data role by that alone.",
        needs=Needs.SIGN_IN,
        probe=stores.state,
        page=f"{_LEARN}/azure/storage/blobs/assign-azure-role-data-access",
    ),
    Check(
        id="state-key",
        title="The key that encrypts the state's secrets exists, and its vault answers",
        why="Without it no secret of the state can be read.",
        needs=Needs.SIGN_IN,
        probe=stores.key,
        page="https://www.pulumi.com/docs/iac/concepts/secrets",
    ),
    Check(
        id="secrets",
        title="Every secret that the stack file names is in the vault",
        why="Workflows and imports read them when they run.",
        needs=Needs.SIGN_IN,
        probe=stores.secrets,
        page=f"{_LEARN}/rest/api/keyvault/keyvault/secrets/get",
    ),
    Check(
        id="images",
        title="Every pinned image and mirrored chart is in its registry",
        why="Nodes of a closed network pull from nowhere else.",
        needs=Needs.SIGN_IN,
        probe=stores.images,
        page="https://azure.github.io/acr/AAD-OAuth.html",
    ),
    Check(
        id="snowflake",
        title="Snowflake's host answers",
        why="The import runs a query there.",
        needs=Needs.STACK,
        probe=around.snowflake,
        page="https://docs.snowflake.com/en/user-guide/organizations-connect",
    ),
    Check(
        id="agents",
        title="Build agents of Azure DevOps are online",
        why="Only they reach the private API server, where pipelines deploy.",
        needs=Needs.SIGN_IN,
        probe=around.agents,
        page=f"{_LEARN}/rest/api/azure/devops/distributedtask/agents/list",
    ),
)
CHECKS = (*MACHINE, *AZURE)
