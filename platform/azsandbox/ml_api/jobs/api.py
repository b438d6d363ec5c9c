"""The Azure Resource Manager operations on jobs: submit, get, list, cancel."""

from __future__ import annotations

from typing import Any

from azsandbox.arm import ids
from azsandbox.arm_api import names
from azsandbox.arm_api.crud import page
from azsandbox.arm_api.operations import Operations
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.tokens import Tokens
from azsandbox.arm_api.wire import Answer, Call, Values
from azsandbox.errors import ArmError
from azsandbox.ml_api.jobs.plan import plan_job
from azsandbox.ml_api.jobs.records import TOKEN, Records, Run, check_changes
from azsandbox.ml_api.jobs.runner import Runner
from azsandbox.ml_api.jobs.shapes import check_job
from azsandbox.ml_api.secrets import mark_secrets
from azsandbox.ml_api.workspaces import workspace_of
from azsandbox.storage_api.addresses import Addresses
from azsandbox.storage_api.folders import Folders

_MUTABLE = ("tags", "properties", "displayName", "description", "isArchived")
_USER_TOKEN = "x-azureml-token"  # noqa: S105 - a header


class Jobs:
    """The `jobs` collection of a workspace."""

    def __init__(
        self,
        *,
        resources: Resources,
        folders: Folders,
        records: Records,
        runner: Runner,
        operations: Operations,
        tokens: Tokens,
    ) -> None:
        self._resources = resources
        self._folders = folders
        self._records = records
        self._runner = runner
        self._operations = operations
        self._tokens = tokens

    def put(self, call: Call) -> Answer:
        """Submit a job; of an existing one only tags, properties and descriptions can be changed."""
        exists = self._resources.subscription.get(call.path) is not None
        self._resources.inject("update" if exists else "create", call.path)
        body = call.json()
        properties: Values = body.get("properties") or {}
        if exists:
            return self._update(call, properties)
        workspace = workspace_of(call.path) or ""
        self._resources.require(workspace)
        if properties.get("jobType") == "Pipeline":
            # A pipeline acts on behalf of the user: azure-ai-ml also sends a token for Azure ML itself.
            self._tokens.check(f"Bearer {call.headers.get(_USER_TOKEN, '')}", {names.ML})
        spec = self._resources.provider.types.get(TOKEN)
        stored = {name: value for name, value in properties.items() if name != "status"}
        self._resources.check(spec, call.path, {"properties": mark_secrets(stored)})
        job_plan = plan_job(check_job(properties), self._component)
        self._resources.put(spec, call.path, {"properties": mark_secrets(stored)})
        run = Run(
            id=call.path,
            kind=str(properties["jobType"]),
            root=ids.parse(call.path).name,
            component=properties.get("componentId"),
            display=properties.get("displayName") or ids.parse(call.path).name,
            experiment=properties.get("experimentName") or "Default",
        )
        self._runner.start(run, job_plan, Addresses(self._resources, self._folders, workspace))
        return Answer(201, self._show(call.path))

    def _update(self, call: Call, properties: Values) -> Answer:
        job = self._resources.require(call.path)
        old: Values = job.outputs.get("properties") or {}
        new = {name: properties[name] for name in _MUTABLE if properties.get(name) is not None}
        check_changes(new)
        self._resources.annotate(job, properties={**old, **new})
        return Answer(200, self._show(call.path))

    def get(self, call: Call) -> Answer:
        self._resources.inject("read", call.path)
        self._resources.require(call.path)
        return Answer(200, self._show(call.path))

    def list(self, call: Call) -> Answer:
        """The submitted jobs; their nodes are listed by the run history."""
        self._resources.inject("read", call.path)
        workspace = workspace_of(call.path) or ""
        self._resources.require(workspace)
        roots = [run for run in self._records.of(workspace) if run.parent is None]
        jobs = [self._show(run.id) for run in roots]
        return Answer(200, {"value": page(jobs, call)})

    def cancel(self, call: Call) -> Answer:
        identifier = call.path.rpartition("/")[0]
        self._resources.inject("update", identifier)
        job = self._resources.require(identifier)
        run = self._records.get(job.id)
        if run is None or run.is_terminal:
            status = run.status if run else "NotStarted"
            raise ArmError(
                400, "UserError", f"Job '{job.name}' is in a terminal state: {status}. It can't be canceled."
            )
        self._runner.cancel(job.id)
        subscription = ids.subscription_of(job.id).rpartition("/")[2]
        headers = self._operations.completed(subscription, "global")
        return Answer(202, None, {"Location": headers["Location"], "Retry-After": headers["Retry-After"]})

    def _component(self, identifier: str) -> Values:
        component = self._resources.require(identifier)
        spec: Any = (component.inputs.get("properties") or {}).get("componentSpec")
        if not isinstance(spec, dict):
            raise ArmError(400, "UserError", f"'{identifier}' is not a component: it has no componentSpec.")
        return check_job(spec, "componentSpec")

    def _show(self, identifier: str) -> Values:
        job = self._resources.require(identifier)
        body = self._resources.show(job)
        run = self._records.get(identifier)
        if run is not None and run.parent is not None:
            return {"id": job.id, "name": job.name, "type": body["type"], "properties": None}
        properties: Values = body["properties"]
        if run is not None:
            properties["status"] = run.status
            for name, written in run.outputs.items():
                port: Values = {**((properties.get("outputs") or {}).get(name) or {}), "uri": written["uri"]}
                port.setdefault("jobOutputType", written["type"])
                properties["outputs"] = {**(properties.get("outputs") or {}), name: port}
        workspace = workspace_of(identifier) or ""
        properties["services"] = {
            "Studio": {
                "jobServiceType": "Studio",
                "endpoint": f"{names.ML}/runs/{job.name}?wsid={workspace}",
            }
        }
        return body
