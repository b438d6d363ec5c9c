"""The security profile and the Windows profile of a cluster."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.laws import Law

_SPECIFICATION = "AKS REST specification"
_FORBIDDEN_NAMES = (  # of Windows administrators; the specification's list
    ""
    "administrator|admin|user|user1|test|user2|test1|user3|admin1|1|123|a|actuser|adm|admin2|aspnet|backup|console|"
    "david|guest|john|owner|root|server|sql|support|support_388945a0|sys|test2|test3|user4|user5"
)
_KMS = "securityProfile.azureKeyVaultKms"

SECURITY: tuple[Law, ...] = (
    laws.Needs(
        within="securityProfile.defender",
        when="securityMonitoring.enabled",
        values=(True,),
        needs=("logAnalyticsWorkspaceResourceId",),
        source=_SPECIFICATION,
    ),
    laws.Between(
        path="securityProfile.imageCleaner.intervalHours", least=24, most=2160, source="AKS, image-cleaner"
    ),
    laws.Needs(within=_KMS, when="enabled", values=(True,), needs=("keyId",), source=_SPECIFICATION),
    laws.Feature(
        within=_KMS, path="keyId", only_with="enabled", among=(True,), default=False, source=_SPECIFICATION
    ),
    laws.Matches(
        path=f"{_KMS}.keyId",
        pattern=r"https://[^/]+/keys/[^/]+/[^/]+",
        description="the id of a version of a key: https://<vault>.vault.azure.net/keys/<name>/<version>",
        source="Azure CLI, aks create --azure-keyvault-kms-key-id",
    ),
    laws.Needs(
        within=_KMS,
        when="keyVaultNetworkAccess",
        values=("Private",),
        needs=("keyVaultResourceId",),
        source=_SPECIFICATION,
    ),
    laws.Feature(
        within=_KMS,
        path="keyVaultResourceId",
        only_with="keyVaultNetworkAccess",
        among=("Private",),
        default="Public",
        source=_SPECIFICATION,
    ),
    laws.Feature(
        path=f"{_KMS}.keyVaultNetworkAccess",
        values=("Private",),
        only_with="apiServerAccessProfile.enableVnetIntegration",
        among=(True,),
        default=False,
        source="AKS, use-kms-etcd-encryption",
    ),
    laws.Matches(
        path="windowsProfile.adminUsername",
        pattern=rf"(?!(?:{_FORBIDDEN_NAMES})$)(?!.*\.$).{{1,20}}",
        description="1 to 20 characters, not ending in a full stop and not a reserved name such as admin",
        ignore_case=True,
        source=_SPECIFICATION,
    ),
    laws.Needs(
        within="windowsProfile.gmsaProfile",
        when="dnsServer",
        needs=("rootDomainName",),
        source="Azure CLI, aks create --gmsa-dns-server",
    ),
    laws.Needs(
        within="windowsProfile.gmsaProfile",
        when="rootDomainName",
        needs=("dnsServer",),
        source="Azure CLI, aks create --gmsa-root-domain-name",
    ),
)
