"""Resources of any modelled type, read and written as by ARM, under the same rules as by Pulumi."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azsandbox.arm import faults, ids, rules
from azsandbox.arm.model import ResourceType
from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import envelope
from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import Subject
from azsandbox.schema.values import reveal

_ANSWERED = ("Microsoft.MachineLearningServices/", "Microsoft.Resources/resourceGroups")
Rewrite = Callable[[Values], None]
"""Changes the body of a resource of one type, such as URIs that the API server answers itself."""
Fill = Callable[[str, Values], None]
"""Adds to the properties of an ARM type what the service fills in where a request has nothing."""


def _nothing(_kind: str, _properties: Values) -> None:
    """No defaults."""


class Resources:
    """The subscription's resources as REST bodies."""

    def __init__(self, provider: AzureNative, fill: Fill = _nothing) -> None:
        self.provider = provider
        self._fill = fill
        self.subscription = provider.subscription
        self.rewrites: dict[str, Rewrite] = {}  # by ARM type in lower case

    def type_of(self, identifier: str) -> ResourceType | None:
        """The type of an id, if this API serves it: types of Azure ML, and resource groups."""
        spec = self.provider.types.of_kind(ids.parse(identifier).kind)
        return spec if spec and spec.kind.startswith(_ANSWERED) else None

    def require(self, identifier: str) -> Resource:
        """The resource with this id.

        Raises:
            ArmError: there is none.
        """
        resource = self.subscription.get(identifier)
        if resource is None:
            group = ids.group_of(identifier)
            if group and self.subscription.get(group) is None:
                name = ids.parse(group).name
                raise ArmError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")
            parsed = ids.parse(identifier)
            raise ArmError(
                404,
                "ResourceNotFound",
                f"The Resource '{parsed.kind}/{parsed.name}' was not found: {identifier}",
            )
        return resource

    def show(self, resource: Resource) -> Values:
        spec = self.provider.types.get(resource.token)
        body = envelope.body_of(spec, self.provider.shapes.shape(resource.token), _restored(self, resource))
        self._fill(spec.kind, body["properties"])
        rewrite = self.rewrites.get(spec.kind.lower())
        if rewrite:
            rewrite(body)
        return body

    def put(self, spec: ResourceType, identifier: str, body: Values) -> tuple[Resource, bool]:
        """Create or update a resource; returns it, and whether it is new.

        Raises:
            ArmError: the inputs are wrong, or a rule refuses the request.
        """
        shape = self.provider.shapes.shape(spec.token)
        inputs = envelope.inputs_of(spec, shape, identifier, body)
        before = self.subscription.get(identifier)
        problems = rules.check_inputs(spec, shape, inputs, before.inputs if before else None)
        wrong = [f"{problem.path} {problem.message}".strip() for problem in problems if not problem.warning]
        if wrong:
            raise ArmError(400, "ValidationError", f"{ids.parse(identifier).name}: {'; '.join(wrong)}")
        stored = self.provider.put(spec, identifier, inputs)
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
        system = {
            **(
                (before.outputs.get("systemData") if before else None)
                or {**envelope.SYSTEM, "createdAt": now}
            ),
            "lastModifiedAt": now,
        }
        return self.annotate(stored, systemData=system), before is None

    def annotate(self, resource: Resource, **outputs: Any) -> Resource:
        """Add outputs to a stored resource; outputs stored by others in the meantime are kept."""
        with self.subscription.transaction():
            present = self.subscription.get(resource.id) or resource
            return self.subscription.put(replace(present, outputs={**present.outputs, **outputs}))

    def delete(self, identifier: str) -> bool:
        """Delete a resource and all below it; returns whether it existed."""
        resource = self.subscription.get(identifier)
        if resource is None:
            return False
        urn = f"urn:pulumi:api::api::{resource.token}::{resource.name}"
        self.provider.remove(Subject(urn=urn, token=resource.token, id=resource.id))
        return True

    def children(self, collection: str) -> list[Resource]:
        """The resources of a collection, such as `…/workspaces/w/computes`."""
        prefix, kind = ids.key(collection) + "/", ids.parse(f"{collection}/x").kind
        return [
            resource for resource in self.subscription.of_kind(kind) if _directly_below(resource.id, prefix)
        ]

    def inject(self, operation: str, identifier: str) -> faults.Effect:
        """Inject a pending fault; `operation` is one of `azsandbox fault --operation`."""
        spec = self.type_of(identifier)
        return faults.inject(self.subscription, operation, identifier, spec.token if spec else identifier)


def _directly_below(identifier: str, prefix: str) -> bool:
    key = ids.key(identifier)
    return key.startswith(prefix) and "/" not in key[len(prefix) :]


def _restored(resources: Resources, resource: Resource) -> Resource:
    """The resource with a placeholder in place of each secret, because secrets are not stored."""
    outputs = reveal(resources.subscription.redactor.restore(resource.outputs, {}))
    return replace(resource, outputs=outputs)
