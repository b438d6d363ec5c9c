"""Event buses, event sources and sensors of Argo Events."""

from __future__ import annotations

from azsandbox.kubernetes.validation import cron
from azsandbox.kubernetes.validation.field import Field, Problems, duplicates
from azsandbox.schema.validate import suggestion

_BUSES = ("jetstream", "jetstreamExotic", "kafka", "nats")
_NEEDED: dict[str, tuple[str, ...]] = {
    "azureEventsHub": ("fqdn", "hubName"), "azureQueueStorage": ("queueName",), "kafka": ("url", "topic"),
    "resource": ("version", "resource", "eventTypes"), "webhook": ("endpoint", "port"),
}  # fmt: skip
_OPERATIONS = {
    "k8s": ("create", "patch", "update", "delete"),
    "argoWorkflow": ("submit", "submit-from", "suspend", "retry", "resume", "resubmit", "terminate", "stop"),
}
_METHODS = ("GET", "DELETE", "PATCH", "POST", "PUT")
_URLS = {"http": "url", "kafka": "url", "nats": "url"}


def bus(manifest: Field) -> Problems:
    spec = manifest["spec"]
    present = [name for name in _BUSES if spec[name].present]
    if len(present) != 1 and not spec.unknown:
        yield spec.invalid(f"must have exactly one of {', '.join(_BUSES)}", "{…}")
    stream, nats = spec["jetstream"], spec["nats"]
    if isinstance(stream.value, dict):
        yield from stream["version"].need("a version for jetstream needs to be specified")
        count = stream["replicas"].number
        if count is not None and (count == 2 or count <= 0):  # noqa: PLR2004 - no quorum
            yield stream["replicas"].invalid("a jetstream eventbus requires 1 replica or >= 3 replicas")
    for name in ("kafka", "jetstreamExotic"):
        if isinstance(spec[name].value, dict):
            yield from spec[name]["url"].need()
    if isinstance(nats.value, dict) and nats["native"].present == nats["exotic"].present:
        yield nats.invalid('exactly one of "native" and "exotic" must be defined', "{…}")


def source(manifest: Field) -> Problems:
    """Named events of one or more types; a name is used once."""
    spec = manifest["spec"]
    events: list[Field] = []
    for kind, group in spec.entries():
        if kind in {"template", "service", "eventBusName", "replicas"}:
            continue
        for name, event in group.entries():
            events.append(Field(name, f"spec.{kind}.{name}"))
            for needed in _NEEDED.get(kind, ()) if isinstance(event.value, dict) else ():
                yield from Field(event.value, f"spec.{kind}.{name}")[needed].need()
            yield from _source(kind, Field(event.value, f"spec.{kind}.{name}"))
    for name in duplicates(events):
        yield name.duplicate()


def _source(kind: str, event: Field) -> Problems:
    if not isinstance(event.value, dict):
        return
    if kind == "calendar":
        if event["schedule"].empty and event["interval"].empty:
            yield event.required("must have either schedule or interval")
        yield from event["schedule"].matches(cron.complaints) if event["schedule"].text else ()
    elif kind == "webhook":
        port = event["port"]
        if port.text and not port.text.isdigit():
            yield port.invalid("failed to parse server port")
    elif kind == "azureServiceBus":
        queue, topic, name = event["queueName"], event["topicName"], event["subscriptionName"]
        if queue.empty and (topic.empty or name.empty):
            yield event.required("QueueName or TopicName/SubscriptionName must be specified")
        elif not queue.empty and not (topic.empty and name.empty):
            yield event.invalid(
                "QueueName and TopicName/SubscriptionName cannot be specified at the same time", "{…}"
            )


def sensor(manifest: Field) -> Problems:
    spec = manifest["spec"]
    dependencies, triggers = spec["dependencies"], spec["triggers"]
    yield from dependencies.need("no event dependencies found")
    yield from triggers.need("no triggers found")
    for dependency in dependencies.items():
        for name in ("name", "eventSourceName", "eventName"):
            yield from dependency[name].need() if isinstance(dependency.value, dict) else ()
    names = {dependency["name"].text for dependency in dependencies.items()}
    for name in duplicates(dependency["name"] for dependency in dependencies.items()):
        yield name.duplicate()
    for name in duplicates(trigger["template"]["name"] for trigger in triggers.items()):
        yield name.duplicate()
    uncertain = dependencies.unknown or any(item["name"].unknown for item in dependencies.items())
    for trigger in triggers.items():
        yield from _trigger(trigger["template"])
        yield from _parameters(trigger, set() if uncertain else names)


def _trigger(template: Field) -> Problems:
    if not isinstance(template.value, dict):
        return
    yield from template["name"].need("trigger must define a name")
    for kind, operations in _OPERATIONS.items():
        body = template[kind]
        if isinstance(body.value, dict):
            yield from body["source"].need("trigger does not contain an absolute action")
            yield from (
                body["operation"].choice(operations)
                if kind == "argoWorkflow"
                else body["operation"].option(operations)
            )
    for kind, name in _URLS.items():
        if isinstance(template[kind].value, dict):
            yield from template[kind][name].need()
    yield from template["http"]["method"].option(_METHODS)


def _parameters(field: Field, dependencies: set[str]) -> Problems:
    """Every `src.dependencyName`, at any depth, is a dependency of the sensor."""
    for item in field.items():
        yield from _parameters(item, dependencies)
    for name, _ in field.entries():
        inner = field[name]
        if name == "src" and isinstance(inner.value, dict) and "dependencyName" in inner.value:
            dependency = inner["dependencyName"]
            yield from dependency.need()
            if dependency.text and dependencies and dependency.text not in dependencies:
                hint = suggestion(dependency.text, dependencies)
                yield dependency.warning(f"{dependency.text!r} is not a dependency of the sensor{hint}")
        elif name != "resource":  # the object that a trigger creates
            yield from _parameters(inner, dependencies)
