"""How the functions of every service find the resource that their arguments name."""

from __future__ import annotations

from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError


def resource_in_group(subscription: Subscription, arguments: Values, scope: str, path: str) -> Resource:
    """The resource at `path` (namespace, type, name, …) of the resource group that the arguments name.

    Raises:
        ArmError: there is no such resource.
    """
    identifier = f"{scope}/resourceGroups/{arguments['resourceGroupName']}/providers/{path}"
    resource = subscription.get(identifier)
    if resource is None:
        raise ArmError(404, "ResourceNotFound", f"The Resource '{identifier}' was not found.")
    return resource
