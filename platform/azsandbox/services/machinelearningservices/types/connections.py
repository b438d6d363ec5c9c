"""Connections of a workspace to other services."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import ResourceType
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import connections
from azsandbox.services.machinelearningservices.types.common import WORKSPACE, WORKSPACE_NAME

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:WorkspaceConnection",
        path=WORKSPACE + "/connections/{connectionName}",
        name=WORKSPACE_NAME,
        early=(
            connections.credentials_go_with_category,
            connections.target_is_an_address,
            connections.expiry_is_a_time,
        ),
        outputs=outputs.connection,
        claims=(
            specified("the way to authenticate goes with the category, and its credentials are complete"),
            documented("the target of a web service is a URL"),
            documented(
                "the target of a Snowflake connection is a jdbc:snowflake address with db and warehouse; it "
                "authenticates as a user or a service principal"
            ),
            specified("the expiry is a time"),
            documented("credentials are not returned"),
        ),
        deviations=("whether Azure still accepts a connection of category Snowflake was not confirmed",),
    ),
)
