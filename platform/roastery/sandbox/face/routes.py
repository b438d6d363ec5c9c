"""Every operation that the face knows, with its evidence. What is not here is answered 501."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from roastery.sandbox.arm.evidence import Claim, assumed, documented, specified
from roastery.sandbox.face.jobs.history import PREFIX
from roastery.sandbox.face.routing import Handler, Route, Surface

if TYPE_CHECKING:
    from roastery.sandbox.face.face import Face

_JOBS: Final = f"{PREFIX}/jobs"
_ENDPOINT: Final = f"{PREFIX}/onlineEndpoints/{{endpoint}}"
_DEPLOYMENT: Final = f"{_ENDPOINT}/deployments/{{deployment}}"
_OPERATIONS: Final = (
    "/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/locations/{location}"
)
_HISTORY: Final = f"/history/v1.0{PREFIX}"
_RUN: Final = f"{_HISTORY}/runs/{{run}}"


def routes(face: Face) -> Iterator[Route]:
    """In the order in which they are tried."""
    yield from _cloud(face)
    yield from _jobs(face)
    yield from _history(face)
    yield from _endpoints(face)
    yield from _generic(face)


def _cloud(face: Face) -> Iterator[Route]:
    yield _route(
        Surface.CLOUD, "GET", "/metadata/endpoints", face.metadata,
        documented("the cloud's addresses, as ARM_CLOUD_METADATA_URL names them"),
    )  # fmt: skip
    yield _route(
        Surface.CLOUD, "POST", "/{tenant}/oauth2/v2.0/token", face.tokens.exchange,
        documented("a federated token becomes an access token for the asked audience"),
    )  # fmt: skip
    yield _route(
        Surface.CLOUD, "GET", "/discovery", face.workspaces.discovery,
        assumed("the addresses of Azure ML's services"),
    )  # fmt: skip


def _jobs(face: Face) -> Iterator[Route]:
    jobs, arm = face.jobs, Surface.ARM
    what = "command and pipeline jobs run as local processes, two at a time, in dependency order"
    yield _route(arm, "PUT", f"{_JOBS}/{{job}}", jobs.put, documented(what))
    yield _route(
        arm, "GET", f"{_JOBS}/{{job}}", jobs.get,
        specified("a job with status, outputs and services; a node without properties"),
    )  # fmt: skip
    yield _route(arm, "GET", _JOBS, jobs.list, specified("submitted jobs, newest first"))
    yield _route(
        arm, "POST", f"{_JOBS}/{{job}}/cancel", jobs.cancel,
        specified("accepted at once; the job's processes are killed"),
    )  # fmt: skip


def _history(face: Face) -> Iterator[Route]:
    history, data = face.history, Surface.DATA
    sdk = "as azure-ai-ml reads it"
    yield _route(
        data, "GET", f"{_RUN}/details", history.details, assumed(f"status, error and links to logs, {sdk}")
    )
    yield _route(
        data, "GET", f"{_RUN}/children", history.children, assumed(f"the nodes of a pipeline, {sdk}")
    )
    yield _route(data, "GET", _RUN, history.get, assumed(f"one run, {sdk}"))
    yield _route(data, "POST", f"{_HISTORY}/rundata", history.data, assumed(f"a run with its outputs, {sdk}"))
    yield _route(
        data, "PATCH", f"{_HISTORY}/experiments/{{experiment}}/runs/{{run}}", history.modify,
        assumed(f"tags, description, archived, {sdk}"),
    )  # fmt: skip
    yield _route(
        data, "POST", f"/data/v1.0{PREFIX}/dataversion/batchGetResolvedUris", history.resolve,
        assumed(f"the addresses of outputs, {sdk}"),
    )  # fmt: skip


def _endpoints(face: Face) -> Iterator[Route]:
    endpoints, arm = face.endpoints, Surface.ARM
    yield _route(
        arm, "PUT", _DEPLOYMENT, endpoints.put,
        documented("succeeds when the inference server is healthy; else it fails with the end of its log"),
    )  # fmt: skip
    yield _route(arm, "DELETE", _DEPLOYMENT, endpoints.delete, documented("refused while it has traffic"))
    yield _route(arm, "DELETE", _ENDPOINT, endpoints.delete_endpoint, specified("its deployments go with it"))
    yield _route(
        arm, "POST", f"{_DEPLOYMENT}/getLogs", endpoints.logs, specified("the end of the server's log")
    )
    yield _route(arm, "POST", f"{_ENDPOINT}/listKeys", endpoints.keys, specified("where it signs in by key"))
    yield _route(arm, "POST", f"{_ENDPOINT}/token", endpoints.token, specified("where it signs in by token"))
    for method in ("POST", "GET", "OPTIONS"):
        yield _route(
            Surface.SCORE, method, "/endpoints/{guid}/{endpoint}/{rest:path}", face.scoring.serve,
            documented("by traffic or azureml-model-deployment; 404 where no deployment has a weight"),
        )  # fmt: skip


def _generic(face: Face) -> Iterator[Route]:
    arm = Surface.ARM
    yield _route(
        arm, "GET", f"{_OPERATIONS}/mfeOperationsStatus/{{operation}}", face.operations.status,
        specified("the state of a long operation"),
    )  # fmt: skip
    yield _route(
        arm, "GET", f"{_OPERATIONS}/mfeOperationsResults/{{operation}}", face.operations.result,
        specified("202 while it runs"),
    )  # fmt: skip
    path = "/subscriptions/{id:path}"
    shared = "any type of this page, through the same rules"
    yield _route(arm, "GET", path, face.arm.get, specified(f"{shared}; a path that ends in a type is a list"))
    versions = "versions make their container, keep their content, and repeat the same answer"
    yield _route(arm, "PUT", path, face.arm.put, documented(f"{shared}; {versions}"))
    yield _route(arm, "PATCH", path, face.arm.patch, specified(f"{shared}, as a merge patch"))
    yield _route(arm, "DELETE", path, face.arm.delete, specified(f"{shared}: locks, references, soft delete"))


def _route(surface: Surface, method: str, path: str, handler: Handler, claim: Claim) -> Route:
    return Route(surface=surface, method=method, path=path, handler=handler, claim=claim)
