"""What Azure ML refuses about versions of data, models, environments and code.

Source: learn.microsoft.com, "CLI (v2) data|model|environment YAML schema", "Create and manage data assets",
"Manage Azure Machine Learning environments"; azure-ai-ml 1.35, `entities/_assets` (2026-12-01).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.machinelearningservices.rules import uris
from azsandbox.services.machinelearningservices.rules.commands import whole_number
from azsandbox.services.machinelearningservices.rules.reading import at, items, named, section, text

_MODEL_TYPES = frozenset({"custom_model", "mlflow_model", "triton_model"})
_STAGES = frozenset({"Development", "Production", "Archived"})
# the grammar of github.com/distribution/reference
_IMAGE = re.compile(
    r"((?P<host>[a-zA-Z0-9][a-zA-Z0-9.-]*(:\d+)?|\[[0-9a-fA-F:]+\])/)?"
    r"[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*"
    r"(:\w[\w.-]{0,127})?(@[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
_CONDA_KEYS = frozenset({"name", "channels", "dependencies", "prefix", "variables", "platforms"})


def environment_has_image_or_build(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if not isinstance(properties, dict):
        return
    image, build = properties.get("image"), properties.get("build")
    if image is None and build is None:
        yield Problem("properties.image", "is required, unless there is a build", code="required")
    elif image is not None and build is not None:
        yield Problem("properties.build", "excludes image: an environment has an image or a build, not both")
    if build is not None and properties.get("condaFile") is not None:
        yield Problem("properties.condaFile", "excludes build: install the packages in the Dockerfile")
    name = text(image)
    if name and not _IMAGE.fullmatch(name):
        yield Problem(
            "properties.image",
            f"{name!r} is not the name of an image: <registry>/<repository>:<tag>, without a scheme, the "
            "repository "
            "in lower case",
        )
    context = text(at(build, "contextUri"))
    if context and "github.com" not in context and not context.startswith("git"):
        yield from uris.problems(context, "properties.build.contextUri", assets=False)


def conda_file_is_an_environment(inputs: Values) -> Iterator[Problem]:
    content, path = text(at(inputs, "properties.condaFile")), "properties.condaFile"
    if content is None:
        return
    try:
        parsed = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError) as error:  # a date that does not exist, for one
        yield Problem(path, f"is not valid YAML: {' '.join(str(error).split()):.120}")
        return
    if not isinstance(parsed, dict):
        yield Problem(path, f"is {content!r:.60}, but must be the content of a conda file, with dependencies")
        return
    for name, _ in named(parsed):
        hint = suggestion(name, sorted(_CONDA_KEYS))
        if name not in _CONDA_KEYS:
            yield Problem(path, f"{name!r} is not a key of a conda file{hint}", warning=not hint)
    dependencies = parsed.get("dependencies")
    if dependencies is not None and not isinstance(dependencies, list):
        yield Problem(path, f"dependencies are {dependencies!r:.60}, but must be a list")
    for dependency in items(dependencies):
        if isinstance(dependency, dict) and not isinstance(dependency.get("pip", []), list):
            yield Problem(path, "the dependency 'pip' must be a list of packages")


def inference_routes_are_valid(inputs: Values) -> Iterator[Problem]:
    for name, route in named(section(inputs, "properties.inferenceConfig")):
        path = f"properties.inferenceConfig.{name}"
        yield from whole_number(section(route), path, "port", 1, 65535)
        address = text(section(route).get("path"))
        if address and not address.startswith("/"):
            yield Problem(f"{path}.path", f"{address!r} must start with /")


def data_has_an_address(inputs: Values) -> Iterator[Problem]:
    properties = section(inputs, "properties")
    uri, kind = text(properties.get("dataUri")), text(properties.get("dataType"))
    if uri is None:
        return
    yield from uris.problems(uri, "properties.dataUri", assets=False)
    if kind == "uri_file" and uri.endswith("/"):
        yield Problem("properties.dataUri", f"{uri!r:.80} is a folder, but the data is a uri_file")


def model_has_an_address(inputs: Values) -> Iterator[Problem]:
    properties = section(inputs, "properties")
    kind, uri = text(properties.get("modelType")), text(properties.get("modelUri"))
    if kind and kind not in _MODEL_TYPES:
        yield Problem(
            "properties.modelType",
            f"{kind!r} is none of {', '.join(sorted(_MODEL_TYPES))}{suggestion(kind, _MODEL_TYPES)}",
        )
    if properties and properties.get("modelUri") is None:
        yield Problem("properties.modelUri", "is required: where the files of the model are", code="required")
    if uri:
        yield from uris.problems(uri, "properties.modelUri", assets=False, runs=True)
    stage = text(properties.get("stage"))
    if stage and stage not in _STAGES:
        yield Problem("properties.stage", f"{stage!r} is none of {', '.join(sorted(_STAGES))}", warning=True)


def code_has_an_address(inputs: Values) -> Iterator[Problem]:
    uri = text(at(inputs, "properties.codeUri"))
    if uri:
        yield from uris.problems(uri, "properties.codeUri", assets=False)


def type_is_that_of_the_container(request: Request) -> None:
    """All versions of a data asset have one type: "Create and manage data assets"."""
    container = section(request.parent.inputs, "properties") if request.parent else {}
    expected, kind = text(container.get("dataType")), text(request.at("properties.dataType"))
    if expected and kind and expected != kind:
        raise ArmError(
            400,
            "UserError",
            f"properties.dataType of '{request.id}' is {kind}, but the data asset is of type {expected}: "
            "all its "
            "versions have the same type.",
        )
