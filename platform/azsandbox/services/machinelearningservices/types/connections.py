"""Connections of a workspace to other services."""

from __future__ import annotations

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import ResourceType
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import connections
from azsandbox.services.machinelearningservices.types.common import WORKSPACE, WORKSPACE_NAME

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:WorkspaceConnection",
        path=WORKSPACE + "/connections/{connectionName}",
        name=WORKSPACE_NAME,
        early=(connections.auth_type_supported_by_snowflake, connections.target_is_a_snowflake_address),
        outputs=outputs.connection,
        claims=(
            documented(
                "the target of a Snowflake connection is a jdbc:snowflake address with db and warehouse; it "
                "authenticates as a user or a service principal"
            ),
            documented("credentials are not returned"),
        ),
        deviations=("whether Azure still accepts a connection of category Snowflake was not confirmed",),
    ),
)
