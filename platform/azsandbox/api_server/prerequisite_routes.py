"""The operations that say what a deployment needs beforehand, with their evidence."""

from __future__ import annotations

from collections.abc import Callable

from azsandbox.api_server.application import Application
from azsandbox.api_server.routing import Handler, Route, Surface
from azsandbox.arm.evidence import Claim, documented, specified

_PROVIDERS = "/subscriptions/{subscription}/providers"
_FEATURE = f"{_PROVIDERS}/Microsoft.Features/providers/{{namespace}}/features/{{feature}}"
_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"


def _route(operation: str, handler: Callable[[Application], Handler], claim: Claim) -> Route[Application]:
    method, _, path = operation.partition(" ")
    return Route(surface=Surface.ARM, method=method, path=path, handler=handler, claim=claim)


PREREQUISITES = (
    _route(
        f"GET {_PROVIDERS}",
        lambda application: application.registration.providers,
        specified(
            "every namespace with its types and API versions; registered, unless the subscription is fresh"
        ),
    ),
    _route(
        f"POST {_PROVIDERS}/{{namespace}}/register",
        lambda application: application.registration.register_provider,
        documented("answered as Registering, and complete with the next request"),
    ),
    _route(
        f"GET {_FEATURE}",
        lambda application: application.registration.feature,
        specified("registered, unless the subscription is fresh; an unknown feature is refused"),
    ),
    _route(
        f"POST {_FEATURE}/register",
        lambda application: application.registration.register_feature,
        documented("answered as Registering, and complete with the next request"),
    ),
    *(
        _route(
            f"GET {scope}/providers/Microsoft.Authorization/permissions",
            lambda application: application.rights.permissions,
            specified("the permissions of the caller's roles; Owner, unless a condition names others"),
        )
        for scope in ("/subscriptions/{subscription}", _GROUP)
    ),
    _route(
        f"GET {_PROVIDERS}/Microsoft.Compute/locations/{{location}}/usages",
        lambda application: application.stock.usages,
        specified("quota of vCPUs by family; ample, unless a condition says how much"),
    ),
    _route(
        f"GET {_PROVIDERS}/Microsoft.Compute/skus",
        lambda application: application.stock.skus,
        specified(
            "VM sizes of a region with zones and restrictions; none restricted, unless a condition does"
        ),
    ),
    _route(
        f"GET {_PROVIDERS}/Microsoft.ContainerService/locations/{{location}}/kubernetesVersions",
        lambda application: application.stock.kubernetes_versions,
        documented("the versions that AKS supports today, by its calendar"),
    ),
    _route(
        f"POST {_PROVIDERS}/{{namespace}}/checkNameAvailability",
        lambda application: application.free_names.check,
        specified("storage accounts, vaults, registries, namespaces of Event Hubs"),
    ),
    _route(
        f"GET {_PROVIDERS}/Microsoft.KeyVault/deletedVaults",
        lambda application: application.free_names.deleted_vaults,
        specified("soft-deleted vaults"),
    ),
    _route(
        f"GET {_PROVIDERS}/{{namespace}}",
        lambda application: application.registration.provider,
        specified("one namespace; an unknown one is refused"),
    ),
)
