"""Container registry: Microsoft.ContainerRegistry."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.laws.firewall import PublicAddress
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
from azsandbox.services.containerregistry import defaults, functions, outputs, rules

_REGISTRY = IN_GROUP + "Microsoft.ContainerRegistry/registries/{registryName}"

SERVICE = Service(
    name="containerregistry",
    types=(
        ResourceType(
            token="azure-native:containerregistry:Registry",
            defaults=defaults.REGISTRY,
            path=_REGISTRY,
            name=NameRule(r"[a-zA-Z0-9]{5,50}", "5 to 50 letters and digits"),
            global_name=GlobalName(
                "AlreadyInUse",
                "The registry DNS name {name}.azurecr.io is already in use. You can check if the name is "
                "already claimed using following API: https://docs.microsoft.com/en-us/rest/api/containerregistry/"
                "registries/checknameavailability.",
            ),
            references=(Reference("identity.userAssignedIdentities[]", (kinds.USER_ASSIGNED_IDENTITY,)),),
            laws=(
                laws.Unchangeable(path="encryption.status", source="registry encryption"),
                laws.Unchangeable(path="zoneRedundancy", source="zone redundancy of registries"),
                laws.AtMost(path="networkRuleSet.ipRules", most=200, source="registry access rules"),
                PublicAddress(path="networkRuleSet.ipRules[].iPAddressOrRange", private=True),
                laws.Format(path="encryption.keyVaultProperties.identity", form="guid"),
            ),
            early=(
                rules.premium_features_have_premium_sku,
                rules.classic_is_retired,
                rules.policies_are_possible,
                rules.encryption_is_complete,
            ),
            rules=(rules.downgrade_leaves_no_private_endpoint,),
            outputs=outputs.registry,
            claims=(
                specified("name unique in all of Azure"),
                documented(
                    "disabled public access, network rules, zone redundancy, data endpoints and customer "
                    "keys need SKU Premium"
                ),
                documented(
                    "retention, content trust, quarantine and a disabled export need SKU Premium, anonymous "
                    "pull Standard"
                ),
                documented("SKU Classic is retired"),
                documented("policies have possible days, exclude each other, and go with public access"),
                documented("a customer's key is a URL, with a user-assigned identity that reads it"),
                documented("a registry with private endpoints stays Premium"),
            ),
        ),
        ResourceType(
            token="azure-native:containerregistry:CacheRule",
            path=_REGISTRY + "/cacheRules/{cacheRuleName}",
            name=NameRule(r"[a-zA-Z0-9-]{5,50}", "5 to 50 letters, digits and hyphens"),
            laws=(laws.Unchangeable(path="sourceRepository"), laws.Unchangeable(path="targetRepository")),
            early=(rules.source_names_an_upstream, rules.target_matches_source),
            rules=(rules.cache_rule_overlaps_no_other,),
            claims=(
                specified("its registry exists"),
                documented(
                    "the source is a repository of an upstream registry, without scheme, tag or digest"
                ),
                documented("an upstream registry that is not listed is a warning"),
                documented("the target is a repository; a wildcard is in source and target"),
                documented("targets of a registry's rules don't overlap"),
            ),
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
