"""Every operation of the API server, with its evidence. Any other request is answered 501."""

from __future__ import annotations

from collections.abc import Callable

from azsandbox.api_server.application import Application
from azsandbox.api_server.prerequisite_routes import PREREQUISITES
from azsandbox.api_server.routing import Handler, Route, Surface
from azsandbox.arm.evidence import Claim, assumed, documented, specified
from azsandbox.ml_api.jobs.history import PREFIX as WORKSPACE

_JOBS = f"{WORKSPACE}/jobs"
_ENDPOINT = f"{WORKSPACE}/onlineEndpoints/{{endpoint}}"
_DEPLOYMENT = f"{_ENDPOINT}/deployments/{{deployment}}"
_OPERATIONS = "/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/locations/{location}"
_HISTORY = f"/history/v1.0{WORKSPACE}"
_RUN = f"{_HISTORY}/runs/{{run}}"
_RESULTS = "/subscriptions/{subscription}/providers/{namespace}/locations/{location}"
_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"
_REGISTRY = f"{_GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registry}}"
_ANY = "/subscriptions/{id:path}"
_SCORE = "/endpoints/{guid}/{endpoint}/{rest:path}"
_READ = "as azure-ai-ml reads it"
_SAME = "any type of this page, in any published api-version, under the same rules"


def _route(
    surface: Surface, operation: str, handler: Callable[[Application], Handler], claim: Claim
) -> Route[Application]:
    method, _, path = operation.partition(" ")
    return Route(surface=surface, method=method, path=path, handler=handler, claim=claim)


_CLOUD = (
    _route(
        Surface.CLOUD,
        "GET /metadata/endpoints",
        lambda application: application.metadata,
        documented("the cloud's addresses, as ARM_CLOUD_METADATA_URL names them"),
    ),
    _route(
        Surface.CLOUD,
        "POST /{tenant}/oauth2/v2.0/token",
        lambda application: application.sign_in.exchange,
        documented(
            "a federated token is exchanged for an access token, if a federated credential of the identity "
            "names its issuer, subject and audience"
        ),
    ),
    _route(
        Surface.CLOUD,
        "GET /msi/token",
        lambda application: application.sign_in.managed_identity,
        assumed("the token of a job's or a deployment's identity, as azure-identity asks for it"),
    ),
    _route(
        Surface.CLOUD,
        "GET /{tenant}/v2.0/.well-known/openid-configuration",
        lambda application: application.openid,
        documented("Entra's discovery document, as MSAL reads it"),
    ),
    _route(
        Surface.CLOUD,
        "GET /common/discovery/instance",
        lambda application: application.instances,
        documented("Entra's instance discovery, as MSAL for Go reads it"),
    ),
    _route(
        Surface.CLOUD,
        "GET /discovery",
        lambda application: application.workspaces.discovery,
        assumed("the addresses of Azure ML's services"),
    ),
)

_RUNS = (
    _route(
        Surface.ARM,
        f"PUT {_JOBS}/{{job}}",
        lambda application: application.jobs.put,
        documented("command and pipeline jobs run as local processes, two at a time, in dependency order"),
    ),
    _route(
        Surface.ARM,
        f"GET {_JOBS}/{{job}}",
        lambda application: application.jobs.get,
        specified("a job with status, outputs and services; a node without properties"),
    ),
    _route(
        Surface.ARM,
        f"GET {_JOBS}",
        lambda application: application.jobs.list,
        specified("submitted jobs, newest first"),
    ),
    _route(
        Surface.ARM,
        f"POST {_JOBS}/{{job}}/cancel",
        lambda application: application.jobs.cancel,
        specified("accepted at once; the job's processes are killed"),
    ),
    _route(
        Surface.DATA,
        f"GET {_RUN}/details",
        lambda application: application.history.details,
        assumed(f"status, error and links to logs, {_READ}"),
    ),
    _route(
        Surface.DATA,
        f"GET {_RUN}/children",
        lambda application: application.history.children,
        assumed(f"the nodes of a pipeline, {_READ}"),
    ),
    _route(
        Surface.DATA, f"GET {_RUN}", lambda application: application.history.get, assumed(f"one run, {_READ}")
    ),
    _route(
        Surface.DATA,
        f"POST {_HISTORY}/rundata",
        lambda application: application.history.data,
        assumed(f"a run with its data outputs, {_READ}"),
    ),
    _route(
        Surface.DATA,
        f"PATCH {_HISTORY}/experiments/{{experiment}}/runs/{{run}}",
        lambda application: application.history.modify,
        assumed(f"tags, description, display name, archived, {_READ}"),
    ),
    _route(
        Surface.DATA,
        f"POST /data/v1.0{WORKSPACE}/dataversion/batchGetResolvedUris",
        lambda application: application.history.resolve,
        assumed(f"the addresses of outputs, {_READ}"),
    ),
)

