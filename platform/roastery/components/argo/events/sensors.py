"""Sensors: which events start which workflow, once each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from roastery.components.argo.events.settings import DRIFT, EVENT, GIT, LANDING, Triggers
from roastery.components.argo.events.sources import CONTAINER, POD
from roastery.components.argo.workflows.settings import LABELS

Manifest = dict[str, Any]


def sensors(triggers: Triggers) -> list[Manifest]:
    """A sensor per event source.

    Each creates a workflow whose name is made from what the event is about, so that the same thing reported
    twice is refused by the API server (`AlreadyExists`) for as long as the first workflow is kept.
    """
    push = triggers.push
    commit = _expression(push.commit_path)
    return [
        _sensor(
            triggers,
            GIT,
            "infra",
            name=f"infra-{{{{ {commit} | trunc 12 }}}}",
            values={"revision": f"{{{{ {commit} }}}}"},
            filters=[
                _matches(push.repository_path, f"^{_literal(push.repository)}$"),
                _matches(push.ref_path, f"^refs/heads/{_literal(push.branch)}$"),
                # A deleted branch reports a commit of zeros, which does not exist.
                _matches(push.commit_path, "^[0-9a-f]*[1-9a-f][0-9a-f]*$"),
            ],
            per_hour=30,
        ),
        _landing(triggers),
        _sensor(
            triggers,
            DRIFT,
            "retrain",
            # One retrain per model that drifts: its successor is another model.
            name="retrain-drift-{{ .Input.body.data.model | sha256sum | trunc 16 }}",
            values={"reason": "drift of {{ .Input.body.data.model }}"},
            filters=[_matches("body.type", "^drift$"), _matches("body.data.model", "^[A-Za-z0-9_.:-]+$")],
            per_hour=2,
        ),
    ]


def _landing(triggers: Triggers) -> Manifest:
    # A blob's version is its address and its entity tag: the same content delivered again has both the same.
    if triggers.landing.transport == "queue":
        read, path = "{{- $event := .Input.body -}}", "body.eventType"
        kind = _matches(path, r"^Microsoft\.Storage\.BlobCreated$")
    else:
        # The body is base64 of a list with one event.
        read = "{{- $event := index (.Input.body | b64dec | fromJson) 0 -}}"
        decoded = "{{ (index (.Input | b64dec | fromJson) 0).eventType }}"
        kind = _matches("body", r"^Microsoft\.Storage\.BlobCreated$", template=decoded)
    version = 'printf "%s %s" $event.data.url $event.data.eTag | sha256sum | trunc 16'
    return _sensor(
        triggers,
        LANDING,
        "retrain",
        name=f"{read}retrain-data-{{{{ {version} }}}}",
        values={"reason": f"{read}new data at {{{{ $event.data.url }}}}"},
        filters=[kind],
        per_hour=2,
    )


def _expression(path: str) -> str:
    """A path into the event as an expression of Go's templates, which index lists with a function."""
    found = ".Input"
    for part in path.split("."):
        found = f"(index {found} {part})" if part.isdigit() else f"{found}.{part}"
    return found


def _matches(path: str, pattern: str, template: str | None = None) -> Manifest:
    found: Manifest = {"path": path, "type": "string", "value": [pattern]}
    return {**found, "template": template} if template else found


def _literal(text: str) -> str:
    """The text as a regular expression of Go, which filters on text are."""
    return "".join(f"\\{one}" if one in r"\.+*?()|[]{}^$" else one for one in text)


def _sensor(
    triggers: Triggers,
    source: str,
    template: str,
    *,
    name: str,
    values: Mapping[str, str],
    filters: Sequence[Manifest],
    per_hour: int,
) -> Manifest:
    workflow = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {
            "name": "from-the-event",
            "namespace": triggers.namespace,
            "labels": {**LABELS, "roastery/trigger": source},
        },
        "spec": {
            "workflowTemplateRef": {"name": template},
            "arguments": {"parameters": [{"name": key, "value": "from-the-event"} for key in values]},
        },
    }
    trigger = {
        "template": {
            "name": template,
            "k8s": {
                "operation": "create",
                "source": {"resource": workflow},
                "parameters": [
                    _parameter(name, "metadata.name"),
                    *(
                        _parameter(text, f"spec.arguments.parameters.{index}.value")
                        for index, text in enumerate(values.values())
                    ),
                ],
            },
        },
        "rateLimit": {"unit": "Hour", "requestsPerUnit": per_hour},
        "retryStrategy": {"steps": 5},
        "atLeastOnce": True,
        # What could not be created, duplicates among them, ends in the log with its event.
        "dlqTrigger": {"template": {"name": "dead-letter", "log": {}}, "atLeastOnce": True},
    }
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Sensor",
        "metadata": {"name": source, "namespace": triggers.namespace, "labels": LABELS},
        "spec": {
            "eventBusName": "default",
            "template": {
                "metadata": {"labels": LABELS},
                "serviceAccountName": triggers.sensor_account,
                "securityContext": POD,
                "container": CONTAINER,
            },
            "dependencies": [
                {
                    "name": EVENT,
                    "eventSourceName": source,
                    "eventName": EVENT,
                    "filters": {"data": list(filters), "dataLogicalOperator": "and"},
                }
            ],
            "triggers": [trigger],
        },
    }


def _parameter(template: str, where: str) -> Manifest:
    return {"src": {"dependencyName": EVENT, "dataTemplate": template}, "dest": where}
