"""What runs refer to: environment, components, pipeline, data sets, the lake, the connection to Snowflake."""

from __future__ import annotations

from pathlib import Path

import pulumi

from ml import code
from ml.pipeline import PIPELINE
from roastery.components.assets.assets import Assets, AssetsArgs
from roastery.components.assets.code_hash import cached_code_hash
from roastery.components.assets.datastore import LakeDatastoreArgs, lake_datastore
from roastery.components.assets.specs import StepRuntime
from roastery.components.snowflake import ConnectionArgs, SnowflakeAccess, connection
from roastery.components.storage import blob_container
from roastery.components.vault import vault_url
from roastery.components.workspace import workspace_id
from stacks.cluster import INSTANCE_TYPE
from stacks.config import ROOT, StackConfig
from stacks.foundation import Foundation
from stacks.workbench import Workbench


def assets(config: StackConfig, base: Foundation, bench: Workbench) -> Assets:
    """Declares the assets."""
    code_hash = cached_code_hash(Path(code.__file__).parent, code.code_hash, ROOT / ".cache" / "code")
    declared = Assets(
        "assets",
        AssetsArgs(
            resource_group=base.work,
            workspace_id=ml_workspace_id(config),
            workspace=bench.workspace.resource,
            name=config.workload,
            image=config.images.training,
            pipeline=PIPELINE,
            code_hash=code_hash,
            runtime=StepRuntime(
                instance_type=INSTANCE_TYPE.name,
                variables={"import": snowflake_access(config).variables},
            ),
            cache=ROOT / ".cache" / "assets",
        ),
    )
    sales = blob_container(
        "lake-sales", "sales", account=base.lake, resource_group=base.data, parent=base.lake
    )
    lake_datastore(
        LakeDatastoreArgs(
            resource_group=base.work,
            workspace=bench.workspace.name,
            name="lake",
            account=base.lake.name,
            filesystem=sales.name,
            description="Sales, as they arrive.",
        ),
        bench.workspace,
    )
    _connection(config, base, bench)
    return declared


def ml_workspace_id(config: StackConfig) -> str:
    """ARM id of the workspace, as plain text: versions of assets are computed from it."""
    return workspace_id(config.names, "ml", config.subscription)


def snowflake_access(config: StackConfig) -> SnowflakeAccess:
    """How the import signs in to Snowflake."""
    section = config.snowflake
    secret_url = f"{vault_url(config.names)}/secrets/{section.secret}" if section.stores else None
    return SnowflakeAccess(
        account=section.account,
        database=section.database,
        schema=section.schema_,
        warehouse=section.warehouse,
        role=section.role,
        authentication=section.authentication,
        tenant=config.tenant,
        user=section.user,
        oauth_scope=section.oauth_scope,
        identity_provider=section.identity_provider,
        entra_resource=section.entra_resource,
        secret_url=secret_url,
    )


def _connection(config: StackConfig, base: Foundation, bench: Workbench) -> None:
    section, secret = config.snowflake, config.snowflake_secret
    if secret is None or section.user is None or section.authentication not in ("oauth", "password"):
        return  # the job signs in by itself, and a connection would have nothing to hold
    connection(
        ConnectionArgs(
            resource_group=base.work,
            workspace=bench.workspace.name,
            account=section.account,
            database=section.database,
            warehouse=section.warehouse,
            role=section.role,
            authentication=section.authentication,
            user=section.user,
            tenant=config.tenant,
            secret=pulumi.Output.secret(secret.get_secret_value()),
            parent=bench.workspace,
        )
    )
