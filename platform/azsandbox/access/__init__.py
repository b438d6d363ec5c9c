"""Who calls, and whether role assignments allow the call: Azure's authorization, for all APIs here.

principals  a caller: object id, groups, roles from outside of the subscription
deployer    the signed-in person, as a stack file declares it
directory   finds the caller of a token: the deployer, or a managed identity of the subscription
operations  which action each operation needs, on which scope
decisions   refuses what no role assignment allows, in Azure's own words
azure       the provider azure-native, as the deployer
cluster     the provider kubernetes, as the deployer, on clusters with Azure RBAC
"""
