"""Key Vault: vaults and what the management plane can put into them."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.laws.firewall import PublicAddress, ServiceEndpoint
from azsandbox.arm.model import (
    IN_GROUP,
    GlobalName,
    NameRule,
    Reference,
    ResourceType,
    Service,
    SoftDelete,
)
from azsandbox.services import kinds
from azsandbox.services.keyvault import defaults, outputs
from azsandbox.services.keyvault.rules import items, vaults

_VAULT = IN_GROUP + "Microsoft.KeyVault/vaults/{vaultName}"
_FIREWALL = "Key Vault network security"
_ITEM_NAME = NameRule(r"[a-zA-Z0-9-]{1,127}", "1 to 127 letters, digits and hyphens")
_VAULT_LAWS: tuple[laws.Law, ...] = (
    laws.Format(path="properties.accessPolicies[].objectId", form="guid"),
    laws.AtMost(path="properties.accessPolicies", most=1024, source="REST specification of vaults"),
    laws.AtMost(path="properties.networkAcls.ipRules", most=1000, source=_FIREWALL),
    laws.AtMost(path="properties.networkAcls.virtualNetworkRules", most=200, source=_FIREWALL),
    PublicAddress(path="properties.networkAcls.ipRules[].value", source=_FIREWALL),
    ServiceEndpoint(
        within="properties.networkAcls.virtualNetworkRules[]",
        subnet="id",
        services=("Microsoft.KeyVault",),
        unless="ignoreMissingVnetServiceEndpoint",
        code="VirtualNetworkNotValid",
    ),
)
_VALIDITY = laws.Ordered(within="properties.attributes", low="notBefore", high="expires", strictly=True)
_SECONDS = specified("times are seconds since 1970")
_TAGS = documented("an item has at most 15 tags")

SERVICE = Service(
    name="keyvault",
    types=(
        ResourceType(
            token="azure-native:keyvault:Vault",
            defaults=defaults.VAULT,
            path=_VAULT,
            name=NameRule(
                r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]",
                "3 to 24 letters, digits and single hyphens, starting with a letter and not ending in a "
                "hyphen",
            ),
            global_name=GlobalName("VaultAlreadyExists", "The vault name '{name}' is already in use."),
            references=(
                Reference(
                    "properties.networkAcls.virtualNetworkRules[].id",
                    (kinds.SUBNET,),
                ),
            ),
            laws=_VAULT_LAWS,
            early=(
                vaults.retention_within_limits,
                vaults.purge_protection_is_not_false,
                vaults.soft_delete_stays_on,
                vaults.access_policies_are_given,
                vaults.access_policies_fit_the_vault,
                vaults.access_policies_have_an_effect,
                vaults.public_access_is_known,
            ),
            rules=(
                vaults.purge_protection_is_not_removed,
                vaults.retention_is_unchanged,
            ),
            outputs=outputs.vault,
            soft_delete=SoftDelete(
                days=90,
                code="ConflictError",
                message="A vault with the same name already exists in deleted state. You need to either "
                "recover or purge existing key vault. Recover it with createMode recover, or purge {name} "
                "(in the sandbox: `roast sandbox reset`).",  # recorded on 2026-01-09
                everywhere=True,
                protected=vaults.is_purge_protected,
                recovers=vaults.asks_for_recovery,
            ),
            claims=(
                specified("retention of 7 to 90 days, SKU family A, a name that is unique in all of Azure"),
                documented("a soft-deleted vault reserves its name; createMode recover restores it"),
                documented("purge protection can't be removed; the retention can't change"),
                documented("soft delete can't be turned off"),
                specified("access policies are given unless roles authorize or a vault is recovered"),
                specified("an identity has one access policy, of the vault's tenant"),
                documented("access policies beside roles are a warning"),
                documented("public network access is enabled or disabled"),
            ),
            deviations=("a vault of another tenant is accepted: the sandbox does not know the real one",),
        ),
        ResourceType(
            token="azure-native:keyvault:Secret",
            defaults=defaults.SECRET,
            path=_VAULT + "/secrets/{secretName}",
            name=_ITEM_NAME,
            laws=(_VALIDITY,),
            early=(items.secret_is_small, items.times_are_seconds, items.tags_are_few),
            outputs=outputs.secret,
            claims=(
                documented("its vault exists; the value is stored only as a fingerprint"),
                documented("the value has at most 25 KiB, the content type 255 characters"),
                _SECONDS,
                _TAGS,
            ),
            deviations=("a reference to a secret is accepted whether or not the vault holds it",),
        ),
        ResourceType(
            token="azure-native:keyvault:Key",
            defaults=defaults.KEY,
            path=_VAULT + "/keys/{keyName}",
            name=_ITEM_NAME,
            immutable=True,
            laws=(_VALIDITY,),
            early=(
                items.key_material_fits_type,
                items.operations_fit_type,
                items.release_is_complete,
                items.rotation_is_possible,
                items.times_are_seconds,
                items.tags_are_few,
            ),
            rules=(items.hardware_key_needs_premium_vault,),
            outputs=outputs.key,
            claims=(
                documented("its vault exists"),
                documented("size and curve go with the type"),
                documented("operations go with the type"),
                documented("a key that can be released is exportable, in hardware, with a policy"),
                documented("a rotation policy has possible durations and triggers"),
                _SECONDS,
                _TAGS,
                documented("a key in hardware needs a premium vault"),
            ),
        ),
    ),
)
