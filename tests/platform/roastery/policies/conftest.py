"""The two programs of `program/`, once through the engine, and their resources as a state."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from azsandbox.paths import Project
from azsandbox.session import session
from roastery.policies.catalogue import BY_ID
from roastery.policies.evaluate import over_resource
from roastery.policies.kinds import plain_type
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts
from roastery.policies.values import decode

PROGRAM = Path(__file__).parent / "program"
PACK = Path(__file__).parents[4] / "platform" / "roastery" / "policies"
TABLES = (
    "bad",
    "bad_kinds",
    "good_azure",
    "good_kubernetes",
    "good_links",
    "good_network",
    "good_platform",
    "shared",
)
Row = tuple[str, dict[str, Any]]


@dataclass
class Tables:
    """The resources that the program declares."""

    good: dict[str, Row]
    bad: dict[str, Row]
    left_out: dict[str, tuple[tuple[str, ...], str]]
    outputs: dict[str, tuple[str, str]]
    refused: frozenset[str]
    pointers: Callable[[Any], list[str]]


@dataclass
class PreviewResult:
    """What the engine reported in a preview."""

    exit_code: int
    text: str
    findings: list[dict[str, Any]] = field(default_factory=list)
    remediations: list[dict[str, Any]] = field(default_factory=list)

    def pairs(self) -> set[tuple[str, str]]:
        """Policy id and resource name of each finding."""
        return {(event["policyName"], event["resourceUrn"].rpartition("::")[2]) for event in self.findings}


@pytest.fixture(scope="session")
def tables() -> Iterator[Tables]:
    sys.path.insert(0, str(PROGRAM))
    try:
        spec = importlib.util.spec_from_file_location("policy_tables", PROGRAM / "tables.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        bad, kinds = sys.modules["bad"], sys.modules["bad_kinds"]
        yield Tables(
            good=module.GOOD,
            bad={name: module.broken(name) for name in (*bad.BAD, *kinds.BAD_KINDS)},
            left_out=bad.LEFT_OUT,
            outputs=bad.OUTPUT,
            refused=bad.REFUSED | set(kinds.BAD_KINDS),
            pointers=module.pointers,
        )
    finally:
        sys.path.remove(str(PROGRAM))
        for name in TABLES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="session")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., PreviewResult]:
    """Runs a preview of a stack of the program with the pack."""
    sandbox = tmp_path_factory.mktemp("rules")

    def run(stack: str, *extra: str, folder: Path = PROGRAM) -> PreviewResult:
        project = Project(root=folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AZSANDBOX_DIR", str(sandbox))
            log = sandbox / f"{stack}.jsonl"
            command = ["pulumi", "preview", "--stack", stack, "--non-interactive", "--event-log", str(log)]
            with session(project) as environment:
                process = subprocess.run(
                    [*command, "--policy-pack", str(PACK), *extra],
                    cwd=folder,
                    env={**environment, "PULUMI_DEBUG_COMMANDS": "true"},
                    capture_output=True,
                    text=True,
                    check=False,
                )
        return result_of(process, log)

    return run


def result_of(process: subprocess.CompletedProcess[str], log: Path) -> PreviewResult:
    events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return PreviewResult(
        exit_code=process.returncode,
        text=process.stdout + process.stderr,
        findings=[event["policyEvent"] for event in events if "policyEvent" in event],
        remediations=[
            event["policyRemediationEvent"] for event in events if "policyRemediationEvent" in event
        ],
    )


@pytest.fixture(scope="session")
def good(preview: Callable[..., PreviewResult]) -> PreviewResult:
    return preview("good")


@pytest.fixture(scope="session")
def bad(preview: Callable[..., PreviewResult]) -> PreviewResult:
    return preview("bad")


@pytest.fixture(scope="session")
def state(tables: Tables) -> dict[str, Any]:
    """An exported state of the bad program, as if it had been deployed long ago."""
    missing = {name for names, _ in tables.left_out.values() for name in names}
    good_rows = {name: row for name, row in tables.good.items() if name not in missing}
    root = "urn:pulumi:bad::rules::pulumi:pulumi:Stack::rules-bad"
    outputs = dict(tables.outputs.values())
    resources: list[dict[str, Any]] = [
        {"urn": root, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": outputs}
    ]
    rows = {**good_rows, **tables.bad}
    urns = {name: f"urn:pulumi:bad::rules::{kind}::{name}" for name, (kind, _) in rows.items()}
    for name, (kind, inputs) in rows.items():
        properties = stored(inputs)
        sources = {
            key: [urns[name] for name in tables.pointers(value) if name in urns]
            for key, value in inputs.items()
        }
        resources.append(
            {
                "urn": urns[name],
                "custom": True,
                "id": identifier(name),
                "type": kind,
                "inputs": properties,
                "outputs": properties,
                "parent": root,
                "protect": name != "delete-protection",
                "propertyDependencies": sources,
                "dependencies": sorted({urn for urns_ in sources.values() for urn in urns_}),
                "sourcePosition": f"project:///beans/{name}.py#{len(resources)}",
            }
        )
    return {"version": 3, "deployment": {"manifest": {"version": "v3.0.0"}, "resources": resources}}


def identifier(name: str) -> str:
    return f"/subscriptions/s/resourceGroups/rg-beans/providers/x/y/{name}"


def stored(value: Any) -> Any:
    """Inputs as a state holds them: ids in place of pointers, secrets marked."""
    if isinstance(value, dict):
        return {key: stored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [stored(item) for item in value]
    if value == "!secret":
        return {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "plaintext": '"hidden"',
        }
    return identifier(value[1:]) if isinstance(value, str) and value.startswith("@") else value


@pytest.fixture(scope="session")
def resource() -> Callable[..., DeclaredResource]:
    def make(kind: str, /, **inputs: Any) -> DeclaredResource:
        return DeclaredResource(
            urn=f"urn:pulumi:prod::p::{kind}::it", type=plain_type(kind), inputs=decode(inputs)
        )

    return make


@pytest.fixture(scope="session")
def problems() -> Callable[..., list[str]]:
    """The messages of a policy about a resource, by policy id."""

    def find(policy: str, resource: DeclaredResource, **settings: Any) -> list[str]:
        rule = BY_ID[policy]
        outcomes = over_resource(rule, resource, rule.settings(settings))
        return [
            f"{problem.path} {problem.message}" + ("" if proven else " (unproven)")
            for problem, proven in outcomes
        ]

    return find


@pytest.fixture(scope="session")
def stack() -> Callable[..., DeclaredStack]:
    def make(*resources: DeclaredResource, environment: str = "prod") -> DeclaredStack:
        return DeclaredStack(resources, StackFacts(stack=environment, environment=environment))

    return make


@pytest.fixture(scope="session")
def checked(state: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The output of `roast policy check --json` for that state."""
    file = tmp_path_factory.mktemp("state") / "state.json"
    file.write_text(json.dumps(state))
    command = [
        str(Path(sys.executable).with_name("roast")),
        "policy",
        "check",
        "--state",
        str(file),
        "--json",
    ]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 1, process.stderr
    return json.loads(process.stdout)
