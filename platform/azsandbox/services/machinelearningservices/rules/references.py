"""How a request names assets, computes and datastores, and whether they exist in its workspace.

Source: the patterns of azure-ai-ml 1.35, `constants/_common.py`; learn.microsoft.com, "CLI (v2) core YAML
syntax" (2026-12-01). What a registry or another workspace holds is not known here and is assumed to exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.services.machinelearningservices.rules.reading import texts

_PROVIDER = "/providers/Microsoft.MachineLearningServices/workspaces/"
_ARM = re.compile(r"(?:azureml:)?(?P<id>/subscriptions/\S+)")
_LABEL = re.compile(r"azureml:(?P<name>[\w.-]+)@(?P<label>\w+)")
_VERSION = re.compile(r"azureml:(?P<name>[\w.-]+):(?P<version>[\w.-]+)")
_NAMED = re.compile(r"azureml:(?P<name>[\w.-]+)")
_URI = re.compile(
    r"azureml://(?:subscriptions/[^/]+/resource[gG]roups/[^/]+/(?:providers/[\w.]+/)?|locations/[^/]+/)?"
    r"(?:workspaces/(?P<workspace>[^/]+)/)?(?P<type>datastores|models|data|environments|components|codes)/"
    r"(?P<name>[^/]+)(?:/versions/(?P<version>[^/]+)|/labels/[^/]+|/paths(?:/.*)?)?/?"
)
_CURATED = "azureml-"  # environments of the registry azureml, which every workspace sees
_ANONYMOUS = "cliv2anonymous"
# created with every workspace: learn.microsoft.com, "Use datastores"
_DEFAULT_DATASTORES = frozenset(
    {"workspaceblobstore", "workspaceartifactstore", "workspacefilestore", "workspaceworkingdirectory"}
)
ASSETS = ("environments", "models", "data", "components", "codes")


def workspace_of(request: Request) -> str:
    """The id of the workspace that the resource is in."""
    head, separator, tail = request.id.partition("/workspaces/")
    return f"{head}{separator}{tail.partition('/')[0]}"


def resource_named(request: Request, reference: str, kind: str) -> Resource | None:
    """The resource that a reference names, where it is one of the workspace's; None for every other one."""
    parsed = _path_of(reference, kind)
    if parsed is None:
        return None
    identifier = parsed if parsed.startswith("/subscriptions/") else f"{workspace_of(request)}/{parsed}"
    return request.subscription.get(identifier)


def _path_of(reference: str, kind: str) -> str | None:
    """The ARM id, or the path below the workspace, of a reference with a version."""
    if match := _ARM.fullmatch(reference):
        return match["id"]
    if match := _VERSION.fullmatch(reference):
        return f"{kind}/{match['name']}/versions/{match['version']}"
    if (match := _URI.fullmatch(reference)) and match["version"]:
        return f"{match['type']}/{match['name']}/versions/{match['version']}"
    return None


def check_asset(request: Request, reference: str, kind: str, path: str) -> None:
    """A reference to an asset of that kind (`environments`) has a valid form, and the asset exists.

    Raises:
        ArmError: it has another form, is of another kind or workspace, or does not exist.
    """
    if reference.startswith("azureml://registries/"):
        _check_registry(request, reference, kind, path)
    elif match := _ARM.fullmatch(reference):
        _check_id(request, match["id"], kind, path)
    elif match := _VERSION.fullmatch(reference):
        _check_version(request, match["name"], match["version"], kind, path)
    elif match := _LABEL.fullmatch(reference):
        _check_container(request, match["name"], kind, path)
    elif match := _URI.fullmatch(reference):
        if match["type"] == kind and match["version"] and _is_own(request, match["workspace"]):
            _check_version(request, match["name"], match["version"], kind, path)
    elif not reference.startswith(("azureml://", "https://", "runs:/", "mlflow:")):
        raise ArmError(
            400,
            "UserError",
            f"{path} of '{request.id}' is '{reference}', which names nothing: use the ARM id of one of the "
            f"workspace's {kind}, or azureml:<name>:<version>.",
        )


def _check_registry(request: Request, reference: str, kind: str, path: str) -> None:
    part = reference.split("/")[4] if reference.count("/") >= 4 else kind  # noqa: PLR2004 - azureml://registries/r/<kind>
    if part != kind and part in ASSETS:
        raise _not_of_kind(request, reference, kind, path)


def _check_id(request: Request, identifier: str, kind: str, path: str) -> None:
    parsed = ids.parse(identifier)
    parts = parsed.kind.lower().split("/")
    if parts[0] != "microsoft.machinelearningservices" or parts[1:2] == ["registries"]:
        if parts[0] != "microsoft.machinelearningservices":
            raise _not_of_kind(request, identifier, kind, path)
        return
    if parts[2:3] != [kind] or len(parts) < 4:  # noqa: PLR2004 - provider/workspaces/<kind>/versions
        raise _not_of_kind(request, identifier, kind, path)
    if not ids.below(identifier, workspace_of(request)):
        raise ArmError(
            400,
            "UserError",
            f"{path} of '{request.id}' is '{identifier}', an asset of another workspace: register it in this "
            "workspace, or share it through a registry.",
        )
    if parts[3] == "labels":
        _check_container(request, parsed.names[1], kind, path)
    elif request.subscription.get(identifier) is None:
        raise _missing(request, identifier, path)


