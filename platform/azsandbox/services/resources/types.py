"""Resource groups: Microsoft.Resources."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import GROUP, NameRule, ResourceType, Service

SERVICE = Service(
    name="resources",
    types=(
        ResourceType(
            token="azure-native:resources:ResourceGroup",
            path=GROUP,
            defaults={"properties.provisioningState": "Succeeded"},
            name=NameRule(
                r"[\w().-]{0,89}[\w()-]", "1 to 90 letters, digits, _ ( ) . -, not ending in a period"
            ),
            claims=(
                specified("a change of location is a new group"),
                documented("deleting a group deletes everything in it, unless a lock forbids it"),
            ),
        ),
    ),
)
