"""The run history service: azure-ai-ml uses it to follow a job and to find its nodes, logs and outputs."""

from __future__ import annotations

from typing import Any

from azsandbox.arm import ids
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError
from azsandbox.ml_api.jobs import execution
from azsandbox.ml_api.jobs.records import Records, Run, check_changes
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
        name = name or call.path_parameters.get("run", "")
        identifier = f"{PREFIX.format(**call.path_parameters)}/jobs/{name}"
        run = self._records.get(identifier)
        self._resources.inject("read", identifier)
        if run is None:
            raise ArmError(404, "UserError", f"Run '{name}' does not exist.")
        return run

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
        """By the name of each log: a link that works without a token, like a shared access signature."""
        addresses = self._addresses(run)
        folder = execution.artifacts_of(addresses, run.name)
        store = addresses.folder(ARTIFACTS)
        files = sorted(file for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else []
        links: dict[str, str] = {}
        for file in files:
            name = str(file.relative_to(folder))
            if name.startswith(_LOGS):
                links[name] = self._links.make(store.parent.name, store.name, str(file.relative_to(store)))
        return links

    def get(self, call: Call) -> Answer:
        return Answer(200, self._describe(self._run(call)))

    def children(self, call: Call) -> Answer:
        run = self._run(call)
        nodes = self._records.children(PREFIX.format(**call.path_parameters), run.name)
        return Answer(200, {"value": [self._describe(node) for node in nodes]})

    def modify(self, call: Call) -> Answer:
        """Change tags, description, display name, or whether the run is archived."""
        run = self._run(call)
        body = call.json()
        job = self._resources.require(run.id)
        properties: Values = {**(job.outputs.get("properties") or {})}
        sent = {**body, "isArchived": body.get("hidden")}
        names = ("tags", "displayName", "description", "isArchived")
        changes = {name: sent[name] for name in names if sent.get(name) is not None}
        check_changes(changes)
        properties |= changes
        self._resources.annotate(job, properties=properties)
        return Answer(200, self._describe(run))

    def data(self, call: Call) -> Answer:
        """A run with its data outputs; model outputs are left out, as azure-ai-ml 1.35 can't resolve them."""
        run = self._run(call, str(call.json().get("runId", "")))
        outputs = {
            name: {"assetId": f"{run.name}:{name}", "type": output["type"]}
            for name, output in run.outputs.items()
            if output["type"] in _DATA
        }
        return Answer(200, {"runMetadata": {**self._describe(run), "outputs": outputs}})

    def resolve(self, call: Call) -> Answer:
        """The addresses of outputs, by the asset ids that `data` returned."""
        addresses: dict[str, Any] = {}
        values = call.json().get("values") or []
        if not isinstance(values, list):
            raise ArmError(400, "UserError", "'values' is not a list of asset ids.")
        for asset in map(str, values):
            run, _, name = asset.partition(":")
            written = self._run(call, run).outputs.get(name)
            if written:
                addresses[asset] = {"uri": written["uri"], "type": written["type"]}
        return Answer(200, {"values": addresses})

    def _addresses(self, run: Run) -> Addresses:
        return Addresses(self._resources, self._folders, run.id.rpartition("/jobs/")[0])

    def _describe(self, run: Run) -> Values:
        job = self._resources.require(run.id)
        properties: Values = job.outputs.get("properties") or {}
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
