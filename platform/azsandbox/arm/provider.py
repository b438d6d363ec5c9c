"""The stand-in for pulumi-azure-native: Pulumi's calls on one side, the subscription on the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azsandbox.arm import doubts, external, faults, identities, ids, regions, registrations, rules
from azsandbox.arm.autonames import autoname
from azsandbox.arm.catalogue import Types
from azsandbox.arm.children import reconcile_children
from azsandbox.arm.defaults import filled
from azsandbox.arm.model import Invoke, Request, ResourceType
from azsandbox.arm.redaction import mark_secrets, secrets_of, without_secrets
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.arm.writes import Writes
from azsandbox.errors import ArmError, NotModelledError
from azsandbox.pulumi.provider.backend import (
    CheckResult,
    InitFailedError,
    ReplaceRules,
    State,
    Subject,
    Values,
)
from azsandbox.schema import catalogue, outputs
from azsandbox.schema.outputs import over
from azsandbox.schema.values import UNKNOWN, known, reveal

DEFAULT_SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
DEFAULT_TENANT = "00000000-0000-0000-0000-0000000000aa"
_GROUP_KIND = "Microsoft.Resources/resourceGroups"
_MANAGED = ("name", "type", "provisioningState", "etag", "eTag", "systemData", "azureApiVersion")


class AzureNative:
    """One configured provider; several can share a subscription."""

    name = "azure-native"

    def __init__(
        self,
        subscription: Subscription,
        types: Types,
        externals: Callable[[str], external.Externals] = lambda _: external.NONE,
        conditions_of: registrations.ConditionsOf = registrations.no_conditions,
    ) -> None:
        self.subscription = subscription
        self.conditions_of = conditions_of
        self._externals, self._stack = externals, ""
        self.types = types
        self.shapes = catalogue.shared()
        self.version = self.shapes.version
        self.subscription_id = DEFAULT_SUBSCRIPTION
        self.tenant = DEFAULT_TENANT
        self.location: str | None = None
        self._writes = Writes()

    def configure(self, config: Values, stack: str = "") -> None:
        self.see(stack)
        values = reveal(config)
        for attribute, name in (
            ("subscription_id", "subscriptionId"),
            ("tenant", "tenantId"),
            ("location", "location"),
        ):
            if isinstance(values.get(name), str) and values[name]:
                setattr(self, attribute, values[name])

    def see(self, stack: str) -> None:
        """Look at the subscription as this stack does, which declares external resources."""
        if stack not in ("", self._stack):
            self._stack, self.subscription = stack, self.subscription.seeing(self._externals(stack))

    # before anything is deployed

    def check(self, subject: Subject, old: Values, new: Values, seed: bytes) -> CheckResult:
        self.see(subject.stack)
        spec, shape = self.types.get(subject.token), self.shapes.shape(subject.token)
        inputs = {key: value for key, value in new.items() if value is not None}
        if spec.name_input and spec.name_input in shape.inputs["props"] and spec.name_input not in inputs:
            inputs[spec.name_input] = old.get(spec.name_input) or autoname(spec, subject.name, seed)
        if "location" in shape.inputs["props"] and "location" not in inputs:
            default = "global" if spec.global_location else self.location or self._group_location(inputs)
            location = old.get("location") or default
            if location is not None:
                inputs["location"] = location
        problems = rules.check_inputs(spec, shape, inputs, old)
        if all(problem.warning for problem in problems):
            seen = (self.subscription, self.subscription_id, self.tenant)
            problems += doubts.problems(spec, *seen, inputs)
        return CheckResult(inputs=inputs, problems=problems)

    def _group_location(self, inputs: Values) -> Any:
        group = inputs.get("resourceGroupName")
        if not isinstance(group, str):
            return UNKNOWN if group is UNKNOWN else None
        resource = self.subscription.get(f"/subscriptions/{self.subscription_id}/resourceGroups/{group}")
        return resource.inputs.get("location") if resource else None

    def replace_rules(self, subject: Subject, old: Values, new: Values) -> ReplaceRules:  # noqa: ARG002 - the protocol
        spec = self.types.get(subject.token)
        paths = {*spec.path_parameters, *spec.replace}
        if "location" in self.shapes.shape(subject.token).inputs["props"]:
            paths.add("location")
        autonamed = spec.name_input is not None and "__autonamed" in new
        return ReplaceRules(
            paths=frozenset(paths),
            every_change=spec.immutable,
            delete_before_replace=spec.delete_first and not autonamed,
        )

    def equivalent(self, token: str, path: str, old: Any, new: Any) -> bool:  # noqa: ARG002 - the protocol
        if not isinstance(old, str) or not isinstance(new, str):
            return False
        if path == "location":
            return regions.canonical(old) == regions.canonical(new)
        both_ids = ids.looks_like_id(old) and ids.looks_like_id(new)
        return both_ids and ids.key(old) == ids.key(new)

    # deployment

    def create(self, subject: Subject, inputs: Values) -> State:
        spec = self.types.get(subject.token)
        if subject.preview:
            return State(id="", outputs=self._preview(spec, inputs))
        identifier = spec.id(self.subscription_id, reveal(inputs))
        existing = self.subscription.get(identifier)
        if existing is not None and not (spec.singleton or existing.inputs.get("__inline")):
            raise ArmError(409, "Conflict", f"cannot create already existing resource '{existing.id}'")
        trouble = faults.inject(self.subscription, "create", identifier, subject.token, subject.name)
        stored = self.put(spec, identifier, inputs)
        state = State(id=stored.id, outputs=stored.outputs, inputs=inputs)
        if trouble.init_fails:
            raise _operation_failed(state, "create")
        return state

    def update(self, subject: Subject, old: Values, new: Values, outputs: Values) -> Values:  # noqa: ARG002
        spec = self.types.get(subject.token)
        if subject.preview:
            return over(outputs, self._preview(spec, new, keep=outputs))
        trouble = faults.inject(self.subscription, "update", subject.id, subject.token, subject.name)
        rules.check_lock(self.subscription, subject.id, delete=False)
        stored = self.put(spec, subject.id, new)
        if trouble.init_fails:
            state = State(id=subject.id, outputs=stored.outputs, inputs=new)
            raise _operation_failed(state, "update")
        return stored.outputs

    def put(self, spec: ResourceType, identifier: str, inputs: Values) -> Resource:
        """One PUT: apply every rule, then store. The returned resource still has its secrets in the clear.

        Raises:
            ArmError: a rule refuses the request.
        """
        with self._writes.write(spec, identifier), self.subscription.transaction():
            request = self._request(identifier, inputs)
            registrations.require(request, spec.kind, self.conditions_of)
            rules.check_lock(self.subscription, identifier, delete=False)
            if spec.creates_parent:
                self._create_parent(spec, request)
            rules.check_scope(request, spec, self.types)
            rules.check_name(request, spec, self.conditions_of)
            references = rules.check_references(request, spec, self.types)
            for law in spec.laws:
                law.check(request)
            for rule in spec.rules:
                rule(request)
            resource = Resource(
                id=identifier,
                token=spec.token,
                kind=spec.kind,
                inputs=inputs,
                outputs=self._outputs(spec, request, inputs),
            )
            self.subscription.put(resource, references)
            reconcile_children(self, spec, request, resource)
            return resource

    def _create_parent(self, spec: ResourceType, request: Request) -> None:
        above = self.types.of_kind(spec.kind.rpartition("/")[0])
        if above is None or request.parent is not None:
            return
        inputs: Values = {name: request.inputs[name] for name in above.path_parameters}
        shared = {"dataType": request.at("properties.dataType")}
        inputs["properties"] = {name: value for name, value in shared.items() if value is not None}
        self.put(above, above.id(ids.subscription_of(request.id).rpartition("/")[2], inputs), inputs)

    def delete(self, subject: Subject, inputs: Values) -> None:  # noqa: ARG002 - the protocol
        faults.inject(self.subscription, "delete", subject.id, subject.token, subject.name)
        self.remove(subject)

    def remove(self, subject: Subject) -> None:
        """One DELETE: checks locks and references, deletes all child resources, keeps soft-deleted names."""
        with self.subscription.transaction():
            resource = self.subscription.get(subject.id)
            if resource is None:
                return  # deleting a resource that does not exist succeeds, as with ARM
            rules.check_lock(self.subscription, resource.id, delete=True)
            for deleted in rules.check_delete(self.subscription, resource, self.types):
                below = self.types.find(deleted.token)
                if below and below.soft_delete:
                    self.subscription.soft_delete(
                        deleted, protected=below.soft_delete.protected(deleted.inputs)
                    )
                self.subscription.remove(deleted.id)

    def read(self, subject: Subject, inputs: Values, outputs: Values) -> State:
        self.see(subject.stack)
        self.types.get(subject.token)
        faults.inject(self.subscription, "read", subject.id, subject.token, subject.name)
        resource = self.subscription.get(subject.id)
        outside = self.subscription.external.find(subject.id)
        if resource is None and outside:
            return State(id=outside.id, outputs=outside.outputs, inputs=outside.inputs)
        if resource is None:
            return State(id="")
        restore = self.subscription.redactor.restore
        return State(
            id=resource.id,
            outputs=restore(resource.outputs, outputs),
            inputs=restore(resource.inputs, inputs),
        )

    def invoke(self, token: str, arguments: Values, subscription: str = "") -> Values:
        subscription = subscription or self.subscription_id
        target = self.types.invoke(token)
        plain = reveal(arguments)
        if isinstance(target, Invoke):
            unknown = [name for name in plain if name not in target.arguments]
            missing = [name for name in target.required if plain.get(name) is None]
            if unknown or missing:
                problem = f"does not take {unknown[0]!r}" if unknown else f"needs {missing[0]!r}"
                raise NotModelledError(f"{token} {problem}")
            client = {"subscriptionId": subscription, "tenantId": self.tenant, **plain}
            return target.answer(self.subscription, client, f"/subscriptions/{subscription}")
        missing = [name for name in target.path_parameters if plain.get(name) is None]
        if missing:
            raise NotModelledError(f"{token} needs {missing[0]!r}")
        identifier = target.id(subscription, plain)
        resource = self.subscription.get(identifier)
        outside = self.subscription.external.find(identifier)
        if resource is None and outside:
            return {"id": outside.id, **outside.outputs}
        if resource is None:
            raise ArmError(404, "ResourceNotFound", f"The Resource '{identifier}' was not found.")
        return {"id": resource.id, **self.subscription.redactor.restore(resource.outputs, {})}

    # helpers

    def _request(self, identifier: str, inputs: Values) -> Request:
        return Request(
            id=identifier,
            inputs=reveal(inputs),
            subscription=self.subscription,
            existing=self.subscription.get(identifier),
            tenant=self.tenant,
        )

    def _outputs(self, spec: ResourceType, request: Request, inputs: Values) -> Values:
        shape = self.shapes.shape(spec.token)
        properties = shape.outputs["props"]
        standard: Values = {
            "name": request.name,
            "type": spec.spelling or spec.kind,
            "provisioningState": "Succeeded",
            "etag": f'W/"{identities.made_up("etag", request.id)}"',
            "azureApiVersion": shape.api_version,
        }
        if isinstance(request.inputs.get("identity"), dict):
            standard["identity"] = identities.of_resource(
                request.id, request.inputs["identity"], self.subscription, self.tenant
            )
        result: Values = without_secrets(outputs.echo(shape, inputs, published=spec.published_words))
        result |= {name: value for name, value in standard.items() if name in properties}
        result |= mark_secrets(spec.outputs(request), secrets_of(inputs))
        return filled(result, spec.defaults)

    def _preview(self, spec: ResourceType, inputs: Values, keep: Values | None = None) -> Values:
        """The inputs as outputs; what Azure sets is unknown, or the same as before in an update."""
        shape = self.shapes.shape(spec.token)
        echoed: Values = without_secrets(outputs.echo(shape, inputs, published=spec.published_words))
        if isinstance(echoed.get("identity"), dict):
            echoed["identity"] = {**echoed["identity"], "principalId": UNKNOWN, "tenantId": UNKNOWN}
            if (
                keep
                and known(keep.get("identity"))
                and keep.get("identity", {}).get("type") == echoed["identity"].get("type")
            ):
                echoed["identity"] = keep["identity"]
        name = inputs.get(spec.name_input) if spec.name_input else None
        if name is not None and "name" in shape.outputs["props"]:
            echoed["name"] = name
        return echoed if keep is not None else outputs.unknowns(shape, echoed)


def _operation_failed(state: State, verb: str) -> InitFailedError:
    message = f"The long-running {verb} of '{state.id}' ended in state Failed."
    return InitFailedError(state, f'Code="OperationFailed" Message="{message}"')