_SERVING = (
    _route(
        Surface.ARM,
        f"PUT {_DEPLOYMENT}",
        lambda application: application.endpoints.put,
        documented(
            "succeeds when the inference server is healthy; otherwise it fails with the end of its log"
        ),
    ),
    _route(
        Surface.ARM,
        f"DELETE {_DEPLOYMENT}",
        lambda application: application.endpoints.delete,
        documented("refused while it has traffic"),
    ),
    _route(
        Surface.ARM,
        f"DELETE {_ENDPOINT}",
        lambda application: application.endpoints.delete_endpoint,
        specified("deletes its deployments too"),
    ),
    _route(
        Surface.ARM,
        f"POST {_DEPLOYMENT}/getLogs",
        lambda application: application.endpoints.logs,
        specified("the end of the server's log"),
    ),
    _route(
        Surface.ARM,
        f"POST {_ENDPOINT}/listKeys",
        lambda application: application.endpoints.keys,
        specified("for endpoints with key authentication"),
    ),
    _route(
        Surface.ARM,
        f"POST {_ENDPOINT}/token",
        lambda application: application.endpoints.token,
        specified("for endpoints with token authentication"),
    ),
    *(
        _route(
            Surface.SCORE,
            f"{method} {_SCORE}",
            lambda application: application.scoring.serve,
            documented("routed by traffic or azureml-model-deployment; 404 if no deployment has traffic"),
        )
        for method in ("POST", "GET", "OPTIONS")
    ),
)

_ACCOUNT = (
    _route(
        Surface.ARM,
        "GET /tenants",
        lambda application: application.account.tenants,
        specified("the sandbox's tenant"),
    ),
    _route(
        Surface.ARM,
        "GET /subscriptions",
        lambda application: application.account.subscriptions,
        specified("the subscriptions that have resources, and the default one"),
    ),
    _route(
        Surface.ARM,
        "GET /subscriptions/{subscription}",
        lambda application: application.account.subscription,
        specified("any subscription: all are enabled"),
    ),
    *(
        _route(
            Surface.ARM,
            f"GET {scope}/resources",
            lambda application: application.account.resources,
            specified("top-level resources; filters by type, group, name and location"),
        )
        for scope in ("/subscriptions/{subscription}", "/subscriptions/{subscription}/resourceGroups/{group}")
    ),
)

_REGISTRIES = (
    _route(
        Surface.ARM,
        f"POST {_REGISTRY}/importImage",
        lambda application: application.imports.post,
        documented("from another registry of the sandbox; refused where that one has exports disabled"),
    ),
)

_GENERIC = (
    _route(
        Surface.ARM,
        f"GET {_OPERATIONS}/mfeOperationsStatus/{{operation}}",
        lambda application: application.operations.status,
        specified("the state of a long-running operation"),
    ),
    _route(
        Surface.ARM,
        f"GET {_OPERATIONS}/mfeOperationsResults/{{operation}}",
        lambda application: application.operations.result,
        specified("202 while it runs"),
    ),
    _route(
        Surface.ARM,
        f"GET {_RESULTS}/operationStatuses/{{operation}}",
        lambda application: application.operations.status,
        specified("the state of a long-running operation of another service"),
    ),
    _route(
        Surface.ARM,
        f"GET {_RESULTS}/operationResults/{{operation}}",
        lambda application: application.operations.result,
        specified("the resource that the operation wrote"),
    ),
    _route(
        Surface.ARM,
        f"HEAD {_ANY}",
        lambda application: application.arm.head,
        documented("204 if the resource exists, else 404"),
    ),
    _route(
        Surface.ARM,
        f"GET {_ANY}",
        lambda application: application.arm.get,
        specified(f"{_SAME}; a path that ends in a type is a list"),
    ),
    _route(
        Surface.ARM,
        f"POST {_ANY}",
        lambda application: application.actions.post,
        specified("listKeys, listCredentials and the like, with the answers of the provider's functions"),
    ),
    _route(
        Surface.ARM,
        f"PUT {_ANY}",
        lambda application: application.arm.put,
        documented(f"{_SAME}; a version creates its container, and its content is immutable"),
    ),
    _route(
        Surface.ARM,
        f"PATCH {_ANY}",
        lambda application: application.arm.patch,
        specified(f"{_SAME}, as a merge patch, where the official client has a PATCH"),
    ),
    _route(
        Surface.ARM,
        f"DELETE {_ANY}",
        lambda application: application.arm.delete,
        specified(f"{_SAME}: locks, references, soft delete"),
    ),
)

ROUTES = (*_CLOUD, *_RUNS, *_SERVING, *_ACCOUNT, *PREREQUISITES, *_REGISTRIES, *_GENERIC)
"""In the order in which they are tried."""
