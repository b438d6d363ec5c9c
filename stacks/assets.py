"""What runs refer to: environment, components, pipeline, data sets, the lake, the connection to Snowflake."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from pathlib import Path

import pulumi
from pulumi_azure_native import machinelearningservices as ml

from ml import code
from ml.pipeline import PIPELINE
from roastery.cache import Cache
from roastery.components.assets.assets import Assets, AssetsArgs
from roastery.components.assets.specs import Running
from roastery.components.snowflake import ConnectionArgs, connection
from stacks.config import ROOT, StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench

INSTANCE_TYPE = "jobs"
_AUTHENTICATOR = {
    "workload_identity": "WORKLOAD_IDENTITY",
    "key_pair": "SNOWFLAKE_JWT",
    "oauth": "OAUTH_CLIENT_CREDENTIALS",
    "password": "SNOWFLAKE",
}


def assets(config: StackConfig, base: Foundation, bench: Workbench) -> Assets:
    """Declares the assets."""
    declared = Assets(
        "assets",
        AssetsArgs(
            resource_group=base.work,
            workspace_id=workspace_id(config),
            workspace=bench.workspace.resource,
            name=config.workload,
            image=config.images.training,
            pipeline=PIPELINE,
            code=codes(),
            running=Running(instance_type=INSTANCE_TYPE, variables={"import": _variables(config)}),
            cache=ROOT / ".cache" / "assets",
        ),
    )
    _lake(base, bench)
    _connection(config, base, bench)
    return declared


def codes() -> Callable[[str], str]:
    """`code_hash`, found once for each state of `ml`: it parses all that a step reaches."""
    package = Path(code.__file__).parent
    state = hashlib.sha256(platform.python_version().encode())
    for file in sorted(package.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            state.update(f"{file.relative_to(package)}\0{content}\n".encode())
    cache = Cache(ROOT / ".cache" / "code", [], [])
    return lambda module: cache.get([module, state.hexdigest()], lambda: code.code_hash(module))


def workspace_id(config: StackConfig) -> str:
    """ARM id of the workspace, known before there is one: versions of assets are made from it."""
    names = config.names
    return (
        f"/subscriptions/{config.subscription}/resourceGroups/{names.of('resource group', 'ml')}"
        f"/providers/Microsoft.MachineLearningServices/workspaces/{names.of('machine learning workspace')}"
    )


def _variables(config: StackConfig) -> dict[str, str]:
    """How the import finds Snowflake: the connector's names; of what is secret, only where it is."""
    snowflake = config.snowflake
    tokens = f"https://login.microsoftonline.com/{config.tenant}/oauth2/v2.0/token"
    oauth = {
        "OAUTH_CLIENT_ID": snowflake.user,
        "OAUTH_TOKEN_REQUEST_URL": tokens,
        "OAUTH_SCOPE": snowflake.oauth_scope,
    }
    given = {
        "ACCOUNT": snowflake.account,
        "DATABASE": snowflake.database,
        "SCHEMA": snowflake.schema_,
        "WAREHOUSE": snowflake.warehouse,
        "ROLE": snowflake.role,
        "USER": snowflake.user,
        "AUTHENTICATOR": _AUTHENTICATOR[snowflake.authentication],
        "SECRET_URL": f"{vault_address(config)}/secrets/{snowflake.secret}" if snowflake.stores else None,
        **(oauth if snowflake.authentication == "oauth" else {}),
    }
    return {f"SNOWFLAKE_{name}": value for name, value in given.items() if value}


def vault_address(config: StackConfig) -> str:
    """The vault's data plane, as plain text: versions of assets are made from it."""
    return f"https://{config.names.of('key vault')}.vault.azure.net"


def _connection(config: StackConfig, base: Foundation, bench: Workbench) -> None:
    snowflake, secret = config.snowflake, config.snowflake_secret
    if secret is None or snowflake.user is None or snowflake.authentication not in ("oauth", "password"):
        return  # the job signs in as itself, and a connection would have nothing to hold
    connection(
        ConnectionArgs(
            resource_group=base.work,
            workspace=bench.workspace.name,
            account=snowflake.account,
            database=snowflake.database,
            warehouse=snowflake.warehouse,
            role=snowflake.role,
            authentication=snowflake.authentication,
            user=snowflake.user,
            tenant=config.tenant,
            secret=pulumi.Output.secret(secret.get_secret_value()),
            parent=bench.workspace,
        )
    )


def _lake(base: Foundation, bench: Workbench) -> None:
    """The lake as a datastore; data is reached by identity, no key is stored."""
    ml.Datastore(
        "datastore-lake",
        name="lake",
        workspace_name=bench.workspace.name,
        resource_group_name=base.work.name,
        properties=ml.AzureDataLakeGen2DatastoreArgs(
            datastore_type="AzureDataLakeGen2",
            account_name=base.lake.name,
            filesystem="sales",
            endpoint="core.windows.net",
            protocol="https",
            credentials=ml.NoneDatastoreCredentialsArgs(credentials_type="None"),
            service_data_access_auth_identity=ml.ServiceDataAccessAuthIdentity.WORKSPACE_SYSTEM_ASSIGNED_IDENTITY,
            description="Sales, as they arrive.",
            tags=base.work.tags,
        ),
        opts=pulumi.ResourceOptions(parent=bench.workspace),
    )
