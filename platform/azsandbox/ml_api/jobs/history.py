"""The run history: how azure-ai-ml follows a job, finds its nodes, its logs and its outputs."""

from __future__ import annotations

from typing import Any

from azsandbox.arm import ids
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError
from azsandbox.ml_api.jobs import execution
from azsandbox.ml_api.jobs.records import Records, Run
from azsandbox.storage_api.addresses import ARTIFACTS, Addresses
from azsandbox.storage_api.folders import Folders
from azsandbox.storage_api.links import Links

PREFIX = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/"
    "workspaces/{workspace}"
)
_LOGS = ("user_logs/", "logs/")
_DATA = frozenset({"uri_file", "uri_folder", "mltable"})


class History:
    """`{api}/history/v1.0/…` and the two services that resolve outputs."""

    def __init__(self, resources: Resources, folders: Folders, records: Records, links: Links) -> None:
        self._resources = resources
        self._folders = folders
        self._records = records
        self._links = links

    def _run(self, call: Call, name: str = "") -> Run:
        workspace = PREFIX.format(**call.path_parameters)
        found = self._records.get(f"{workspace}/jobs/{name or call.path_parameters['run']}")
        self._resources.inject("read", f"{workspace}/jobs/{name or call.path_parameters['run']}")
        if found is None:
            raise ArmError(404, "UserError", f"Run '{name or call.path_parameters['run']}' does not exist.")
        return found

    def details(self, call: Call) -> Answer:
        run = self._run(call)
        body: Values = {
            "runId": run.name,
            "status": run.status,
            "startTimeUtc": run.started,
            "endTimeUtc": run.ended,
            "warnings": [],
            "properties": {},
            "logFiles": self._logs(run),
        }
        if run.error:
            body["error"] = _error(run)
        return Answer(200, body)

    def _logs(self, run: Run) -> dict[str, str]:
        """Name of each log → a link that needs no token, as a shared access signature."""
        addresses = self._addresses(run)
        folder = execution.artifacts_of(addresses, run.name)
        store = addresses.folder(ARTIFACTS)
        files = sorted(one for one in folder.rglob("*") if one.is_file()) if folder.is_dir() else []
        found: dict[str, str] = {}
        for file in files:
            name = str(file.relative_to(folder))
            if name.startswith(_LOGS):
                found[name] = self._links.make(store.parent.name, store.name, str(file.relative_to(store)))
        return found

    def get(self, call: Call) -> Answer:
        return Answer(200, self._describe(self._run(call)))

    def children(self, call: Call) -> Answer:
        run = self._run(call)
        found = self._records.children(PREFIX.format(**call.path_parameters), run.name)
        return Answer(200, {"value": [self._describe(one) for one in found]})

    def modify(self, call: Call) -> Answer:
        """Tags, description, name shown, and whether it is archived."""
        run = self._run(call)
        body = call.json()
        held = self._resources.require(run.id)
        properties: Values = {**(held.outputs.get("properties") or {})}
        for theirs, ours in (
            ("tags", "tags"),
            ("displayName", "displayName"),
            ("description", "description"),
        ):
            if body.get(theirs) is not None:
                properties[ours] = body[theirs]
        if body.get("hidden") is not None:
            properties["isArchived"] = body["hidden"]
        self._resources.annotate(held, properties=properties)
        return Answer(200, self._describe(run))

    def data(self, call: Call) -> Answer:
        """A run with what it wrote; model outputs are left out, which azure-ai-ml 1.35 can't resolve."""
        run = self._run(call, str(call.json().get("runId", "")))
        outputs = {
            name: {"assetId": f"{run.name}:{name}", "type": one["type"]}
            for name, one in run.outputs.items()
            if one["type"] in _DATA
        }
        return Answer(200, {"runMetadata": {**self._describe(run), "outputs": outputs}})

    def resolve(self, call: Call) -> Answer:
        """The addresses of outputs by the asset ids that `data` gave."""
        found: dict[str, Any] = {}
        for asset in call.json().get("values") or []:
            run, _, name = str(asset).partition(":")
            written = self._run(call, run).outputs.get(name)
            if written:
                found[asset] = {"uri": written["uri"], "type": written["type"]}
        return Answer(200, {"values": found})

    def _addresses(self, run: Run) -> Addresses:
        return Addresses(self._resources, self._folders, run.id.rpartition("/jobs/")[0])

    def _describe(self, run: Run) -> Values:
        held = self._resources.require(run.id)
        properties: Values = held.outputs.get("properties") or {}
        body: Values = {
            "runId": run.name,
            "runUuid": run.name,
            "rootRunId": run.root,
            "parentRunId": run.parent,
            "experimentId": run.experiment,
            "displayName": run.display,
            "description": properties.get("description"),
            "status": run.status,
            "createdUtc": run.created,
            "startTimeUtc": run.started,
            "endTimeUtc": run.ended,
            "runType": "azureml.PipelineRun" if run.kind == "Pipeline" else "azureml.StepRun",
            "tags": properties.get("tags") or {},
            "properties": {"azureml.nodeName": run.node, "azureml.componentId": run.component or ""},
        }
        if run.error:
            body["error"] = _error(run)
        return {name: value for name, value in body.items() if value is not None}


def _error(run: Run) -> Values:
    return {"error": {"code": "UserError", "message": run.error, "target": ids.parse(run.id).name}}
