"""The engine starts the pack before every preview: it imports nothing that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PACK = Path(__file__).parents[4] / "platform" / "roastery" / "policies"
HEAVY = ("pulumi_azure_native", "pulumi_kubernetes", "pulumi_policy", "pydantic", "rich", "typer", "yaml")


def test_the_pack_imports_no_sdk_and_nothing_slow() -> None:
    code = f"import sys, roastery.policies.analyzer; print([name for name in {HEAVY} if name in sys.modules])"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # pulumi itself may import yaml; the pack must not.
    plain = subprocess.run(
        [sys.executable, "-c", code.replace("roastery.policies.analyzer", "pulumi")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == plain.stdout


def test_its_own_modules_are_not_taken_for_top_level_ones() -> None:
    """Run as a script, its folder is on the path, where `data` or `state` would hide other packages."""
    code = (
        "import runpy, sys; import roastery.policies.analyzer as analyzer\n"
        "analyzer.serve = lambda: print(sys.argv[1] in sys.path)\n"
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, str(PACK)], capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "False"
