"""Resources of any modelled type, read and written as by ARM, under the same rules as by Pulumi."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azsandbox.arm import faults, ids, rules
from azsandbox.arm.bodies.properties import OBJECTS
from azsandbox.arm.model import IN_GROUP, ResourceType
from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api import envelope
from azsandbox.arm_api.paths import TypePaths, in_collection, kind_of
from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError
from azsandbox.pulumi.provider.backend import Subject
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import reveal

_OF_VERSION = frozenset({"enum", "unknown-property"})  # problems that another API version may not have
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
        self.paths = TypePaths(provider.types)
        self.rewrites: dict[str, Rewrite] = {}  # by ARM type in lower case

    def type_of(self, identifier: str) -> ResourceType | None:
        """The type of an id, if it is modelled."""
        return self.paths.find(identifier)

    def require(self, identifier: str) -> Resource:
        """The resource with this id.

        Raises:
            ArmError: there is none.
        """
        resource = self.subscription.get(identifier) or self._with_parent(identifier)
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

    def _with_parent(self, identifier: str) -> Resource | None:
        """A resource that exists with its parent, such as a storage account's blob service, untouched."""
        spec, above = self.type_of(identifier), ids.parent_of(identifier)
        if spec is None or not spec.singleton or above is None or self.subscription.get(above) is None:
            return None
        inputs: Values = dict(self.paths.parameters(spec, identifier))
        return Resource(id=identifier, token=spec.token, kind=spec.kind, inputs=inputs)

    def show(self, resource: Resource) -> Values:
        spec = self.provider.types.get(resource.token)
        shape, kind = self.provider.shapes.shape(resource.token), ids.parse(resource.id).kind
        body = envelope.body_of(spec, shape, _restored(self, resource), kind)
        self._show_children(spec, resource, body)
        self._fill(spec.kind, body["properties"])
        rewrite = self.rewrites.get(spec.kind.lower())
        if rewrite:
            rewrite(body)
        return body

    def _show_children(self, spec: ResourceType, resource: Resource, body: Values) -> None:
        """A parent shows its children in the list in which it may declare them, however they were made."""
        for inline in spec.inline:
            child = self.provider.types.get(inline.token)
            segment = child.kind.rpartition("/")[2]
            bodies = [self.show(item) for item in self.children(f"{resource.id}/{segment}")]
            name = inline.token.removeprefix("azure-native:")
            flat = name not in OBJECTS  # AKS shows its pools without an object `properties`
            body["properties"][inline.path] = [
                {"name": item["name"], **item["properties"]} if flat else item for item in bodies
            ]

    def requested(self, resource: Resource) -> Values:
        """The resource as the body of the PUT that would leave it as it is, for a PATCH to change."""
        spec = self.provider.types.get(resource.token)
        shape = self.provider.shapes.shape(resource.token)
        if envelope.nested(shape):
            return self.show(resource)
        inputs = reveal(self.subscription.redactor.restore(resource.inputs, {}))
        return envelope.request_of(spec, shape, inputs)

    def put(
        self, spec: ResourceType, identifier: str, body: Values, version: str = ""
    ) -> tuple[Resource, bool]:
        """Create or update a resource; returns it, and whether it is new.

        The shapes are those of one API version. Of a request in another one, properties and
        listed values that only that version has are not judged, and not kept.

        Raises:
            ArmError: the inputs are wrong, or a rule refuses the request.
        """
        shape = self.provider.shapes.shape(spec.token)
        parameters = self.paths.parameters(spec, identifier)
        before = self.subscription.get(identifier)
        inputs = self.check(spec, identifier, body, version)
        # ARM answers with its own spelling of an id, whatever the request's is.
        subscription = ids.subscription_of(identifier).rpartition("/")[2]
        stored = self.provider.put(spec, before.id if before else spec.id(subscription, parameters), inputs)
        now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
        system = {
            **(
                (before.outputs.get("systemData") if before else None)
                or {**envelope.SYSTEM, "createdAt": now}
            ),
            "lastModifiedAt": now,
        }
        if "systemData" in shape.outputs["props"]:
            stored = self.annotate(stored, systemData=system)
        return stored, before is None

    def check(self, spec: ResourceType, identifier: str, body: Values, version: str = "") -> Values:
        """The inputs of a PUT of this body, judged by themselves; nothing is stored.

        Raises:
            ArmError: 400 ValidationError, the inputs are wrong.
        """
        shape = self.provider.shapes.shape(spec.token)
        parameters = self.paths.parameters(spec, identifier)
        own = version in {"", shape.api_version}
        inputs = envelope.inputs_of(spec, shape, parameters, body, unknown=own)
        if "location" in shape.inputs["props"] and inputs.get("location") is None:
            self._locate(spec, identifier, inputs)
        before = self.subscription.get(identifier)
        old = self._known_again(before.inputs, inputs) if before else None
        problems = rules.check_inputs(spec, shape, inputs, old)
        judged = problems if own else _without_version(problems)
        wrong = [f"{problem.path} {problem.message}".strip() for problem in judged if not problem.warning]
        if wrong:
            raise ArmError(400, "ValidationError", f"{ids.parse(identifier).name}: {'; '.join(wrong)}")
        return inputs

    def _known_again(self, stored: Values, sent: Values) -> Values:
        """Stored inputs with the secrets that a request repeats: only a changed one differs."""
        return reveal(self.subscription.redactor.restore(stored, sent))

    def _locate(self, spec: ResourceType, identifier: str, inputs: Values) -> None:
        """ARM requires a location of a tracked resource; a child has its parent's."""
        above = ids.parent_of(identifier)
        if above is None and spec.path.startswith(IN_GROUP):
            raise ArmError(400, "LocationRequired", "The location property is required for this definition.")
        parent = self.subscription.get(above) if above else None
        if parent is not None and parent.inputs.get("location") is not None:
            inputs["location"] = parent.inputs["location"]

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
        spec = self.listed_type(collection)
        resources = {item.id: item for item in self.subscription.of_kind(spec.kind)} if spec else {}
        return [resources[identifier] for identifier in in_collection(collection, resources)]

    def listed_type(self, collection: str) -> ResourceType | None:
        """The type of a list; one in a subscription has no group in its path."""
        return self.type_of(f"{collection}/x") or self.provider.types.of_kind(kind_of(collection))

    def inject(self, operation: str, identifier: str) -> faults.Effect:
        """Inject a pending fault; `operation` is one of `azsandbox fault --operation`."""
        spec = self.type_of(identifier)
        return faults.inject(self.subscription, operation, identifier, spec.token if spec else identifier)


def _without_version(problems: list[Problem]) -> list[Problem]:
    """The problems that a request in another API version has too.

    An object of a kind that only that version knows shows by its discriminator: nothing in it is judged.
    """
    foreign = tuple(problem.path.rpartition(".")[0] for problem in problems if problem.code == "const")
    return [
        problem
        for problem in problems
        if problem.code not in _OF_VERSION
        and not any(
            problem.path == path or problem.path.startswith((f"{path}.", f"{path}[")) for path in foreign
        )
    ]


def _restored(resources: Resources, resource: Resource) -> Resource:
    """The resource with a placeholder in place of each secret, because secrets are not stored."""
    outputs = reveal(resources.subscription.redactor.restore(resource.outputs, {}))
    return replace(resource, outputs=outputs)
