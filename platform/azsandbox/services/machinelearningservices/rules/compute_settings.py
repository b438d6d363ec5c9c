"""What Azure ML refuses about the inputs of a compute: its name by kind, its size, nodes, sign-in, schedules.

Source: names from azurerm's validation, which quotes the REST API's answers (clusters: 3 to 32), from an
answer of the API (github.com/microsoftdocs/pipelines-azureml/issues/19: instances 3 to 24) and from
azureml-core ("compute name must be between 2 and 16 characters": attached); learn.microsoft.com, "Create an
Azure Machine Learning compute cluster|instance", "CLI (v2) compute YAML schema" (2026-12-01).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.compute.sizes import size_is_known
from azsandbox.services.machinelearningservices.rules import triggers
from azsandbox.services.machinelearningservices.rules.commands import whole_number
from azsandbox.services.machinelearningservices.rules.reading import at, items, number, seconds, section, text

_PATH = "properties.properties"
# kind → (pattern, what it says)
_NAMES = {
    "AmlCompute": (
        r"[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]",
        "3 to 32 letters, digits and hyphens, starting with a letter, not ending in a hyphen",
    ),
    "ComputeInstance": (
        r"(?!.*-\d+$)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]",
        "3 to 24 letters, digits and hyphens, starting with a letter, not ending in -<digits>",
    ),
}
_ATTACHED = (
    r"(?!.*-\d+$)[a-zA-Z][a-zA-Z0-9-]{1,15}",
    "2 to 16 letters, digits and hyphens, starting with a letter, not ending in -<digits>",
)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PUBLIC_KEY = re.compile(
    r"(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp\d+|sk-\S+) [A-Za-z0-9+/=]+( .*)?\s*", re.DOTALL
)
_SHORTEST_IDLE, _LONGEST_IDLE = 15 * 60, 3 * 86400


def name_goes_with_kind(inputs: Values) -> Iterator[Problem]:
    name, kind = text(inputs.get("computeName")), text(at(inputs, "properties.computeType"))
    if name is None or kind is None:
        return
    pattern, description = _NAMES.get(kind, _ATTACHED)
    if not re.fullmatch(pattern, name):
        yield Problem("computeName", f"{name!r} is not a valid name for {kind}: {description}", code="name")


def size_is_named(inputs: Values) -> Iterator[Problem]:
    kind, settings = text(at(inputs, "properties.computeType")), section(inputs, _PATH)
    if kind not in {"AmlCompute", "ComputeInstance"} or at(inputs, "properties.resourceId") is not None:
        return
    if settings.get("vmSize") is None:
        yield Problem(f"{_PATH}.vmSize", f"is required for {kind}", code="required")
    yield from size_is_known(settings.get("vmSize"), f"{_PATH}.vmSize", inputs.get("location"))


def nodes_scale(inputs: Values) -> Iterator[Problem]:
    if at(inputs, "properties.computeType") != "AmlCompute":
        return
    scaling, path = section(inputs, f"{_PATH}.scaleSettings"), f"{_PATH}.scaleSettings"
    yield from whole_number(scaling, path, "minNodeCount", 0)
    yield from whole_number(scaling, path, "maxNodeCount", 0, 65000)
    low, high = number(scaling.get("minNodeCount")), number(scaling.get("maxNodeCount"))
    if low is not None and high is not None and low > high:
        yield Problem(f"{path}.minNodeCount", f"is {low:g}, above maxNodeCount {high:g}")
    idle = text(scaling.get("nodeIdleTimeBeforeScaleDown"))
    if idle and seconds(idle) is None:
        yield Problem(
            f"{path}.nodeIdleTimeBeforeScaleDown", f"{idle!r} is not an ISO 8601 duration such as PT120S"
        )


def sign_in_is_complete(inputs: Values) -> Iterator[Problem]:
    credentials = section(inputs, f"{_PATH}.userAccountCredentials")
    path = f"{_PATH}.userAccountCredentials"
    if credentials and not any(
        credentials.get(name) is not None for name in ("adminUserPassword", "adminUserSshPublicKey")
    ):
        yield Problem(path, "needs adminUserPassword or adminUserSshPublicKey", code="required")
    ssh = section(inputs, f"{_PATH}.sshSettings")
    if ssh.get("sshPublicAccess") == "Enabled" and ssh.get("adminPublicKey") is None:
        yield Problem(
            f"{_PATH}.sshSettings.adminPublicKey", "is required with sshPublicAccess Enabled", code="required"
        )
    for name, key in (
        (f"{path}.adminUserSshPublicKey", credentials.get("adminUserSshPublicKey")),
        (f"{_PATH}.sshSettings.adminPublicKey", ssh.get("adminPublicKey")),
    ):
        content = text(key)
        if content and not _PUBLIC_KEY.fullmatch(content):
            yield Problem(name, f"{content!r:.40} is not a public SSH key: ssh-rsa <base64> <comment>")


def instance_stops_and_starts(inputs: Values) -> Iterator[Problem]:
    if at(inputs, "properties.computeType") != "ComputeInstance":
        return
    settings = section(inputs, _PATH)
    idle = text(settings.get("idleTimeBeforeShutdown"))
    length = seconds(idle) if idle else None
    if idle and length is None:
        yield Problem(
            f"{_PATH}.idleTimeBeforeShutdown", f"{idle!r} is not an ISO 8601 duration such as PT30M"
        )
    elif length is not None and not _SHORTEST_IDLE <= length <= _LONGEST_IDLE:
        yield Problem(f"{_PATH}.idleTimeBeforeShutdown", f"is {idle!r}, but must be 15 minutes to 3 days")
    for index, schedule in enumerate(items(at(settings, "schedules.computeStartStop"))):
        path, kind = f"{_PATH}.schedules.computeStartStop[{index}]", section(schedule).get("triggerType")
        if kind == "Cron":
            yield from triggers.problems({**section(schedule, "cron"), "triggerType": kind}, f"{path}.cron")
        elif kind == "Recurrence":
            recurrence = {**section(schedule, "recurrence"), "triggerType": kind}
            yield from triggers.problems(recurrence, f"{path}.recurrence")
    user = section(settings, "personalComputeInstanceSettings.assignedUser")
    for name in ("objectId", "tenantId"):
        value = text(user.get(name))
        if value and not _is_guid(value):
            yield Problem(
                f"{_PATH}.personalComputeInstanceSettings.assignedUser.{name}", f"{value!r} is not a GUID"
            )


def _is_guid(value: str) -> bool:
    try:
        return bool(uuid.UUID(value))
    except ValueError:
        return False


def namespace_is_a_label(inputs: Values) -> Iterator[Problem]:
    if at(inputs, "properties.computeType") != "Kubernetes":
        return
    namespace = text(at(inputs, f"{_PATH}.namespace"))
    if namespace and not _LABEL.fullmatch(namespace):
        yield Problem(
            f"{_PATH}.namespace",
            f"{namespace!r} is not the name of a namespace: 1 to 63 lower-case letters, digits and hyphens",
        )
    identity = str(at(inputs, "identity.type") or "").replace(" ", "").lower()
    if "," in identity:
        yield Problem(
            "identity.type",
            f"is {at(inputs, 'identity.type')!r}, but an attached cluster takes a system-assigned "
            "identity or "
            "user-assigned ones, not both",
        )


def attached_machine_is_named(inputs: Values) -> Iterator[Problem]:
    kind, properties = text(at(inputs, "properties.computeType")), section(inputs, "properties")
    if kind == "VirtualMachine":
        if properties.get("resourceId") is None and at(properties, "properties.address") is None:
            yield Problem(
                "properties.resourceId", "is required, unless properties.address is set", code="required"
            )
        yield from whole_number(section(inputs, _PATH), _PATH, "sshPort", 1, 65535)
    elif kind in {"HDInsight", "Databricks", "SynapseSpark"}:
        leads_there = properties.get("resourceId") is not None or section(inputs, _PATH)
        if not leads_there:
            yield Problem("properties.resourceId", f"is required to attach a {kind}", code="required")
