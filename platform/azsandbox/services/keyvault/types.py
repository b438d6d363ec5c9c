"""Key Vault: vaults and what the management plane can put into them."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
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
from azsandbox.services.keyvault import outputs, rules

_VAULT = IN_GROUP + "Microsoft.KeyVault/vaults/{vaultName}"
_ITEM_NAME = NameRule(r"[a-zA-Z0-9-]{1,127}", "1 to 127 letters, digits and hyphens")

SERVICE = Service(
    name="keyvault",
    types=(
        ResourceType(
            token="azure-native:keyvault:Vault",
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
            replace=("properties.tenantId",),
            early=(
                rules.retention_within_limits,
                rules.purge_protection_is_not_false,
                rules.access_policies_have_an_effect,
            ),
            rules=(rules.purge_protection_is_not_removed, rules.retention_is_unchanged),
            outputs=outputs.vault,
            soft_delete=SoftDelete(
                days=90,
                code="ConflictError",
                message="A vault with the same name '{name}' already exists in deleted state. Recover it "
                "(createMode recover) or purge it (in the sandbox: `roast sandbox reset`).",
                everywhere=True,
                protected=rules.is_purge_protected,
                recovers=rules.asks_for_recovery,
            ),
            claims=(
                specified("retention of 7 to 90 days, SKU family A, a name that is unique in all of Azure"),
                documented("a soft-deleted vault reserves its name; createMode recover restores it"),
                documented("purge protection can't be removed; the retention can't change"),
            ),
        ),
        ResourceType(
            token="azure-native:keyvault:Secret",
            path=_VAULT + "/secrets/{secretName}",
            name=_ITEM_NAME,
            outputs=outputs.secret,
            claims=(documented("its vault exists; the value is stored only as a fingerprint"),),
            deviations=("a reference to a secret is accepted whether or not the vault holds it",),
        ),
        ResourceType(
            token="azure-native:keyvault:Key",
            path=_VAULT + "/keys/{keyName}",
            name=_ITEM_NAME,
            immutable=True,
            outputs=outputs.key,
            claims=(documented("its vault exists"),),
        ),
    ),
)
