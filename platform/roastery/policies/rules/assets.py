"""ML assets: versions that stay what they are, images by digest, endpoints that ask who is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity
from roastery.policies.values import Node, Unproven, reveal

DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
# `name@label`, `name:latest` or `…/labels/latest`; a digest also follows an @.
_MOVING = re.compile(
    r"(@(?!sha256:)[\w-]+|:(latest|stable|current|main|master|dev|head|newest)|/labels/[\w-]+)$",
    re.IGNORECASE,
)
_NAMES_THAT_MOVE = frozenset(
    {"latest", "stable", "current", "main", "master", "dev", "head", "newest", "test", "default"}
)
_RETIRED = re.compile(r"\baz\s+ml\s+data\s+import|\bDataImport\b|\bImportData\b")
_REFERENCES = frozenset({"environment", "environmentId", "model", "componentId", "component", "codeId"})


def texts(node: Node) -> Iterator[tuple[str, str, str]]:
    """Every text below, as path, key and value; what is not known is skipped, for other rules to see."""
    try:
        value = reveal(node.value, node.path)
    except Unproven:
        return
    if isinstance(value, str):
        yield node.path, node.path.rpartition(".")[2], value
    else:
        for one in Node(value, node.path).each():
            yield from texts(one)


def _references(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    for path, key, value in texts(resource.at("properties")):
        if key in _REFERENCES or value.startswith("azureml:"):
            moving = _MOVING.search(value)
            if moving:
                yield Problem(path, f"refers to {value!r}: {moving[0]} means something else tomorrow")


def _version(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    version = str(resource.get("version", ""))
    if not version:
        yield Problem("version", "is not set: the name alone says nothing about the content")
    elif version.lower() in _NAMES_THAT_MOVE:
        yield Problem("version", f"is {version!r}, which promises content that changes")


def pinned(image: Any) -> bool:
    """Whether an image is named by its content."""
    return isinstance(image, str) and DIGEST.fullmatch(image) is not None


def _environment_image(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    image = resource.get("properties.image")
    if image is not None and not pinned(image):
        yield Problem("properties.image", f"is {image!r}, must end in @sha256:<64 hex digits>")


def _environment_build(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    for name in ("build", "condaFile"):
        if resource.properties.present(f"properties.{name}"):
            yield Problem(f"properties.{name}", "makes an image on the way: its content is nobody's choice")


def _authentication(resource: Resource, settings: Settings) -> Iterator[Problem]:
    allowed = list(settings["modes"])
    mode = resource.get("properties.authMode", "")
    if str(mode).lower() not in {one.lower() for one in allowed}:
        yield Problem("properties.authMode", f"is {mode or 'not set'}, must be one of {', '.join(allowed)}")
    if resource.properties.present("properties.keys"):
        yield Problem("properties.keys", "chooses the keys: they stand in the state")


def _bounded(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if resource.word("properties.endpointComputeType") != "kubernetes":
        return
    if resource.properties.present("properties.instanceType"):
        return  # the instance type in the cluster says it
    top = "properties.containerResourceRequirements"
    for part in ("containerResourceRequests", "containerResourceLimits"):
        for unit in ("cpu", "memory"):
            if not resource.properties.present(f"{top}.{part}.{unit}"):
                yield Problem(f"{top}.{part}.{unit}", "is not set: one model can starve the others")


def _private_data(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    uri = str(resource.get("properties.dataUri", ""))
    if re.match(r"https?://", uri) and ".blob.core.windows.net" not in uri.split("?", maxsplit=1)[0]:
        yield Problem(
            "properties.dataUri", f"is {uri.split('?', maxsplit=1)[0]}: data from the public Internet"
        )
    if re.search(r"[?&]sig=", uri):
        yield Problem("properties.dataUri", "carries a shared access signature")


def _data_import(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    for path, _, value in texts(resource.properties):
        if _RETIRED.search(value):
            yield Problem(path, "uses Azure ML's Data Import, which ended on 30 September 2026")


_ASSETS = (t.ML_COMPONENT, t.ML_MODEL, t.ML_ENVIRONMENT, t.ML_DATA)

POLICIES = (
    Policy(
        id="asset-version-fixed",
        title="Versions of assets name one content for ever",
        reason="A model that was trained by 'latest' can't be made again.",
        fix="Use a hash of the content or a version number, and a new one for every change.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB DS-2",),
        types=_ASSETS,
        check=_version,
    ),
    Policy(
        id="asset-reference-fixed",
        title="References between assets name a version",
        reason="A label that moves changes jobs and endpoints without a review.",
        fix="Refer to name and version, or to the full id.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB DS-2",),
        types=(*_ASSETS, t.ML_DEPLOYMENT, t.ML_SCHEDULE),
        check=_references,
    ),
    Policy(
        id="environment-image-digest",
        title="Environments name their image by digest",
        reason="A tag can be moved to other content, in training and serving alike.",
        fix="Write <registry>/<repository>@sha256:<digest>.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_K8S_43", "MCSB DS-2"),
        types=(t.ML_ENVIRONMENT,),
        check=_environment_image,
    ),
    Policy(
        id="environment-image-only",
        title="Environments are images, not recipes",
        reason="A build on the way pulls what the Internet serves that day, and fails in a closed network.",
        fix="Build the image in the pipeline, scan it, and name it by digest.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB DS-2",),
        types=(t.ML_ENVIRONMENT,),
        check=_environment_build,
    ),
    Policy(
        id="endpoint-authentication",
        title="Endpoints ask who is there",
        reason="Forecasts are for the company; a key in somebody's script is for everyone.",
        fix="Set authMode to AADToken, AMLToken or Key, and let Azure make the keys.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB IM-1",),
        types=(t.ML_ENDPOINT,),
        check=_authentication,
        config={
            "modes": {
                "type": "array",
                "items": {"enum": ["AADToken", "AMLToken", "Key"]},
                "default": ["AADToken", "AMLToken", "Key"],
            }
        },
    ),
    Policy(
        id="deployment-bounded",
        title="Deployments on the cluster say what they need and at most get",
        reason="Without limits one model takes the memory of all.",
        fix="Name an instanceType, or set requests and limits in containerResourceRequirements.",
        severity=Severity.LOW,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"),
        types=(t.ML_DEPLOYMENT,),
        check=_bounded,
    ),
    Policy(
        id="data-asset-private",
        title="Data assets lie in the platform's own storage",
        reason="Data from elsewhere changes without notice, and a signature in a path is a password.",
        fix="Use azureml://datastores/… paths.",
        severity=Severity.MEDIUM,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB IM-8",),
        types=(t.ML_DATA,),
        check=_private_data,
    ),
    Policy(
        id="retired-data-import",
        title="Nothing uses Azure ML's Data Import",
        reason="The feature ended on 30 September 2026: such a schedule or step would fail every night.",
        fix="Use the import step, which has the same contract.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB AM-2",),
        types=(t.ML_SCHEDULE, t.ML_COMPONENT, t.WORKFLOW_TEMPLATE, t.CRON_WORKFLOW),
        check=_data_import,
    ),
)
