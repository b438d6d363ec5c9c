"""What AKS refuses about a cluster as a whole: its identities and their roles, add-ons, profiles.

Sources, read on 2026-12-01: the REST specification, learn.microsoft.com/azure/aks, the Azure CLI's checks;
messages of the resource provider from github.com/Azure/AKS/issues/4528 and pulumi-azure-native/issues/571.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN
from azsandbox.services import kinds
from azsandbox.services.compute.passwords import WINDOWS, is_strong
from azsandbox.services.containerservice.rules.agent_pools import inline_pools, is_automatic
from azsandbox.services.containerservice.rules.api_servers import has_service_principal
from azsandbox.services.containerservice.rules.pool_fields import is_base64
from azsandbox.services.containerservice.rules.upgrades import parsed

_ISSUER_BY_DEFAULT = 34  # minor version from which new clusters have an OIDC issuer (use-oidc-issuer)
_LONGEST_NODE_GROUP = 80
_INTERVAL = re.compile(r"(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+")


def cluster_signs_in(inputs: Values) -> Iterator[Problem]:
    """An identity, or a service principal."""
    identity = inputs.get("identity")
    kind = identity.get("type") if isinstance(identity, dict) else identity
    if kind in (None, "None") and not has_service_principal(inputs) and not is_automatic(inputs):
        yield Problem(
            "identity",
            "is required: a cluster has an identity, SystemAssigned or UserAssigned, or a "
            "servicePrincipalProfile "
            "(Required parameter servicePrincipalProfile is missing)",
            code="required",
        )


def api_server_has_a_name(inputs: Values) -> Iterator[Problem]:
    if inputs.get("dnsPrefix") is None and inputs.get("fqdnSubdomain") is None and not is_automatic(inputs):
        yield Problem(
            "dnsPrefix",
            "is required, of 1 to 54 characters (aka.ms/aks-naming-rules); a private cluster with its own "
            "DNS zone "
            "may have fqdnSubdomain instead",
            code="required",
        )


def local_accounts_have_a_replacement(inputs: Values) -> Iterator[Problem]:
    """Without local accounts, users sign in with Entra (local-accounts)."""
    if inputs.get("disableLocalAccounts") is not True or is_automatic(inputs):
        return
    profile = inputs.get("aadProfile")
    legacy = isinstance(profile, dict) and profile.get("serverAppID") is not None
    if profile is None or (
        isinstance(profile, dict) and profile.get("managed") in (None, False) and not legacy
    ):
        yield Problem(
            "aadProfile.managed",
            "must be true with disableLocalAccounts: nobody could sign in",
            code="required",
        )


def workload_identity_has_an_issuer(inputs: Values) -> Iterator[Problem]:
    if walk.value(inputs, "securityProfile.workloadIdentity.enabled") is not True:
        return
    issuer = walk.value(inputs, "oidcIssuerProfile.enabled")
    version = parsed(inputs.get("kubernetesVersion"))
    path, message = "oidcIssuerProfile.enabled", "must be true with workload identity"
    if issuer is False or (issuer is None and version and version[0] < _ISSUER_BY_DEFAULT):
        yield Problem(path, message, code="required")
    elif issuer is None:
        yield Problem(path, f"{message}: only new clusters of 1.34 and later have it", warning=True)


def addons_are_configured(inputs: Values) -> Iterator[Problem]:
    addons = inputs.get("addonProfiles")
    for name, addon in addons.items() if isinstance(addons, dict) else ():
        config = addon.get("config") if isinstance(addon, dict) else None
        if not isinstance(addon, dict) or addon.get("enabled") is not True or config is UNKNOWN:
            continue
        settings = (
            {str(key).lower(): value for key, value in (config or {}).items()}
            if isinstance(config, dict | None)
            else {}
        )
        yield from _addon(name, settings)


def _addon(name: str, settings: Values) -> Iterator[Problem]:
    path, kind = f'addonProfiles["{name}"].config', name.lower()
    if kind == "omsagent" and not settings.get("loganalyticsworkspaceresourceid"):
        yield Problem(path, "needs logAnalyticsWorkspaceResourceID, the id of a workspace", code="required")
    if kind == "aciconnectorlinux" and not settings.get("subnetname"):
        yield Problem(path, "needs SubnetName, the subnet of virtual nodes", code="required")
    interval = settings.get("rotationpollinterval")
    secrets = kind == "azurekeyvaultsecretsprovider"
    if secrets and isinstance(interval, str) and not _INTERVAL.fullmatch(interval):
        yield Problem(f"{path}.rotationPollInterval", f"{interval!r} is not a duration such as 2m")
    rotation = settings.get("enablesecretrotation")
    if secrets and isinstance(rotation, str) and rotation.lower() not in ("true", "false"):
        yield Problem(f"{path}.enableSecretRotation", f"{rotation!r} is not 'true' or 'false'")
    if kind == "kubedashboard":
        yield Problem(path.removesuffix(".config"), "is enabled, but AKS has no dashboard since version 1.19")


def upgrade_channels_go_together(inputs: Values) -> Iterator[Problem]:
    channel = walk.value(inputs, "autoUpgradeProfile.upgradeChannel")
    nodes = walk.value(inputs, "autoUpgradeProfile.nodeOSUpgradeChannel")
    if channel == "node-image" and isinstance(nodes, str) and nodes != "NodeImage":
        yield Problem(
            "autoUpgradeProfile.nodeOSUpgradeChannel",
            f"is {nodes}, but with upgradeChannel node-image it is NodeImage (auto-upgrade-node-os-image)",
        )


def certificates_are_encoded(inputs: Values) -> Iterator[Problem]:
    for path in ("securityProfile.customCATrustCertificates[]", "httpProxyConfig.trustedCa"):
        for where, text in walk.values(inputs, path):
            if isinstance(text, str) and not is_base64(text):
                yield Problem(where, "is not encoded in base64: encode the PEM file")


def windows_password_is_strong(inputs: Values) -> Iterator[Problem]:
    password = walk.value(inputs, "windowsProfile.adminPassword")
    if not isinstance(password, str):
        return
    least, most = WINDOWS
    if not is_strong(password, WINDOWS):
        yield Problem(
            "windowsProfile.adminPassword",
            f"must have {least} to {most} characters of three kinds: lower case, upper case, digits, "
            "others; and not "
            "be a common one",
        )


def node_provisioning_stands_alone(inputs: Values) -> Iterator[Problem]:
    """What node auto-provisioning does not support (node-auto-provisioning, limitations)."""
    if walk.value(inputs, "nodeProvisioningProfile.mode") != "Auto":
        return
    for index, pool in enumerate(inline_pools(inputs)):
        if pool.get("osType") == "Windows":
            yield Problem(
                f"agentPoolProfiles[{index}].osType", "is Windows, but nodeProvisioningProfile is Auto"
            )
        if pool.get("enableAutoScaling") is True:
            yield Problem(
                f"agentPoolProfiles[{index}].enableAutoScaling",
                "can't be combined with nodeProvisioningProfile Auto, which scales in its place",
            )
    if walk.value(inputs, "networkProfile.networkPolicy") == "calico":
        yield Problem(
            "networkProfile.networkPolicy", "is calico, which nodeProvisioningProfile Auto does not support"
        )
    if has_service_principal(inputs):
        yield Problem(
            "identity", "is required with nodeProvisioningProfile Auto: a service principal won't do"
        )


def key_management_has_an_identity(inputs: Values) -> Iterator[Problem]:
    identity = inputs.get("identity")
    kind = identity.get("type") if isinstance(identity, dict) else None
    if walk.value(inputs, "securityProfile.azureKeyVaultKms.enabled") is True and kind == "SystemAssigned":
        yield Problem(
            "identity.type",
            "is SystemAssigned, which exists only after the cluster: securityProfile.azureKeyVaultKms needs "
            "UserAssigned",
        )


def node_group_is_free(request: Request) -> None:
    """AKS makes the group of the nodes itself, under a name of at most 80 characters."""
    if request.existing is not None:
        return
    group, location = ids.parse(ids.group_of(request.id) or "").name, str(request.inputs.get("location"))
    wanted = request.inputs.get("nodeResourceGroup")
    name = str(wanted or f"MC_{group}_{request.name}_{location}")
    if len(name) > _LONGEST_NODE_GROUP:
        raise ArmError(
            400,
            "InvalidParameter",
            f"The length of the node resource group name '{name}' is {len(name)}, but at most "
            f"{_LONGEST_NODE_GROUP} are allowed: set nodeResourceGroup to a shorter name.",
        )
    identifier = f"{ids.subscription_of(request.id)}/resourceGroups/{name}"
    if request.subscription.get(identifier) is not None:
        raise ArmError(
            409,
            "NodeResourceGroupAlreadyExists",
            f"The node resource group '{name}' exists already: AKS creates it itself, so choose another "
            "name.",
        )


def monitoring_writes_to_a_workspace(request: Request) -> None:
    addons = request.inputs.get("addonProfiles")
    for name, addon in addons.items() if isinstance(addons, dict) else ():
        config = addon.get("config") if name.lower() == "omsagent" and isinstance(addon, dict) else None
        for key, target in config.items() if isinstance(config, dict) else ():
            wrong = (
                isinstance(target, str)
                and ids.parse(target).kind.lower() != kinds.LOG_ANALYTICS_WORKSPACE.lower()
            )
            if key.lower() == "loganalyticsworkspaceresourceid" and wrong:
                raise ArmError(
                    400,
                    "InvalidParameter",
                    f"addonProfiles.{name}.config.{key}: '{target}' is not a workspace.",
                )
