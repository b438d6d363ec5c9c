"""What is recorded about a step and a run, and when a record is not used."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from ml.errors import InputError
from ml.local.records import RunRecord


def test_the_record_holds_the_command_with_the_outputs_final_places(tiny: Any) -> None:
    record = tiny.run()
    step = tiny.step_record(record, "double")
    folder = record.output(tiny.out, "double", "doubled")
    assert list(step.command) == tiny.pipeline.step("double").command(
        {"rows": str(record.output(tiny.out, "fetch", "rows")), "factor": "1", "doubled": str(folder)}
    )
    assert step.parts["factor"] == 1
    assert step.versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert "pydantic" in step.versions
    assert (tiny.out / step.log).exists()


def test_a_record_of_another_version_is_not_used(tiny: Any) -> None:
    record = tiny.run()
    tiny.ran()
    path = tiny.out / "steps" / "double" / str(record.steps[1].key) / "record.json"
    path.write_text(path.read_text().replace('"effect"', '"mark"'))
    tiny.run()
    assert tiny.ran() == ["double"]


def test_a_folder_without_a_run_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"run\.json does not exist \(run `roast run` into that folder first\)"
    ):
        RunRecord.read(tmp_path)
