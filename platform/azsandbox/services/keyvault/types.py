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
from azsandbox.services.keyvault.rules import (
    key_outputs,
    no_purge_protection_undone,
    purge_protected,
    secret_outputs,
    shape_of_vault,
    vault_outputs,
    wants_recovery,
)

_VAULT = IN_GROUP + "Microsoft.KeyVault/vaults/{vaultName}"
_ITEM = NameRule(r"[a-zA-Z0-9-]{1,127}", "1 to 127 letters, digits and hyphens")

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
                    ("Microsoft.Network/virtualNetworks/subnets",),
                ),
            ),
            replace=("properties.tenantId",),
            early=(shape_of_vault,),
            rules=(no_purge_protection_undone,),
            outputs=vault_outputs,
            soft_delete=SoftDelete(
                days=90,
                code="ConflictError",
                message="A vault with the same name '{name}' already exists in deleted state. Recover it "
                "(createMode "
                "recover) or purge it (`roast sandbox reset` forgets it here).",
                everywhere=True,
                protected=purge_protected,
                recovers=wants_recovery,
            ),
            claims=(
                specified("retention between 7 and 90 days, SKU family A, name unique in all of Azure"),
                documented("soft-deleted vaults block their name; createMode recover brings them back"),
                documented("purge protection can't be undone; retention can't change"),
            ),
        ),
        ResourceType(
            token="azure-native:keyvault:Secret",
            path=_VAULT + "/secrets/{secretName}",
            name=_ITEM,
            outputs=secret_outputs,
            claims=(documented("its vault exists; the value is stored only as a fingerprint"),),
            deviations=("who names a secret by its id is believed that it is in the vault",),
        ),
        ResourceType(
            token="azure-native:keyvault:Key",
            path=_VAULT + "/keys/{keyName}",
            name=_ITEM,
            immutable=True,
            outputs=key_outputs,
            claims=(documented("its vault exists"),),
        ),
    ),
)
