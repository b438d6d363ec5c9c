"""The host remembers what a program imported, and imports it ahead the next time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from azsandbox.pulumi.language_host.imports import used

NAMES = ("pulumi_azure_native.keyvault.vault", "yaml", "hera")
IMPORT = """
import sys
from pathlib import Path
from azsandbox.pulumi.language_host.imports import Ahead
ahead = Ahead(Path(sys.argv[1]))
ahead._thread.join()
ahead.stop()
import importlib.util
print([name in sys.modules and type(sys.modules[name]).__name__ for name in sys.argv[2:]])
"""


def test_what_a_program_holds_is_modules_classes_and_functions_of_installed_packages() -> None:
    import pathlib  # noqa: PLC0415 - Python's own, to be left out

    import pydantic  # noqa: PLC0415
    import pytest  # noqa: PLC0415

    from roastery.naming import Names  # noqa: PLC0415 - the project's own

    program = {
        "sdk": pytest,
        "Model": pydantic.BaseModel,
        "check": pydantic.create_model,
        "again": pydantic.BaseModel,
        "Path": pathlib.Path,
        "paths": pathlib,
        "Names": Names,
        "number": 3,
    }

    assert list(used([program])) == ["pytest", "pydantic.main"]


def test_remembered_modules_are_there_before_the_program_and_a_lost_one_is_no_error(tmp_path: Path) -> None:
    memory = tmp_path / "imports.json"
    memory.write_text(json.dumps(["pulumi_azure_native.keyvault", "no_such_module", "yaml"]))
    command = [
        sys.executable,
        "-c",
        IMPORT,
        str(memory),
        "pulumi_azure_native.keyvault.vault",
        "yaml",
        "hera",
    ]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['module', 'module', False]"


def test_no_memory_is_no_error(tmp_path: Path) -> None:
    broken = tmp_path / "imports.json"
    broken.write_text("[")
    for memory in (broken, tmp_path / "none.json"):
        command = [sys.executable, "-c", IMPORT, str(memory), "yaml.nothing"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[False]"
