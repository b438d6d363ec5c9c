"""The host that a session starts beside the stand-ins does what one started by the engine does."""

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
print("ahead", "pulumi_azure_native.keyvault.vault" in sys.modules, os.environ["AZSANDBOX_PROJECT"])
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
def said(project: Project) -> Callable[..., list[tuple[str, str]]]:
    """Severity and text of all that a preview showed."""

    def preview(*extra: str) -> list[tuple[str, str]]:
        events: list[dict[str, Any]] = []
        done = commands.operate(project, "preview", "dev", extra, quiet=True, events=events)
        assert (done.exit_code, done.errors) == (0, [])
        found = [one["diagnosticEvent"] for one in events if "diagnosticEvent" in one]
        return [(one["severity"], one["message"].strip()) for one in found]

    return preview


def test_what_a_program_prints_is_shown(said: Callable[..., list[tuple[str, str]]]) -> None:
    texts = [text for severity, text in said() if severity.startswith("info")]

    assert texts[:2] == ["to the output", "to the error stream"]
    assert "from a child" in texts


def test_what_it_imported_is_there_ahead_the_next_time(
    project: Project, said: Callable[..., list[tuple[str, str]]]
) -> None:
    first = said()
    remembered = json.loads(project.imports.read_text())
    second = said()

    assert ("info", f"ahead False {project.root}") in first
    assert {"pulumi_azure_native.keyvault", "pulumi_azure_native.resources"} <= set(remembered)
    assert not any(name.startswith("pulumi_azure_native.network") for name in remembered)
    assert ("info", f"ahead True {project.root}") in second


def test_messages_for_debugging_come_only_when_asked_for(
    said: Callable[..., list[tuple[str, str]]],
) -> None:
    assert "debug" not in {severity for severity, _ in said()}
    assert "debug" in {severity for severity, _ in said("--debug")}


def test_what_is_declared_after_the_last_line_is_registered_too(project: Project) -> None:
    done = commands.operate(project, "up", "dev", quiet=True)

    assert (done.errors, done.changes) == ([], {"create": 3})
    assert commands.resources_in_state(project, "dev")[0]["outputs"] == {"late": "rg-said-late"}


def test_nothing_of_it_is_left(project: Project, said: Callable[..., list[tuple[str, str]]]) -> None:
    said()
    assert list(project.sessions.iterdir()) == []
    shutil.rmtree(project.sandbox)
