"""ML assets: immutable versions, images by digest, endpoints that require authentication."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import texts_below

DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
# `name@label`, `name:latest` or `…/labels/latest`; an image digest follows an @ too.
_MOVING = re.compile(
    r"(@(?!sha256:)[\w-]+|:(latest|stable|current|main|master|dev|head|newest)|/labels/[\w-]+)$",
    re.IGNORECASE,
)
_NAMES_THAT_MOVE = frozenset(
    {"latest", "stable", "current", "main", "master", "dev", "head", "newest", "test", "default"}
)
_RETIRED = re.compile(r"\baz\s+ml\s+data\s+import|\bDataImport\b|\bImportData\b")
_REFERENCES = frozenset({"environment", "environmentId", "model", "componentId", "component", "codeId"})


def _references(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for path, key, value in texts_below(resource.at("properties")):
        if key in _REFERENCES or value.startswith("azureml:"):
            moving = _MOVING.search(value)
            if moving:
                yield Violation(path, f"refers to {value!r}: what {moving[0]} stands for can change")


def _version(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    version = str(resource.get("version", ""))
    if not version:
        yield Violation("version", "is not set: a name alone does not identify the content")
    elif version.lower() in _NAMES_THAT_MOVE:
        yield Violation("version", f"is {version!r}, which does not identify one content")


def pinned(image: Any) -> bool:
    """Whether an image is named by its content."""
    return isinstance(image, str) and DIGEST.fullmatch(image) is not None


def _environment_image(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    image = resource.get("properties.image")
    if image is not None and not pinned(image):
        yield Violation("properties.image", f"is {image!r}, must end in @sha256:<64 hex digits>")


def _environment_build(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for name in ("build", "condaFile"):
        if resource.properties.present(f"properties.{name}"):
            yield Violation(
                f"properties.{name}", "builds an image during deployment, whose content was not reviewed"
            )


def _authentication(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    allowed = list(settings["modes"])
    mode = resource.get("properties.authMode", "")
    if str(mode).lower() not in {mode.lower() for mode in allowed}:
        yield Violation("properties.authMode", f"is {mode or 'not set'}, must be one of {', '.join(allowed)}")
    # learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint
    if str(mode).lower() == "aadtoken" and resource.properties.present("properties.compute"):
        yield Violation("properties.authMode", "is AADToken, which endpoints on Kubernetes do not take")
    if resource.properties.present("properties.keys"):
        yield Violation("properties.keys", "sets the keys, so that they are stored in the state")


def _bounded(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.lower_text("properties.endpointComputeType") != "kubernetes":
        return
    if resource.properties.present("properties.instanceType"):
        return  # the instance type in the cluster sets requests and limits
    top = "properties.containerResourceRequirements"
    for part in ("containerResourceRequests", "containerResourceLimits"):
        for unit in ("cpu", "memory"):
            if not resource.properties.present(f"{top}.{part}.{unit}"):
                yield Violation(
                    f"{top}.{part}.{unit}", "is not set: one model can take the resources of the others"
                )


def _private_data(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    uri = str(resource.get("properties.dataUri", ""))
    if re.match(r"https?://", uri) and ".blob.core.windows.net" not in uri.split("?", maxsplit=1)[0]:
        yield Violation(
            "properties.dataUri", f"is {uri.split('?', maxsplit=1)[0]}, which is on the public Internet"
        )
    if re.search(r"[?&]sig=", uri):
        yield Violation("properties.dataUri", "carries a shared access signature")


def _data_import(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for path, _, value in texts_below(resource.properties):
        if _RETIRED.search(value):
            yield Violation(path, "uses Azure ML's Data Import, which was retired on 30 September 2026")


_ASSETS = (t.ML_COMPONENT, t.ML_MODEL, t.ML_ENVIRONMENT, t.ML_DATA)

POLICIES = (
    Policy(
        id="asset-version-fixed",
        title="An asset version always names the same content",
        reason="A model that was trained with 'latest' can't be reproduced.",
        fix="Use a hash of the content or a version number; give every change a new one.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB DS-2",),
        types=_ASSETS,
        check=_version,
    ),
    Policy(
        id="asset-reference-fixed",
        title="References between assets name a version",
        reason="A label that is moved changes jobs and endpoints without a review.",
        fix="Refer to name and version, or to the full id.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB DS-2",),
        types=(*_ASSETS, t.ML_DEPLOYMENT, t.ML_SCHEDULE),
        check=_references,
    ),
    Policy(
        id="environment-image-digest",
        title="Environments name their image by digest",
        reason="A tag can be moved to another image, for training and serving.",
        fix="Write <registry>/<repository>@sha256:<digest>.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_K8S_43", "MCSB DS-2"),
        types=(t.ML_ENVIRONMENT,),
        check=_environment_image,
    ),
    Policy(
        id="environment-image-only",
        title="Environments are ready-made images",
        reason="A build at deployment time downloads whatever is current, and fails without Internet access.",
        fix="Build the image in the pipeline, scan it, and name it by digest.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB DS-2",),
        types=(t.ML_ENVIRONMENT,),
        check=_environment_build,
    ),
    Policy(
        id="endpoint-authentication",
        title="Endpoints require authentication",
        reason="Without authentication, anyone who reaches the endpoint gets forecasts.",
        fix="Set authMode to AMLToken or Key (AADToken: managed endpoints only); Azure makes the keys.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
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
        title="Deployments on the cluster set requests and limits",
        reason="Without limits one model can use the memory of all others.",
        fix="Name an instanceType, or set requests and limits in containerResourceRequirements.",
        severity=Severity.LOW,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"),
        types=(t.ML_DEPLOYMENT,),
        check=_bounded,
    ),
    Policy(
        id="data-asset-private",
        title="Data assets are in the platform's own storage",
        reason="Data elsewhere can change without notice, and a signature in a path works like a password.",
        fix="Use azureml://datastores/… paths.",
        severity=Severity.MEDIUM,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-8",),
        types=(t.ML_DATA,),
        check=_private_data,
    ),
    Policy(
        id="retired-data-import",
        title="Nothing uses Azure ML's Data Import",
        reason="The feature was retired on 30 September 2026: such a schedule or step fails.",
        fix="Use the import step: python -m ml.steps.import_sales.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB AM-2",),
        types=(t.ML_SCHEDULE, t.ML_COMPONENT, t.WORKFLOW_TEMPLATE, t.CRON_WORKFLOW),
        check=_data_import,
    ),
)
