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
from roastery.policies.model import Facts, Resource, Stack, plain_type
from roastery.policies.values import decode

PROGRAM = Path(__file__).parent / "program"
PACK = Path(__file__).parents[4] / "platform" / "roastery" / "policies"
TABLES = (
    "bad",
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
    """What the program declares."""

    good: dict[str, Row]
    bad: dict[str, Row]
    left_out: dict[str, tuple[tuple[str, ...], str]]
    outputs: dict[str, tuple[str, str]]
    refused: frozenset[str]
    pointers: Callable[[Any], list[str]]


@dataclass
class Seen:
    """What the engine said of a preview."""

    exit_code: int
    text: str
    findings: list[dict[str, Any]] = field(default_factory=list)
    remediations: list[dict[str, Any]] = field(default_factory=list)

    def pairs(self) -> set[tuple[str, str]]:
        """Policy and name of resource."""
        return {(one["policyName"], one["resourceUrn"].rpartition("::")[2]) for one in self.findings}


@pytest.fixture(scope="session")
def tables() -> Iterator[Tables]:
    sys.path.insert(0, str(PROGRAM))
    try:
        spec = importlib.util.spec_from_file_location("policy_tables", PROGRAM / "tables.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        bad = sys.modules["bad"]
        yield Tables(
            good=module.GOOD,
            bad={name: module.broken(name) for name in bad.BAD},
            left_out=bad.LEFT_OUT,
            outputs=bad.OUTPUT,
            refused=bad.REFUSED,
            pointers=module.pointers,
        )
    finally:
        sys.path.remove(str(PROGRAM))
        for name in TABLES:
            sys.modules.pop(name, None)


@pytest.fixture(scope="session")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Seen]:
    """A preview of the program under the pack, by stack."""
    sandbox = tmp_path_factory.mktemp("rules")

    def run(stack: str, *extra: str, folder: Path = PROGRAM) -> Seen:
        project = Project(root=folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AZSANDBOX_DIR", str(sandbox))
            log = sandbox / f"{stack}.jsonl"
            command = ["pulumi", "preview", "--stack", stack, "--non-interactive", "--event-log", str(log)]
            with session(project) as environment:
                done = subprocess.run(
                    [*command, "--policy-pack", str(PACK), *extra],
                    cwd=folder,
                    env={**environment, "PULUMI_DEBUG_COMMANDS": "true"},
                    capture_output=True,
                    text=True,
                    check=False,
                )
        return seen(done, log)

    return run


def seen(done: subprocess.CompletedProcess[str], log: Path) -> Seen:
    events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return Seen(
        exit_code=done.returncode,
        text=done.stdout + done.stderr,
        findings=[one["policyEvent"] for one in events if "policyEvent" in one],
        remediations=[one["policyRemediationEvent"] for one in events if "policyRemediationEvent" in one],
    )


@pytest.fixture(scope="session")
def good(preview: Callable[..., Seen]) -> Seen:
    return preview("good")


@pytest.fixture(scope="session")
def bad(preview: Callable[..., Seen]) -> Seen:
    return preview("bad")


@pytest.fixture(scope="session")
def state(tables: Tables) -> dict[str, Any]:
    """An exported state of the bad program, as if it had been deployed long ago."""
    missing = {one for gone, _ in tables.left_out.values() for one in gone}
    kept = {name: row for name, row in tables.good.items() if name not in missing}
    root = "urn:pulumi:bad::rules::pulumi:pulumi:Stack::rules-bad"
    outputs = dict(tables.outputs.values())
    resources: list[dict[str, Any]] = [
        {"urn": root, "custom": False, "type": "pulumi:pulumi:Stack", "outputs": outputs}
    ]
    rows = {**kept, **tables.bad}
    urns = {name: f"urn:pulumi:bad::rules::{kind}::{name}" for name, (kind, _) in rows.items()}
    for name, (kind, inputs) in rows.items():
        held = stored(inputs)
        sources = {
            key: [urns[one] for one in tables.pointers(value) if one in urns] for key, value in inputs.items()
        }
        resources.append(
            {
                "urn": urns[name],
                "custom": True,
                "id": identifier(name),
                "type": kind,
                "inputs": held,
                "outputs": held,
                "parent": root,
                "protect": name != "delete-protection",
                "propertyDependencies": sources,
                "dependencies": sorted({one for urns_ in sources.values() for one in urns_}),
                "sourcePosition": f"project:///beans/{name}.py#{len(resources)}",
            }
        )
    return {"version": 3, "deployment": {"manifest": {"version": "v3.0.0"}, "resources": resources}}


def identifier(name: str) -> str:
    return f"/subscriptions/s/resourceGroups/rg-beans/providers/x/y/{name}"


def stored(value: Any) -> Any:
    """Inputs as a state holds them: ids in place of pointers, secrets marked."""
    if isinstance(value, dict):
        return {key: stored(one) for key, one in value.items()}
    if isinstance(value, list):
        return [stored(one) for one in value]
    if value == "!secret":
        return {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            "plaintext": '"hidden"',
        }
    return identifier(value[1:]) if isinstance(value, str) and value.startswith("@") else value


@pytest.fixture(scope="session")
def resource() -> Callable[..., Resource]:
    def make(kind: str, /, **inputs: Any) -> Resource:
        return Resource(urn=f"urn:pulumi:prod::p::{kind}::it", type=plain_type(kind), inputs=decode(inputs))

    return make


@pytest.fixture(scope="session")
def problems() -> Callable[..., list[str]]:
    """What a policy says of a resource, by its id."""

    def find(policy: str, resource: Resource, **settings: Any) -> list[str]:
        rule = BY_ID[policy]
        found = over_resource(rule, resource, rule.settings(settings))
        return [f"{one.path} {one.message}" + ("" if proven else " (unproven)") for one, proven in found]

    return find


@pytest.fixture(scope="session")
def stack() -> Callable[..., Stack]:
    def make(*resources: Resource, environment: str = "prod") -> Stack:
        return Stack(resources, Facts(stack=environment, environment=environment))

    return make


@pytest.fixture(scope="session")
def checked(state: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `roast policy check --json` says of that state."""
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
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return json.loads(done.stdout)
