"""The provider azure-native, signed in as the deployer of each stack."""

from __future__ import annotations

from collections.abc import Callable

from azsandbox.access import decisions, deployer, operations
from azsandbox.access.principals import Principal
from azsandbox.arm import external, registrations
from azsandbox.arm.catalogue import Types
from azsandbox.arm.model import Invoke
from azsandbox.arm.provider import AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.pulumi.provider.backend import State, Subject, Values
from azsandbox.schema.values import reveal

_CLIENT = "azure-native:authorization:getClientConfig"


class SignedInAzure(AzureNative):
    """Refuses what the deployer's roles do not allow; a preview sends no request, so it is not asked."""

    def __init__(
        self,
        subscription: Subscription,
        types: Types,
        externals: Callable[[str], external.Externals] = lambda _: external.NONE,
        conditions_of: registrations.ConditionsOf = registrations.no_conditions,
        *,
        deployers: Callable[[str], deployer.Setting] = lambda _: None,
    ) -> None:
        """One configured provider.

        Args:
            subscription: shared with others.
            types: what is modelled.
            externals: the resources outside of the program, by stack.
            conditions_of: what kind of subscription each one is.
            deployers: who deploys, as the stack's file declares it.
        """
        super().__init__(subscription, types, externals, conditions_of)
        self._deployers, self._deploying = deployers, ""

    def see(self, stack: str) -> None:
        super().see(stack)
        self._deploying = stack or self._deploying

    @property
    def principal(self) -> Principal:
        return deployer.resolve(self._deployers(self._deploying), self.subscription, self.subscription_id)

    def create(self, subject: Subject, inputs: Values) -> State:
        self.see(subject.stack)
        if not subject.preview:
            plain = reveal(inputs)
            identifier = self.types.get(subject.token).id(self.subscription_id, plain)
            self._require_write(identifier, plain)
        return super().create(subject, inputs)

    def update(self, subject: Subject, old: Values, new: Values, outputs: Values) -> Values:
        self.see(subject.stack)
        if not subject.preview:
            self._require_write(subject.id, reveal(new))
        return super().update(subject, old, new, outputs)

    def delete(self, subject: Subject, inputs: Values) -> None:
        self.see(subject.stack)
        self._require(operations.of_resource(subject.id, "delete"))
        super().delete(subject, inputs)

    def read(self, subject: Subject, inputs: Values, outputs: Values) -> State:
        self.see(subject.stack)
        self._require(operations.of_resource(subject.id, "read"))
        return super().read(subject, inputs, outputs)

    def invoke(self, token: str, arguments: Values, subscription: str = "") -> Values:
        subscription = subscription or self.subscription_id
        target, plain = self.types.invoke(token), reveal(arguments)
        if isinstance(target, Invoke):
            kind, verb = operations.FUNCTIONS.get(token.removeprefix("azure-native:"), ("", ""))
            spec = self.types.of_kind(kind) if kind else None
            if spec is not None and all(plain.get(name) for name in spec.path_parameters):
                scope = spec.id(subscription, plain)
                self._require(decisions.Need(action=f"{kind}/{verb}", scope=scope))
        elif all(plain.get(name) for name in target.path_parameters):
            self._require(operations.of_resource(target.id(subscription, plain), "read"))
        answer = super().invoke(token, arguments, subscription)
        if token == _CLIENT:
            who = self.principal
            return {**answer, "objectId": who.object_id, "clientId": who.client_id or answer["clientId"]}
        return answer

    def _require(self, need: decisions.Need) -> None:
        decisions.require(self.subscription, self.principal, [need])

    def _require_write(self, identifier: str, inputs: Values) -> None:
        need, principal = operations.of_resource(identifier, "write"), self.principal
        decisions.require(self.subscription, principal, [need])
        decisions.require_linked(self.subscription, principal, need, inputs)
