"""The shared keys of a Log Analytics workspace: derived on every call, never stored."""

from __future__ import annotations

from azsandbox.arm import ids
from azsandbox.arm.model import Values
from azsandbox.arm.subscription import Subscription
from azsandbox.services import kinds
from azsandbox.services.lookup import resource_in_group


def shared_keys(subscription: Subscription, arguments: Values, scope: str) -> Values:
    path = f"{kinds.LOG_ANALYTICS_WORKSPACE}/{arguments['workspaceName']}"
    workspace = resource_in_group(subscription, arguments, scope, path)
    derive = subscription.redactor.derive
    primary, secondary = (derive(f"{ids.key(workspace.id)}:{number}", 32).hex() for number in (1, 2))
    return {"primarySharedKey": primary, "secondarySharedKey": secondary}
