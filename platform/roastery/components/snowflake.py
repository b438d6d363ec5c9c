"""Snowflake: the variables by which the import signs in, and the workspace's connection.

Source: learn.microsoft.com "Create connections (preview)", Azure Machine Learning, section Snowflake DB: the
form of the target, the role that defaults to PUBLIC and is part of the scope with OAuth. A connection holds
user and password, or an OAuth client. With a workload identity or a key pair there is nothing for it to hold:
the job signs in by itself, and no connection is declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from roastery.components.resource_group import ResourceGroup
from roastery.snowflake.settings import ENTRA_RESOURCE, AuthenticationMethod

NAME = "snowflake"
CATEGORY = "Snowflake"
StoredAuthentication = Literal["oauth", "password"]
# The connector's names: docs.snowflake.com "Using the Python Connector", parameter `authenticator`.
_AUTHENTICATORS: dict[AuthenticationMethod, str] = {
    "workload_identity": "WORKLOAD_IDENTITY",
    "key_pair": "SNOWFLAKE_JWT",
    "oauth": "OAUTH_CLIENT_CREDENTIALS",
    "password": "SNOWFLAKE",
}


@dataclass(frozen=True, kw_only=True)
class SnowflakeAccess:
    """How a job signs in to Snowflake.

    Args:
        account, database, schema, warehouse, role: Snowflake's names.
        authentication: how.
        tenant: Entra tenant id, which issues the tokens of `oauth`.
        user: user name, or client id with `oauth`.
        oauth_scope: of `oauth`.
        identity_provider, entra_resource: of `workload_identity`: who fetches the token, and for what.
        secret_url: Key Vault secret with key, client secret or password; never the secret itself.
    """

    account: str
    database: str
    schema: str
    warehouse: str
    role: str
    authentication: AuthenticationMethod
    tenant: str
    user: str | None = None
    oauth_scope: str | None = None
    identity_provider: Literal["OIDC", "AZURE"] = "OIDC"
    entra_resource: str = ENTRA_RESOURCE
    secret_url: str | None = None

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables, named as the connector's parameters."""
        oauth = {
            "OAUTH_CLIENT_ID": self.user,
            "OAUTH_TOKEN_REQUEST_URL": f"https://login.microsoftonline.com/{self.tenant}/oauth2/v2.0/token",
            "OAUTH_SCOPE": self.oauth_scope,
        }
        identity = {
            "WORKLOAD_IDENTITY_PROVIDER": self.identity_provider,
            "WORKLOAD_IDENTITY_ENTRA_RESOURCE": self.entra_resource,
        }
        parameters = {
            "ACCOUNT": self.account,
            "DATABASE": self.database,
            "SCHEMA": self.schema,
            "WAREHOUSE": self.warehouse,
            "ROLE": self.role,
            "USER": self.user,
            "AUTHENTICATOR": _AUTHENTICATORS[self.authentication],
            "SECRET_URL": self.secret_url,
            **(oauth if self.authentication == "oauth" else {}),
            **(identity if self.authentication == "workload_identity" else {}),
        }
        return {f"SNOWFLAKE_{name}": value for name, value in parameters.items() if value}


@dataclass(frozen=True, kw_only=True)
class ConnectionArgs:
    """Where Snowflake is and how to sign in.

    Args:
        resource_group: group.
        workspace: name of the workspace.
        account, database, warehouse, role: Snowflake's names.
        authentication: how.
        user: user name with `password`, client id with `oauth`.
        tenant: Entra tenant id, for `oauth`.
        secret: password or client secret; a Pulumi secret, never plain text.
        parent: the component that it belongs to.
    """

    resource_group: ResourceGroup
    workspace: pulumi.Input[str]
    account: str
    database: str
    warehouse: str
    role: str
    authentication: StoredAuthentication
    user: str
    tenant: str
    secret: pulumi.Output[str]
    parent: pulumi.Resource


def target(account: str, database: str, warehouse: str, role: str, *, oauth: bool) -> str:
    """The connection's target, URL-encoded; with OAuth the role travels as the token's scope."""
    role_parameter = ("scope", f"session:role:{role}") if oauth else ("role", role)
    pairs = (("db", database), ("warehouse", warehouse), role_parameter)
    query = "&".join(f"{name}={quote(value, safe=':')}" for name, value in pairs)
    return f"jdbc:snowflake://{account}.snowflakecomputing.com/?{query}"


def connection(args: ConnectionArgs) -> ml.WorkspaceConnection:
    """Declares the connection."""
    url = target(args.account, args.database, args.warehouse, args.role, oauth=args.authentication == "oauth")
    return ml.WorkspaceConnection(
        "snowflake",
        connection_name=NAME,
        workspace_name=args.workspace,
        resource_group_name=args.resource_group.name,
        properties=_oauth(args, url) if args.authentication == "oauth" else _password(args, url),
        opts=pulumi.ResourceOptions(parent=args.parent, additional_secret_outputs=["properties"]),
    )


def _oauth(args: ConnectionArgs, url: str) -> ml.ServicePrincipalAuthTypeWorkspaceConnectionPropertiesArgs:
    return ml.ServicePrincipalAuthTypeWorkspaceConnectionPropertiesArgs(
        auth_type="ServicePrincipal",
        category=CATEGORY,
        target=url,
        is_shared_to_all=True,
        credentials=ml.WorkspaceConnectionServicePrincipalArgs(
            client_id=args.user, client_secret=args.secret, tenant_id=args.tenant
        ),
    )


def _password(args: ConnectionArgs, url: str) -> ml.UsernamePasswordAuthTypeWorkspaceConnectionPropertiesArgs:
    return ml.UsernamePasswordAuthTypeWorkspaceConnectionPropertiesArgs(
        auth_type="UsernamePassword",
        category=CATEGORY,
        target=url,
        is_shared_to_all=True,
        # Azure ML puts both into a URL.
        credentials=ml.WorkspaceConnectionUsernamePasswordArgs(
            username=quote(args.user, safe=""), password=args.secret.apply(lambda text: quote(text, safe=""))
        ),
    )
