"""The language host records what a program imported and preloads it the next time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from azsandbox.pulumi.language_host.imports import referenced_modules

NAMES = ("pulumi_azure_native.keyvault.vault", "yaml", "hera")
IMPORT = """
import sys
from pathlib import Path
from azsandbox.pulumi.language_host.imports import Preloader
preloader = Preloader(Path(sys.argv[1]))
preloader._thread.join()
preloader.stop()
import importlib.util
print([name in sys.modules and type(sys.modules[name]).__name__ for name in sys.argv[2:]])
"""


def test_a_program_references_modules_classes_and_functions_of_installed_packages() -> None:
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

    assert list(referenced_modules([program])) == ["pytest", "pydantic.main"]


def test_recorded_modules_are_preloaded_and_a_missing_module_is_not_an_error(tmp_path: Path) -> None:
    record = tmp_path / "imports.json"
    record.write_text(json.dumps(["pulumi_azure_native.keyvault", "no_such_module", "yaml"]))
    command = [
        sys.executable,
        "-c",
        IMPORT,
        str(record),
        "pulumi_azure_native.keyvault.vault",
        "yaml",
        "hera",
    ]

    result = subprocess.run(command, capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "['module', 'module', False]"


def test_a_missing_or_broken_record_is_not_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "imports.json"
    broken.write_text("[")
    for record in (broken, tmp_path / "none.json"):
        command = [sys.executable, "-c", IMPORT, str(record), "yaml.nothing"]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        assert result.stdout.strip() == "[False]"
