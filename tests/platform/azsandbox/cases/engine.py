"""Cases through Pulumi's engine: many in one stack, deployed, then changed and deployed once more."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from azsandbox import commands
from azsandbox.arm import external
from azsandbox.cases import Case, CaseResult, Expectation, judge
from azsandbox.cases.model import merged
from azsandbox.paths import Project
from azsandbox.services import all_types

PROGRAM = Path(__file__).parent / "program"
STACK = "dev"
Resources = list[dict[str, Any]]
_CONFIRMED = "Status="  # how the text of an answer of ARM begins; others are of Check


@dataclass(frozen=True)
class JudgedCase:
    """A case with the verdict of the judge in process, and its number in the batch."""

    number: str
    case: Case
    result: CaseResult

    @property
    def refused(self) -> bool:
        return self.case.expect is Expectation.REFUSED

    @property
    def refused_in_preview(self) -> bool:
        return self.refused and self.result.preview

    @property
    def refused_by_arm(self) -> bool:
        return self.refused and self.result.message.startswith(_CONFIRMED)

    @property
    def at(self) -> str:
        return f"{self.number}-{self.case.at}"

    def needed(self) -> Resources:
        """The resources before the judged one."""
        ids = [resource.id for resource in self.case.resources]
        return self.declared()[: ids.index(self.case.at)]

    @property
    def deletes(self) -> bool:
        return any(change.delete for change in self.case.then)

    def declared(self) -> Resources:
        return [{"id": item.id, "type": item.type, "inputs": item.inputs} for item in self.case.resources]

    def changed(self) -> Resources:
        """The resources of the second deployment."""
        changes = {change.id: change for change in self.case.then}
        return [
            {**item, "inputs": merged(item["inputs"], changes[item["id"]].inputs)}
            if item["id"] in changes
            else item
            for item in self.declared()
            if not (item["id"] in changes and changes[item["id"]].delete)
        ]


@dataclass
class Operated:
    """What an operation of the engine reported, by `number-id` of the resource."""

    errors: dict[str, str] = field(default_factory=lambda: defaultdict(str))
    steps: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def of(self, judged: JudgedCase) -> dict[str, str]:
        """The errors at any resource of a case."""
        return {name: text for name, text in self.errors.items() if name.startswith(f"{judged.number}-")}


Declarations = Iterable[tuple[JudgedCase, Resources]]


def judge_all(cases: Iterable[Case]) -> list[JudgedCase]:
    """Those of the cases that the judge gets right in process: the others fail in `test_judge`."""
    types = all_types()
    judged = [
        JudgedCase(f"{number:04}", case, judge(case, types, number)) for number, case in enumerate(cases, 1)
    ]
    return [item for item in judged if item.result.agrees(item.case)]


@dataclass
class Batch:
    """A stack with the resources of many cases, in its two deployments; each has a preview before."""

    cases: list[JudgedCase]
    preview: Operated
    up: Operated
    second_preview: Operated
    second_up: Operated
    deletions: Operated  # by themselves: the engine deletes nothing after an error elsewhere
    outputs: dict[str, dict[str, Any]]  # in the state after all, by `number-id`


def deploy(cases: list[JudgedCase], folder: Path) -> Batch:
    """Deploy a batch in a project below the folder."""
    root = folder / "cases"
    shutil.copytree(PROGRAM, root, ignore=shutil.ignore_patterns("__pycache__"))
    outside = {json.dumps(item): item for judged in cases for item in judged.case.external}
    settings = {
        "cases:cases": f"{folder}/cases.json",
        "azure-native:location": "westeurope",
        external.SETTING: list(outside.values()),
    }
    (root / f"Pulumi.{STACK}.yaml").write_text(json.dumps({"config": settings}))
    project = Project(root=root)
    preview = operate(project, "preview", ((item, item.declared()) for item in cases))
    up = operate(project, "up", _first(cases))
    states = outputs_of(project)
    second_preview = operate(project, "preview", _previewed_second(cases), states)
    second_up = operate(project, "up", _second(cases), states)
    deletions = operate(project, "up", _third(cases), states)
    outputs = outputs_of(project)
    return Batch(cases, preview, up, second_preview, second_up, deletions, outputs)


def _first(cases: list[JudgedCase]) -> Declarations:
    """The first deployment: without what a Check refuses, since that ends it."""
    for item in cases:
        refused_by_check = item.refused and not item.refused_by_arm and not item.case.then
        yield item, item.needed() if refused_by_check else item.declared()


def _previewed_second(cases: list[JudgedCase]) -> Declarations:
    """With the refusals of Check, now that the ids of what they need are known."""
    for item in cases:
        yield item, item.needed() if item.refused_by_arm and not item.case.then else item.changed()


def _second(cases: list[JudgedCase]) -> Declarations:
    """The second deployment: changes that a Check refuses are left out, and deletions."""
    for item in cases:
        if not item.case.then:
            yield item, item.needed() if item.refused else item.declared()
        else:
            left_out = item.deletes or (item.refused and not item.refused_by_arm)
            yield item, item.declared() if left_out else item.changed()


def _third(cases: list[JudgedCase]) -> Declarations:
    """The deletions, without any other refusal."""
    for item in cases:
        if item.case.then:
            yield item, item.changed() if item.deletes or not item.refused else item.declared()
        else:
            yield item, item.needed() if item.refused else item.declared()


def operate(
    project: Project,
    operation: str,
    declared: Declarations,
    states: dict[str, dict[str, Any]] | None = None,
) -> Operated:
    """Run an operation; references to what it no longer declares are read from the states."""
    content: list[dict[str, Any]] = []
    for item, resources in declared:
        present = {resource["id"] for resource in resources}
        absent = {
            resource.id: (states or {}).get(f"{item.number}-{resource.id}", {})
            for resource in item.case.resources
            if resource.id not in present
        }
        content.append({"number": item.number, "at": item.case.at, "resources": resources, "absent": absent})
    (project.root.parent / "cases.json").write_text(json.dumps(content))
    extra = ["--continue-on-error"] if operation == "up" else []
    events: list[dict[str, Any]] = []
    commands.operate(project, operation, STACK, extra, quiet=True, events=events, checkpoints=False)
    return _operated(events)


def _operated(events: list[dict[str, Any]]) -> Operated:
    result = Operated()
    for event in events:
        diagnostic = event.get("diagnosticEvent") or {}
        if diagnostic.get("severity") == "error":
            result.errors[_name(diagnostic.get("urn"))] += str(diagnostic.get("message"))
        step = (event.get("resourcePreEvent") or {}).get("metadata")
        if step:
            result.steps[_name(step["urn"])].add(str(step["op"]))
    return result


def outputs_of(project: Project) -> dict[str, dict[str, Any]]:
    """The outputs in the state, with the id."""
    return {
        _name(resource["urn"]): {"id": resource.get("id"), **(resource.get("outputs") or {})}
        for resource in commands.resources_in_state(project, STACK)
    }


def _name(urn: Any) -> str:
    return str(urn).rpartition("::")[2]
