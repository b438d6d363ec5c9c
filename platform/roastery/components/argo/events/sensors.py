"""Sensors: which events start which workflow, once each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from roastery.components.argo.events.settings import DRIFT, EVENT, GIT, LANDING, GitPush, Triggers
from roastery.components.argo.events.sources import CONTAINER, POD
from roastery.components.argo.manifest import LABELS, Manifest


def all_sensors(triggers: Triggers) -> list[Manifest]:
    """A sensor for each event source.

    The name of the workflow that it creates is computed from the subject of the event, so that the API server
    refuses a duplicate (`AlreadyExists`) for as long as the first workflow exists.
    """
    return [
        *([_push(triggers, triggers.push)] if triggers.push else []),
        _landing(triggers),
        _sensor(
            triggers,
            DRIFT,
            "retrain",
            # One retrain for each model that drifts: its successor is another model.
            name="retrain-drift-{{ .Input.body.data.model | sha256sum | trunc 16 }}",
            values={"reason": "drift of {{ .Input.body.data.model }}"},
            filters=[_matches("body.type", "^drift$"), _matches("body.data.model", "^[A-Za-z0-9_.:-]+$")],
            per_hour=2,
        ),
    ]


def _push(triggers: Triggers, push: GitPush) -> Manifest:
    commit = _expression(push.commit_path)
    return _sensor(
        triggers,
        GIT,
        "infra",
        name=f"infra-{{{{ {commit} | trunc 12 }}}}",
        values={"revision": f"{{{{ {commit} }}}}"},
        filters=[
            _matches(push.repository_path, f"^{_literal(push.repository)}$"),
            _matches(push.ref_path, f"^refs/heads/{_literal(push.branch)}$"),
            # A deleted branch is reported with a commit of zeros, which does not exist.
            _matches(push.commit_path, "^[0-9a-f]*[1-9a-f][0-9a-f]*$"),
        ],
        per_hour=30,
    )


def _landing(triggers: Triggers) -> Manifest:
    # Address and entity tag identify the content of a blob: an event delivered twice has the same.
    if triggers.landing.transport == "queue":
        read_event, path = "{{- $event := .Input.body -}}", "body.eventType"
        event_type = _matches(path, r"^Microsoft\.Storage\.BlobCreated$")
    else:
        # The body is base64 of a list with one event.
        read_event = "{{- $event := index (.Input.body | b64dec | fromJson) 0 -}}"
        decoded = "{{ (index (.Input | b64dec | fromJson) 0).eventType }}"
        event_type = _matches("body", r"^Microsoft\.Storage\.BlobCreated$", template=decoded)
    version = 'printf "%s %s" $event.data.url $event.data.eTag | sha256sum | trunc 16'
    return _sensor(
        triggers,
        LANDING,
        "retrain",
        name=f"{read_event}retrain-data-{{{{ {version} }}}}",
        values={"reason": f"{read_event}new data at {{{{ $event.data.url }}}}"},
        filters=[event_type],
        per_hour=2,
    )


def _expression(path: str) -> str:
    """A path into the event as an expression of Go's templates, which index lists with a function."""
    expression = ".Input"
    for part in path.split("."):
        expression = f"(index {expression} {part})" if part.isdigit() else f"{expression}.{part}"
    return expression


def _matches(path: str, pattern: str, template: str | None = None) -> Manifest:
    data_filter: Manifest = {"path": path, "type": "string", "value": [pattern]}
    return {**data_filter, "template": template} if template else data_filter


def _literal(text: str) -> str:
    """The text as a regular expression of Go that matches exactly it."""
    return "".join(f"\\{char}" if char in r"\.+*?()|[]{}^$" else char for char in text)


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
        # An event whose workflow could not be created, a duplicate for example, is logged.
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


def _parameter(template: str, destination: str) -> Manifest:
    return {"src": {"dependencyName": EVENT, "dataTemplate": template}, "dest": destination}
