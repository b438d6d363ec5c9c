"""The records of runs, stored in the subscription's model so that deletes and resets include them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any

from azsandbox.arm import ids, redaction
from azsandbox.arm.subscription import Resource
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Values
from azsandbox.errors import ArmError

TOKEN = "azure-native:machinelearningservices:Job"  # noqa: S105 - a resource type
KIND = "Microsoft.MachineLearningServices/workspaces/jobs"
TERMINAL = frozenset({"Completed", "Failed", "Canceled"})
_RUN = "run"


_CHANGES = {"tags": dict, "properties": dict, "displayName": str, "description": str, "isArchived": bool}


def check_changes(changes: Values) -> None:
    """Refuse changes of a run of another type than Azure ML's schema defines.

    Raises:
        ArmError: 400.
    """
    for name, value in changes.items():
        if not isinstance(value, _CHANGES[name]):
            raise ArmError(400, "UserError", f"'{name}' has the wrong type: {type(value).__name__}.")


def now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(kw_only=True)
class Run:
    """A job, or one node of a pipeline job."""

    id: str  # ARM id
    kind: str  # Pipeline | Command
    root: str  # name of the job that it is part of
    parent: str | None = None
    node: str = ""
    component: str | None = None
    display: str = ""
    experiment: str = "Default"
    status: str = "NotStarted"
    created: str = field(default_factory=now)
    started: str | None = None
    ended: str | None = None
    error: str | None = None
    command: str | None = None
    outputs: dict[str, dict[str, str]] = field(
        default_factory=dict[str, dict[str, str]]
    )  # port → type, uri, asset

    @property
    def name(self) -> str:
        return ids.parse(self.id).name

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL


class Records:
    """The runs of all workspaces."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources

    def save(self, run: Run) -> None:
        subscription = self._resources.subscription
        with subscription.transaction():
            stored = subscription.get(run.id)
            if stored is None and run.parent is None:
                return  # the job was deleted in the meantime: do not create it again
            resource = stored or Resource(
                id=run.id, token=TOKEN, kind=KIND, inputs={"properties": {"jobType": run.kind}}
            )
            properties: Values = {**(resource.outputs.get("properties") or {}), "status": run.status}
            self._resources.annotate(resource, properties=properties, **{_RUN: asdict(run)})

    def get(self, identifier: str) -> Run | None:
        resource = self._resources.subscription.get(identifier)
        return _read(resource) if resource else None

    def of(self, workspace: str) -> list[Run]:
        """All runs of a workspace, newest first."""
        runs = [_read(resource) for resource in self._resources.children(f"{workspace}/jobs")]
        return sorted((run for run in runs if run), key=lambda run: run.created, reverse=True)

    def children(self, workspace: str, parent: str) -> list[Run]:
        """The child runs of a job, in the order of their creation."""
        return [run for run in reversed(self.of(workspace)) if run.parent == parent]

    def all(self) -> list[Run]:
        runs = [_read(resource) for resource in self._resources.subscription.of_kind(KIND)]
        return [run for run in runs if run]


def _read(resource: Resource) -> Run | None:
    values: dict[str, Any] | None = resource.outputs.get(_RUN)
    return Run(**_readable(values)) if values else None


def _readable(value: Any) -> Any:
    """What was stored, with a placeholder in place of each secret."""
    if isinstance(value, dict):
        known = {name: _readable(item) for name, item in value.items()}
        return redaction.CHANGED if set(value) == {redaction.MARK} else known
    return value
