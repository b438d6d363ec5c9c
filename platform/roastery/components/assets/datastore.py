"""A data lake as a datastore of the workspace."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery.components.resource_group import ResourceGroup


@dataclass(frozen=True, kw_only=True)
class LakeDatastoreArgs:
    """One datastore.

    Args:
        resource_group: group and tags of the workspace.
        workspace: name of the workspace.
        name: of the datastore.
        account: name of the storage account.
        filesystem: container of the account; nothing checks it before somebody reads.
        description: shown in the studio.
    """

    resource_group: ResourceGroup
    workspace: pulumi.Input[str]
    name: str
    account: pulumi.Input[str]
    filesystem: pulumi.Input[str]
    description: str


def lake_datastore(args: LakeDatastoreArgs, parent: pulumi.Resource) -> ml.Datastore:
    """Declares the datastore; data is read as the workspace's identity, no key is stored."""
    return ml.Datastore(
        f"datastore-{args.name}",
        name=args.name,
        workspace_name=args.workspace,
        resource_group_name=args.resource_group.name,
        properties=ml.AzureDataLakeGen2DatastoreArgs(
            datastore_type="AzureDataLakeGen2",
            account_name=args.account,
            filesystem=args.filesystem,
            endpoint="core.windows.net",
            protocol="https",
            credentials=ml.NoneDatastoreCredentialsArgs(credentials_type="None"),
            service_data_access_auth_identity=ml.ServiceDataAccessAuthIdentity.WORKSPACE_SYSTEM_ASSIGNED_IDENTITY,
            description=args.description,
            tags=args.resource_group.tags,
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
