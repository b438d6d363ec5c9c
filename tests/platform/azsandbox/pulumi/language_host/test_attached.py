"""A language host that a session starts behaves like one that the engine starts."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azsandbox import commands
from azsandbox.paths import Project
from azsandbox.pulumi import toolchain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]
PROGRAM = """
import os, subprocess, sys
import pulumi
from pulumi_azure_native import keyvault
from parts import resources
print("to the output")
print("to the error stream", file=sys.stderr)
subprocess.run(["echo", "from a child"], check=True)
group = resources.ResourceGroup("group", resource_group_name="rg-said")
late = group.name.apply(lambda name: resources.ResourceGroup("late", resource_group_name=f"{name}-late"))
pulumi.export("late", late.name)
print("preloaded", "pulumi_azure_native.keyvault.vault" in sys.modules, os.environ["AZSANDBOX_PROJECT"])
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: said\nruntime: python\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(
        "config:\n  azure-native:subscriptionId: 11111111-2222-4333-8444-555555555555\n"
        "  azure-native:location: westeurope\n"
    )
    (tmp_path / "parts.py").write_text("from pulumi_azure_native import resources\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return Project(root=tmp_path)


@pytest.fixture
def preview(project: Project) -> Callable[..., list[tuple[str, str]]]:
    """Runs a preview; the severity and the text of its messages."""

    def run(*extra: str) -> list[tuple[str, str]]:
        events: list[dict[str, Any]] = []
        outcome = commands.operate(project, "preview", "dev", extra, quiet=True, events=events)
        assert (outcome.exit_code, outcome.errors) == (0, [])
        diagnostics = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
        return [(diagnostic["severity"], diagnostic["message"].strip()) for diagnostic in diagnostics]

    return run


def test_what_a_program_prints_is_shown(preview: Callable[..., list[tuple[str, str]]]) -> None:
    texts = [text for severity, text in preview() if severity.startswith("info")]

    assert texts[:2] == ["to the output", "to the error stream"]
    assert "from a child" in texts


def test_what_a_program_imported_is_preloaded_the_next_time(
    project: Project, preview: Callable[..., list[tuple[str, str]]]
) -> None:
    first = preview()
    remembered = json.loads(project.imports.read_text())
    second = preview()

    assert ("info", f"preloaded False {project.root}") in first
    assert {"pulumi_azure_native.keyvault", "pulumi_azure_native.resources"} <= set(remembered)
    assert not any(name.startswith("pulumi_azure_native.network") for name in remembered)
    assert ("info", f"preloaded True {project.root}") in second


def test_debug_messages_are_shown_only_on_request(
    preview: Callable[..., list[tuple[str, str]]],
) -> None:
    assert "debug" not in {severity for severity, _ in preview()}
    assert "debug" in {severity for severity, _ in preview("--debug")}


def test_resources_declared_after_the_last_line_are_registered(project: Project) -> None:
    outcome = commands.operate(project, "up", "dev", quiet=True)

    assert (outcome.errors, outcome.changes) == ([], {"create": 3})
    assert commands.resources_in_state(project, "dev")[0]["outputs"] == {"late": "rg-said-late"}


def test_the_session_leaves_no_files(project: Project, preview: Callable[..., list[tuple[str, str]]]) -> None:
    preview()
    assert list(project.sessions.iterdir()) == []
    shutil.rmtree(project.sandbox)
