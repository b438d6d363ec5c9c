"""What Azure ML refuses about components, environments and code, and about references to assets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.model import Request, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem

_ASSET_REFERENCE = re.compile(
    r"azureml:(?P<id>/subscriptions/\S+)|azureml:(?P<name>[\w.-]+):(?P<version>[\w.-]+)|azureml:(?P<label>[\w.-]+)@latest"
)
_SPEC = "properties.componentSpec"
_REQUIRED = ("name", "version", "type")
_REQUIRED_FOR_COMMAND = ("command", "environment")


def component_spec_is_complete(inputs: Values) -> Iterator[Problem]:
    """The SDK leaves `componentSpec` untyped: the component's own schema says what it holds."""
    properties = inputs.get("properties")
    spec = properties.get("componentSpec") if isinstance(properties, dict) else None
    if not isinstance(spec, dict):
        yield Problem(_SPEC, "is required: the component's YAML as an object", code="required")
        return
    for name in _REQUIRED:
        if spec.get(name) is None:
            yield Problem(f"{_SPEC}.{name}", "is required", code="required")
    if spec.get("type") == "command":
        for name in _REQUIRED_FOR_COMMAND:
            if spec.get(name) is None:
                yield Problem(f"{_SPEC}.{name}", "is required for a command", code="required")
        if isinstance(spec.get("command"), str):
            yield from _placeholders_are_declared(spec["command"], spec)
    for name in ("name", "version"):
        in_spec, of_resource = spec.get(name), inputs.get(name)
        if isinstance(in_spec, str) and isinstance(of_resource, str) and in_spec != of_resource:
            yield Problem(f"{_SPEC}.{name}", f"is {in_spec!r}, but the resource's {name} is {of_resource!r}")


def _placeholders_are_declared(command: str, spec: Values) -> Iterator[Problem]:
    for kind, name in re.findall(r"\$\{\{\s*(inputs|outputs)\.(\w+)\s*\}\}", command):
        declared = spec.get(kind)
        if not isinstance(declared, dict) or name not in declared:
            yield Problem(f"{_SPEC}.command", f"uses ${{{{{kind}.{name}}}}}, which {kind} does not declare")


def environment_has_image_or_build(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if isinstance(properties, dict) and properties.get("image") is None and properties.get("build") is None:
        yield Problem("properties.image", "is required, unless there is a build", code="required")


def code_upload_needs_shared_keys(_: Values) -> Iterator[Problem]:
    yield Problem(
        "", "uploads code with the account key, which fails where shared keys are disabled", warning=True
    )


def asset_references_exist(request: Request) -> None:
    """`azureml:` references inside a component's spec or a schedule's job."""
    head, _, tail = request.id.partition("/workspaces/")
    workspace = f"{head}/workspaces/{tail.partition('/')[0]}"
    for text in _texts(request.inputs):
        match = _ASSET_REFERENCE.fullmatch(text)
        if match and match["id"] and request.subscription.get(match["id"]) is None:
            raise ArmError(404, "UserError", f"'{text}' in '{request.id}' was not found.")
        if match and match["name"]:
            suffix = f"/{match['name']}/versions/{match['version']}".lower()
            assets = request.subscription.below(workspace)
            if not any(ids.key(asset.id).endswith(suffix) for asset in assets):
                raise ArmError(
                    404, "UserError", f"Asset '{text}' in '{request.id}' was not found in the workspace."
                )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
