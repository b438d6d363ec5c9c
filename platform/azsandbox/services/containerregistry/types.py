"""Container registry: Microsoft.ContainerRegistry."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import (
    IN_GROUP,
    GlobalName,
    Invoke,
    NameRule,
    Reference,
    ResourceType,
    Service,
)
from azsandbox.services import kinds
from azsandbox.services.containerregistry import functions, outputs, rules

_REGISTRY = IN_GROUP + "Microsoft.ContainerRegistry/registries/{registryName}"

SERVICE = Service(
    name="containerregistry",
    types=(
        ResourceType(
            token="azure-native:containerregistry:Registry",
            path=_REGISTRY,
            name=NameRule(r"[a-zA-Z0-9]{5,50}", "5 to 50 letters and digits"),
            global_name=GlobalName(
                "AlreadyInUse", "The registry DNS name {name}.azurecr.io is already in use."
            ),
            references=(Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),),
            replace=("encryption", "zoneRedundancy"),
            early=(rules.premium_features_have_premium_sku,),
            outputs=outputs.registry,
            claims=(
                specified("name unique in all of Azure"),
                documented(
                    "disabled public access, network rules, zone redundancy, data endpoints and customer "
                    "keys need SKU Premium"
                ),
            ),
        ),
        ResourceType(
            token="azure-native:containerregistry:CacheRule",
            path=_REGISTRY + "/cacheRules/{cacheRuleName}",
            name=NameRule(r"[a-zA-Z0-9-]{5,50}", "5 to 50 letters, digits and hyphens"),
            replace=("sourceRepository", "targetRepository"),
            claims=(specified("its registry exists; source and target can't change"),),
        ),
    ),
    invokes=(
        Invoke(
            token="azure-native:containerregistry:listRegistryCredentials",
            arguments=("registryName", "resourceGroupName"),
            required=("registryName", "resourceGroupName"),
            answer=functions.admin_credentials,
            claims=(documented("refused while the admin user is disabled"),),
        ),
    ),
)