def _not_of_kind(request: Request, reference: str, kind: str, path: str) -> ArmError:
    noun = {"data": "a data asset", "codes": "a code asset"}.get(kind) or _with_article(
        kind.removesuffix("s")
    )
    return ArmError(
        400, "UserError", f"'{reference}' in {path} of '{request.id}' is not {noun} with a version."
    )


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _missing(request: Request, reference: str, path: str) -> ArmError:
    return ArmError(
        404,
        "UserError",
        f"'{reference}' in {path} of '{request.id}' was not found in the workspace: create that version "
        "first.",
    )


def _check_version(request: Request, name: str, version: str, kind: str, path: str) -> None:
    if name.lower().startswith((_CURATED, _ANONYMOUS)):
        return
    identifier = f"{workspace_of(request)}/{kind}/{name}/versions/{version}"
    if request.subscription.get(identifier) is None:
        raise ArmError(
            404,
            "UserError",
            f"Asset 'azureml:{name}:{version}' in {path} of '{request.id}' was not found among the "
            f"workspace's {kind}.",
        )


def _check_container(request: Request, name: str, kind: str, path: str) -> None:
    if name.lower().startswith(_CURATED):
        return
    if request.subscription.get(f"{workspace_of(request)}/{kind}/{name}") is None:
        raise _missing(request, f"{kind}/{name}", path)


def _is_own(request: Request, workspace: str | None) -> bool:
    """Whether a URI's workspace is the request's; it is named by name or by its GUID, or not at all."""
    if workspace is None:
        return True
    resource = request.subscription.get(workspace_of(request))
    guid = str(resource.outputs.get("workspaceId", "")) if resource else ""
    return workspace.lower() in {ids.parse(workspace_of(request)).name.lower(), guid.lower()}


def check_compute(request: Request, reference: str, path: str) -> Resource | None:
    """A reference to a compute names one of the workspace; answers it.

    Raises:
        ArmError: it names something else, or a compute that does not exist.
    """
    match = _ARM.fullmatch(reference)
    named = _NAMED.fullmatch(reference)
    if match:
        identifier = match["id"]
        if "/virtualclusters/" in identifier.lower():
            return None
        if ids.parse(identifier).kind.lower() != "microsoft.machinelearningservices/workspaces/computes":
            raise ArmError(400, "UserError", f"'{identifier}' in '{request.id}' is not a compute.")
        if not ids.below(identifier, workspace_of(request)):
            raise ArmError(
                400,
                "UserError",
                f"{path} of '{request.id}' is '{identifier}', a compute of another workspace.",
            )
    elif named:
        identifier = f"{workspace_of(request)}/computes/{named['name']}"
        if named["name"].lower() in {"serverless", "local"}:
            return None
    else:
        return None
    compute = request.subscription.get(identifier)
    if compute is None:
        raise ArmError(404, "UserError", f"Compute '{identifier}' in {path} of '{request.id}' was not found.")
    return compute


def datastores_exist(request: Request) -> None:
    """Every `azureml://…/datastores/<name>/paths/…` among the inputs names a datastore of the workspace."""
    for path, content in _uris(request):
        match = _URI.fullmatch(content)
        if match is None or match["type"] != "datastores" or not _is_own(request, match["workspace"]):
            continue
        name = match["name"]
        if "${{" in name or name.lower() in _DEFAULT_DATASTORES:
            continue
        if request.subscription.get(f"{workspace_of(request)}/datastores/{name}") is None:
            raise ArmError(
                404,
                "UserError",
                f"Datastore '{name}' in {path} of '{request.id}' was not found in the workspace: create it "
                "first.",
            )


def _uris(request: Request) -> Iterator[tuple[str, str]]:
    for path, content in texts(request.inputs):
        if content.startswith("azureml://") and "${{" not in content:
            yield path, content


def asset_references_exist(request: Request) -> None:
    """`azureml:` references anywhere inside a component's spec or a job."""
    for path, content in texts(request.inputs):
        kind = _KINDS.get(path.rpartition(".")[2])
        if kind and content.startswith(("azureml:", "/subscriptions/")):
            check_asset(request, content, kind, path)
        elif match := _ARM.fullmatch(content) if content.startswith("azureml:/") else None:
            if request.subscription.get(match["id"]) is None and "/labels/" not in content:
                raise _missing(request, content, path)
        elif match := _VERSION.fullmatch(content):
            _check_any(request, match, content, path)
    datastores_exist(request)


_KINDS = {
    "environment": "environments",
    "environmentId": "environments",
    "code": "codes",
    "codeId": "codes",
    "component": "components",
    "componentId": "components",
    "trial": "components",
}


def _check_any(request: Request, match: re.Match[str], content: str, path: str) -> None:
    """An asset of any kind: data and models are inputs of jobs."""
    if match["name"].lower().startswith((_CURATED, _ANONYMOUS)):
        return
    workspace = workspace_of(request)
    if all(
        request.subscription.get(f"{workspace}/{kind}/{match['name']}/versions/{match['version']}") is None
        for kind in ASSETS
    ):
        raise ArmError(
            404, "UserError", f"Asset '{content}' in {path} of '{request.id}' was not found in the workspace."
        )
