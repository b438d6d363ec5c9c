"""The credentials of a registry's admin user."""

from __future__ import annotations

import base64

from azsandbox.arm import ids
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import ArmError
from azsandbox.services import kinds
from azsandbox.services.lookup import resource_in_group


def admin_credentials(subscription: Subscription, arguments: Values, scope: str) -> Values:
    path = f"{kinds.CONTAINER_REGISTRY}/{arguments['registryName']}"
    registry = resource_in_group(subscription, arguments, scope, path)
    if not registry.inputs.get("adminUserEnabled"):
        raise ArmError(
            400, "UnAuthorizedForCredentialOperations", f"Admin user is disabled on registry {registry.name}."
        )
    derive = subscription.redactor.derive
    passwords = [
        {"name": name, "value": base64.b64encode(derive(f"{ids.key(registry.id)}:{number}", 39)).decode()}
        for number, name in enumerate(("password", "password2"), 1)
    ]
    return {"username": registry.name, "passwords": passwords}
