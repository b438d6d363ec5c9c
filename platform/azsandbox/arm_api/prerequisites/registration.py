"""Resource providers and features: their state, and their registration."""

from __future__ import annotations

from azsandbox.arm import registrations
from azsandbox.arm.registrations import REGISTERED, REGISTERING, ConditionsOf
from azsandbox.arm_api.published.table import shared
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError

_FEATURES = (registrations.ENCRYPTION_AT_HOST,)


class Registration:
    """The registrations of every subscription."""

    def __init__(self, resources: Resources, conditions_of: ConditionsOf) -> None:
        self._resources = resources
        self._conditions_of = conditions_of

    def providers(self, call: Call) -> Answer:
        """Every namespace with its state, its types and its API versions."""
        self._resources.inject("read", call.path)
        return Answer(
            200, {"value": [self._provider(call, name) for name in sorted(shared().spellings.values())]}
        )

    def provider(self, call: Call) -> Answer:
        self._resources.inject("read", call.path)
        return Answer(200, self._provider(call, _namespace(call)))

    def register_provider(self, call: Call) -> Answer:
        namespace = _namespace(call)
        before = self._provider(call, namespace)
        subscription_id = call.path_parameters["subscription"]
        registrations.register_provider(self._resources.subscription, subscription_id, namespace)
        state = before["registrationState"]
        return Answer(
            200, {**before, "registrationState": REGISTERED if state == REGISTERED else REGISTERING}
        )

    def feature(self, call: Call) -> Answer:
        self._resources.inject("read", call.path)
        return Answer(200, self._feature(call))

    def register_feature(self, call: Call) -> Answer:
        before = self._feature(call)
        subscription_id = call.path_parameters["subscription"]
        registrations.register_feature(self._resources.subscription, subscription_id, _feature_name(call))
        if before["properties"]["state"] == REGISTERED:
            return Answer(200, before)
        return Answer(200, {**before, "properties": {"state": REGISTERING}})

    def _feature(self, call: Call) -> Values:
        subscription_id, name = call.path_parameters["subscription"], _feature_name(call)
        namespace, _, feature = name.partition("/")
        state = registrations.feature_state(
            self._resources.subscription, subscription_id, name, self._conditions_of(subscription_id)
        )
        return {
            "id": f"/subscriptions/{subscription_id}/providers/Microsoft.Features/providers/{namespace}"
            f"/features/{feature}",
            "name": name,
            "type": "Microsoft.Features/providers/features",
            "properties": {"state": state},
        }

    def _provider(self, call: Call, namespace: str) -> Values:
        subscription_id = call.path_parameters["subscription"]
        state = registrations.provider_state(
            self._resources.subscription, subscription_id, namespace, self._conditions_of(subscription_id)
        )
        default = namespace.lower() in registrations.BY_DEFAULT
        return {
            "id": f"/subscriptions/{subscription_id}/providers/{namespace}",
            "namespace": namespace,
            "registrationPolicy": "RegistrationFree" if default else "RegistrationRequired",
            "registrationState": state,
            "resourceTypes": _types(namespace),
        }


def _types(namespace: str) -> list[Values]:
    prefix = f"{namespace.lower()}/"
    return [
        {
            "resourceType": kind.removeprefix(prefix),
            "apiVersions": sorted(versions, reverse=True),
            "locations": [],
        }
        for kind, versions in shared().versions.items()
        if kind.startswith(prefix)
    ]


def _namespace(call: Call) -> str:
    namespace = call.path_parameters["namespace"]
    if namespace.lower() not in shared().namespaces:
        raise ArmError(404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.")
    return shared().spellings.get(namespace.lower(), namespace)


def _feature_name(call: Call) -> str:
    """The feature in Azure's own spelling; ARM refuses a name that nobody knows."""
    name = f"{_namespace(call)}/{call.path_parameters['feature']}"
    for known in _FEATURES:
        if known.lower() == name.lower():
            return known
    raise ArmError(
        404, "FeatureNotFound", f"The feature '{call.path_parameters['feature']}' could not be found."
    )
