"""Resources of any modelled type, read and written as ARM does, by the rules that Pulumi meets too."""

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
from azsandbox.ml_api import defaults
from azsandbox.pulumi.provider.backend import Subject
from azsandbox.schema.validate import validate
from azsandbox.schema.values import reveal

_ANSWERED = ("Microsoft.MachineLearningServices/", "Microsoft.Resources/resourceGroups")
Rewrite = Callable[[Values], None]
"""Changes what is shown of a resource of one type: addresses that the API server answers itself."""


class Resources:
    """The subscription, in ARM's words."""

    def __init__(self, provider: AzureNative) -> None:
        self.provider = provider
        self.subscription = provider.subscription
        self.rewrites: dict[str, Rewrite] = {}  # by ARM type in lower case

    def type_of(self, identifier: str) -> ResourceType | None:
        """The type of an id, if this API answers for it: Azure ML's, and resource groups."""
        found = self.provider.types.of_kind(ids.parse(identifier).kind)
        return found if found and found.kind.startswith(_ANSWERED) else None

    def require(self, identifier: str) -> Resource:
        """The resource with this id.

        Raises:
            ArmError: there is none.
        """
        found = self.subscription.get(identifier)
        if found is None:
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
        return found

    def show(self, resource: Resource) -> Values:
        spec = self.provider.types.get(resource.token)
        body = envelope.body_of(spec, self.provider.shapes.shape(resource.token), _restored(self, resource))
        defaults.fill(spec.kind, body["properties"])
        rewrite = self.rewrites.get(spec.kind.lower())
        if rewrite:
            rewrite(body)
        return body

    def put(self, spec: ResourceType, identifier: str, body: Values) -> tuple[Resource, bool]:
        """Create or replace; the resource, and whether it is new.

        Raises:
            ArmError: the model refuses it.
        """
        shape = self.provider.shapes.shape(spec.token)
        inputs = envelope.inputs_of(spec, shape, identifier, body)
        problems = [*validate(shape, inputs), *rules.early(spec, reveal(inputs))]
        wrong = [f"{one.path} {one.message}".strip() for one in problems if not one.warning]
        if wrong:
            raise ArmError(400, "ValidationError", f"{ids.parse(identifier).name}: {'; '.join(wrong)}")
        before = self.subscription.get(identifier)
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
        """Store further outputs of a resource, beside what others have stored meanwhile."""
        with self.subscription.transaction():
            present = self.subscription.get(resource.id) or resource
            return self.subscription.put(replace(present, outputs={**present.outputs, **outputs}))

    def delete(self, identifier: str) -> bool:
        """Delete with everything below; whether there was something."""
        found = self.subscription.get(identifier)
        if found is None:
            return False
        urn = f"urn:pulumi:api::api::{found.token}::{found.name}"
        self.provider.remove(Subject(urn=urn, token=found.token, id=found.id))
        return True

    def children(self, collection: str) -> list[Resource]:
        """The resources of a collection, such as `…/workspaces/w/computes`."""
        prefix, kind = ids.key(collection) + "/", ids.parse(f"{collection}/x").kind
        return [one for one in self.subscription.of_kind(kind) if _directly_below(one.id, prefix)]

    def inject(self, operation: str, identifier: str) -> faults.Trouble:
        """Apply an ordered fault; `operation` as `roast sandbox fault` names it."""
        spec = self.type_of(identifier)
        return faults.inject(self.subscription, operation, identifier, spec.token if spec else identifier)


def _directly_below(identifier: str, prefix: str) -> bool:
    key = ids.key(identifier)
    return key.startswith(prefix) and "/" not in key[len(prefix) :]


def _restored(resources: Resources, resource: Resource) -> Resource:
    """Secrets are shown as what they are here: not kept."""
    outputs = reveal(resources.subscription.redactor.restore(resource.outputs, {}))
    return replace(resource, outputs=outputs)
