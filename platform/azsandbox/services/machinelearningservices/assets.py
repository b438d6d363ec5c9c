"""Data, components, environments, models, code in immutable versions; schedules and jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm import ids
from azsandbox.arm.evidence import assumed, documented, specified
from azsandbox.arm.model import Early, NameRule, Request, ResourceType, Rule, Values
from azsandbox.errors import ArmError
from azsandbox.schema.validate import Problem
from azsandbox.services.machinelearningservices import schedules
from azsandbox.services.machinelearningservices.workspaces import WORKSPACE

_NAME = NameRule(r"[a-zA-Z0-9][\w.-]{0,254}", "1 to 255 letters, digits, _ . -")
_VERSION = NameRule(r"[a-zA-Z0-9][\w.-]{0,29}", "1 to 30 letters, digits, _ . -")
_ASSET = re.compile(
    r"azureml:(?P<id>/subscriptions/\S+)|azureml:(?P<name>[\w.-]+):(?P<version>[\w.-]+)|azureml:(?P<label>[\w.-]+)@latest"
)
SPEC_REQUIRED = ("name", "version", "type")


def component_is_whole(inputs: Values) -> Iterator[Problem]:
    """`componentSpec` is untyped to the SDK: the component's own schema says what it holds."""
    properties = inputs.get("properties")
    spec = properties.get("componentSpec") if isinstance(properties, dict) else None
    if not isinstance(spec, dict):
        yield Problem(
            "properties.componentSpec", "is required: the component's YAML as an object", code="required"
        )
        return
    for name in SPEC_REQUIRED:
        if spec.get(name) is None:
            yield Problem(f"properties.componentSpec.{name}", "is required", code="required")
    if spec.get("type") == "command":
        for name in ("command", "environment"):
            if spec.get(name) is None:
                yield Problem(
                    f"properties.componentSpec.{name}", "is required for a command", code="required"
                )
        command = spec.get("command")
        if isinstance(command, str):
            yield from _placeholders(command, spec)
    for here, there in (("name", "name"), ("version", "version")):
        said, own = spec.get(here), inputs.get(there)
        if isinstance(said, str) and isinstance(own, str) and said != own:
            yield Problem(f"properties.componentSpec.{here}", f"is {said!r}, but the resource says {own!r}")


def _placeholders(command: str, spec: Values) -> Iterator[Problem]:
    for kind, name in re.findall(r"\$\{\{\s*(inputs|outputs)\.(\w+)\s*\}\}", command):
        declared = spec.get(kind)
        if not isinstance(declared, dict) or name not in declared:
            yield Problem(
                "properties.componentSpec.command",
                f"uses ${{{{{kind}.{name}}}}}, which {kind} does not declare",
            )


def environment_has_image(inputs: Values) -> Iterator[Problem]:
    properties = inputs.get("properties")
    if isinstance(properties, dict) and properties.get("image") is None and properties.get("build") is None:
        yield Problem("properties.image", "is required, unless there is a build", code="required")


def code_is_discouraged(_: Values) -> Iterator[Problem]:
    yield Problem(
        "", "uploads code with the account key, which fails where shared keys are off", warning=True
    )


def references_exist(request: Request) -> None:
    """`azureml:` references inside a component's spec or a schedule's job."""
    workspace = request.id.partition("/workspaces/")
    name = workspace[2].partition("/")[0]
    base = f"{workspace[0]}/workspaces/{name}"
    for text in _texts(request.inputs):
        found = _ASSET.fullmatch(text)
        if found and found["id"] and request.subscription.get(found["id"]) is None:
            raise ArmError(404, "UserError", f"'{text}' in '{request.id}' was not found.")
        if found and found["name"]:
            wanted = f"/{found['name']}/versions/{found['version']}".lower()
            if not any(ids.key(one.id).endswith(wanted) for one in request.subscription.below(base)):
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


def _family(
    token: str, segment: str, *, early: tuple[Early, ...] = (), rules: tuple[Rule, ...] = ()
) -> tuple[ResourceType, ResourceType]:
    container = ResourceType(
        token=f"azure-native:machinelearningservices:{token}Container",
        path=f"{WORKSPACE}/{segment}/{{name}}",
        name=_NAME,
        claims=(specified("its workspace exists"),),
    )
    version = ResourceType(
        token=f"azure-native:machinelearningservices:{token}Version",
        path=f"{WORKSPACE}/{segment}/{{name}}/versions/{{version}}",
        name=_VERSION,
        immutable=True,
        brings_parent=True,
        early=early,
        rules=rules,
        claims=(
            assumed("every change is a new version"),
            documented("references to other assets exist"),
            documented("the first version makes its container, as the SDK relies on"),
        ),
    )
    return container, version


ASSETS = (
    *_family("Data", "data"),
    *_family("Component", "components", early=(component_is_whole,), rules=(references_exist,)),
    *_family("Environment", "environments", early=(environment_has_image,)),
    *_family("Model", "models"),
    *_family("Code", "codes", early=(code_is_discouraged,)),
    ResourceType(
        token="azure-native:machinelearningservices:Schedule",
        path=WORKSPACE + "/schedules/{name}",
        name=_NAME,
        early=(schedules.trigger_fits,),
        rules=(references_exist, schedules.job_can_run),
        claims=(
            documented(
                "a cron expression has five fields; days and months, which Azure ML ignores, are refused"
            ),
            documented(
                "a recurrence names hours, minutes and days that exist; days of the month only by the month"
            ),
            specified("the time zone has its Windows name"),
            specified(
                "the pipeline's component, its compute and its models exist; so do the inputs it is given"
            ),
            documented("an input without a default that is not optional is given"),
        ),
        deviations=("a schedule starts nothing: the sandbox has no clock",),
    ),
    ResourceType(
        token="azure-native:machinelearningservices:Job",
        path=WORKSPACE + "/jobs/{id}",
        immutable=True,
        rules=(references_exist,),
        outputs=lambda request: {"properties": {**request.inputs["properties"], "status": "NotStarted"}},
        claims=(documented("references to assets exist"),),
    ),
)
