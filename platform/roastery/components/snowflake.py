"""The workspace's connection to Snowflake.

Source: learn.microsoft.com "Create connections (preview)", Azure Machine Learning, section Snowflake DB: the
target's form, the role that defaults to PUBLIC, its place in the scope with OAuth. Its credentials are user
and password, or an OAuth client; there is none for a workload's own identity or a key pair, and nothing to
keep: the job then signs in by itself, and no connection is declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery.components.resource_group import ResourceGroup

NAME = "snowflake"
CATEGORY = "Snowflake"
Stored = Literal["oauth", "password"]


@dataclass(frozen=True, kw_only=True)
class ConnectionArgs:
    """Where Snowflake is and how to sign in.

    Args:
        resource_group: group.
        workspace: name of the workspace.
        account, database, warehouse, role: Snowflake's names.
        authentication: how.
        user: of `password`, client id of `oauth`.
        tenant: of `oauth`.
        secret: password or client secret; a Pulumi secret, never plain text.
        parent: what it belongs to.
    """

    resource_group: ResourceGroup
    workspace: pulumi.Input[str]
    account: str
    database: str
    warehouse: str
    role: str
    authentication: Stored
    user: str
    tenant: str
    secret: pulumi.Output[str]
    parent: pulumi.Resource


def target(account: str, database: str, warehouse: str, role: str, *, oauth: bool) -> str:
    """The connection's target, URL-encoded; with OAuth the role travels as the token's scope."""
    who = ("scope", f"session:role:{role}") if oauth else ("role", role)
    pairs = (("db", database), ("warehouse", warehouse), who)
    query = "&".join(f"{name}={quote(value, safe=':')}" for name, value in pairs)
    return f"jdbc:snowflake://{account}.snowflakecomputing.com/?{query}"


def connection(args: ConnectionArgs) -> ml.WorkspaceConnection:
    """Declares it."""
    where = target(
        args.account, args.database, args.warehouse, args.role, oauth=args.authentication == "oauth"
    )
    return ml.WorkspaceConnection(
        "snowflake",
        connection_name=NAME,
        workspace_name=args.workspace,
        resource_group_name=args.resource_group.name,
        properties=_oauth(args, where) if args.authentication == "oauth" else _password(args, where),
        opts=pulumi.ResourceOptions(parent=args.parent, additional_secret_outputs=["properties"]),
    )


def _oauth(args: ConnectionArgs, where: str) -> ml.ServicePrincipalAuthTypeWorkspaceConnectionPropertiesArgs:
    return ml.ServicePrincipalAuthTypeWorkspaceConnectionPropertiesArgs(
        auth_type="ServicePrincipal",
        category=CATEGORY,
        target=where,
        is_shared_to_all=True,
        credentials=ml.WorkspaceConnectionServicePrincipalArgs(
            client_id=args.user, client_secret=args.secret, tenant_id=args.tenant
        ),
    )


def _password(
    args: ConnectionArgs, where: str
) -> ml.UsernamePasswordAuthTypeWorkspaceConnectionPropertiesArgs:
    return ml.UsernamePasswordAuthTypeWorkspaceConnectionPropertiesArgs(
        auth_type="UsernamePassword",
        category=CATEGORY,
        target=where,
        is_shared_to_all=True,
        # Both travel in a URL in the end.
        credentials=ml.WorkspaceConnectionUsernamePasswordArgs(
            username=quote(args.user, safe=""), password=args.secret.apply(lambda text: quote(text, safe=""))
        ),
    )
