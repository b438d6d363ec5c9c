"""Every operation that the API server knows, with its evidence. What is not here is answered 501."""

from __future__ import annotations

from collections.abc import Callable

from azsandbox.api_server.application import Application
from azsandbox.api_server.routing import Handler, Route, Surface
from azsandbox.arm.evidence import Claim, assumed, documented, specified
from azsandbox.ml_api.jobs.history import PREFIX as WORKSPACE

# What azure-ai-ml 1.35 asks for, and what pulumi-azure-native 3.29 speaks.
API_VERSIONS = frozenset(
    {
        "2022-02-01-preview",
        "2022-05-01",
        "2022-10-01",
        "2022-10-01-preview",
        "2023-02-01-preview",
        "2023-04-01",
        "2023-04-01-preview",
        "2023-06-01-preview",
        "2023-08-01-preview",
        "2023-10-01",
        "2024-01-01-preview",
        "2024-04-01-preview",
        "2024-10-01-preview",
        "2025-01-01-preview",
        "2025-12-01",
    }
)
_JOBS = f"{WORKSPACE}/jobs"
_ENDPOINT = f"{WORKSPACE}/onlineEndpoints/{{endpoint}}"
_DEPLOYMENT = f"{_ENDPOINT}/deployments/{{deployment}}"
_OPERATIONS = "/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/locations/{location}"
_HISTORY = f"/history/v1.0{WORKSPACE}"
_RUN = f"{_HISTORY}/runs/{{run}}"
_ANY = "/subscriptions/{id:path}"
_SCORE = "/endpoints/{guid}/{endpoint}/{rest:path}"
_READ = "as azure-ai-ml reads it"
_SAME = "any Azure ML type of this page and resource groups, through the same rules"


def _route(
    surface: Surface, operation: str, part: Callable[[Application], Handler], claim: Claim
) -> Route[Application]:
    method, _, path = operation.partition(" ")
    return Route(surface=surface, method=method, path=path, part=part, claim=claim)


_CLOUD = (
    _route(
        Surface.CLOUD,
        "GET /metadata/endpoints",
        lambda parts: parts.metadata,
        documented("the cloud's addresses, as ARM_CLOUD_METADATA_URL names them"),
    ),
    _route(
        Surface.CLOUD,
        "POST /{tenant}/oauth2/v2.0/token",
        lambda parts: parts.tokens.exchange,
        documented("a federated token becomes an access token for the asked audience"),
    ),
    _route(
        Surface.CLOUD,
        "GET /discovery",
        lambda parts: parts.workspaces.discovery,
        assumed("the addresses of Azure ML's services"),
    ),
)

_RUNS = (
    _route(
        Surface.ARM,
        f"PUT {_JOBS}/{{job}}",
        lambda parts: parts.jobs.put,
        documented("command and pipeline jobs run as local processes, two at a time, in dependency order"),
    ),
    _route(
        Surface.ARM,
        f"GET {_JOBS}/{{job}}",
        lambda parts: parts.jobs.get,
        specified("a job with status, outputs and services; a node without properties"),
    ),
    _route(
        Surface.ARM,
        f"GET {_JOBS}",
        lambda parts: parts.jobs.list,
        specified("submitted jobs, newest first"),
    ),
    _route(
        Surface.ARM,
        f"POST {_JOBS}/{{job}}/cancel",
        lambda parts: parts.jobs.cancel,
        specified("accepted at once; the job's processes are killed"),
    ),
    _route(
        Surface.DATA,
        f"GET {_RUN}/details",
        lambda parts: parts.history.details,
        assumed(f"status, error and links to logs, {_READ}"),
    ),
    _route(
        Surface.DATA,
        f"GET {_RUN}/children",
        lambda parts: parts.history.children,
        assumed(f"the nodes of a pipeline, {_READ}"),
    ),
    _route(Surface.DATA, f"GET {_RUN}", lambda parts: parts.history.get, assumed(f"one run, {_READ}")),
    _route(
        Surface.DATA,
        f"POST {_HISTORY}/rundata",
        lambda parts: parts.history.data,
        assumed(f"a run with its data outputs, {_READ}"),
    ),
    _route(
        Surface.DATA,
        f"PATCH {_HISTORY}/experiments/{{experiment}}/runs/{{run}}",
        lambda parts: parts.history.modify,
        assumed(f"tags, description, name shown, archived, {_READ}"),
    ),
    _route(
        Surface.DATA,
        f"POST /data/v1.0{WORKSPACE}/dataversion/batchGetResolvedUris",
        lambda parts: parts.history.resolve,
        assumed(f"the addresses of outputs, {_READ}"),
    ),
)

_SERVING = (
    _route(
        Surface.ARM,
        f"PUT {_DEPLOYMENT}",
        lambda parts: parts.endpoints.put,
        documented("succeeds when the inference server is healthy; else it fails with the end of its log"),
    ),
    _route(
        Surface.ARM,
        f"DELETE {_DEPLOYMENT}",
        lambda parts: parts.endpoints.delete,
        documented("refused while it has traffic"),
    ),
    _route(
        Surface.ARM,
        f"DELETE {_ENDPOINT}",
        lambda parts: parts.endpoints.delete_endpoint,
        specified("its deployments go with it"),
    ),
    _route(
        Surface.ARM,
        f"POST {_DEPLOYMENT}/getLogs",
        lambda parts: parts.endpoints.logs,
        specified("the end of the server's log"),
    ),
    _route(
        Surface.ARM,
        f"POST {_ENDPOINT}/listKeys",
        lambda parts: parts.endpoints.keys,
        specified("where it signs in by key"),
    ),
    _route(
        Surface.ARM,
        f"POST {_ENDPOINT}/token",
        lambda parts: parts.endpoints.token,
        specified("where it signs in by token"),
    ),
    *(
        _route(
            Surface.SCORE,
            f"{method} {_SCORE}",
            lambda parts: parts.scoring.serve,
            documented("by traffic or azureml-model-deployment; 404 where no deployment has a weight"),
        )
        for method in ("POST", "GET", "OPTIONS")
    ),
)

_GENERIC = (
    _route(
        Surface.ARM,
        f"GET {_OPERATIONS}/mfeOperationsStatus/{{operation}}",
        lambda parts: parts.operations.status,
        specified("the state of a long operation"),
    ),
    _route(
        Surface.ARM,
        f"GET {_OPERATIONS}/mfeOperationsResults/{{operation}}",
        lambda parts: parts.operations.result,
        specified("202 while it runs"),
    ),
    _route(
        Surface.ARM,
        f"GET {_ANY}",
        lambda parts: parts.arm.get,
        specified(f"{_SAME}; a path that ends in a type is a list"),
    ),
    _route(
        Surface.ARM,
        f"PUT {_ANY}",
        lambda parts: parts.arm.put,
        documented(f"{_SAME}; versions make their container, and keep their content"),
    ),
    _route(
        Surface.ARM,
        f"PATCH {_ANY}",
        lambda parts: parts.arm.patch,
        specified(f"{_SAME}, as a merge patch"),
    ),
    _route(
        Surface.ARM,
        f"DELETE {_ANY}",
        lambda parts: parts.arm.delete,
        specified(f"{_SAME}: locks, references, soft delete"),
    ),
)

ROUTES = (*_CLOUD, *_RUNS, *_SERVING, *_GENERIC)
"""In the order in which they are tried."""
