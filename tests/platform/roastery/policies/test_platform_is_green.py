"""Both stacks of the platform pass the whole pack after an update, where no value is unknown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from azsandbox.pulumi import toolchain

ROOT = Path(__file__).resolve().parents[4]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(toolchain.find() is None, reason="no Pulumi CLI: run make tools"),
]


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_stack_passes_every_policy_with_nothing_unproven(stack: str, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("roast")), "policy", "check", "--stack", stack, "--json"]
    environment = {**os.environ, "AZSANDBOX_DIR": str(tmp_path)}
    process = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    report: dict[str, Any] = json.loads(process.stdout)
    assert report["findings"] == []
    assert report["resources"] > 150
    assert report["environment"] == stack
