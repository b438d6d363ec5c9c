"""What Check can say about a resource once its id and its inputs are known, with the subscription in view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm import external
from azsandbox.arm.model import Request, ResourceType
from azsandbox.arm.subscription import Subscription
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import known, reveal


def problems(
    spec: ResourceType, subscription: Subscription, subscription_id: str, tenant: str, inputs: dict[str, Any]
) -> Iterator[Problem]:
    """A resource that is declared as external too, and the doubts that its type declares."""
    if not all(isinstance(inputs.get(name), str) for name in spec.path_parameters):
        return
    identifier = spec.id(subscription_id, inputs)
    if subscription.external.find(identifier):
        yield Problem(
            spec.name_input or "",
            f"{identifier!r} is declared as a resource, and under {external.SETTING} in the stack file: "
            "remove one of the two",
            code="external",
        )
    plain = reveal(inputs)
    if spec.doubts and known(plain):
        request = Request(
            id=identifier,
            inputs=plain,
            subscription=subscription,
            existing=subscription.get(identifier),
            tenant=tenant,
        )
        for doubt in spec.doubts:
            yield from doubt(request)
