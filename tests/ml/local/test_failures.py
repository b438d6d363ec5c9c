"""A step that fails leaves nothing of its own, and its message and exit code become those of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ml.errors import AccessDeniedError, GateLostError, InputError, MLError, UnreachableError
from ml.local.failures import StepFailedError
from ml.local.records import RunRecord
from ml.local.runner import run


def test_a_step_that_succeeds_without_an_output_is_an_error(tiny: Any) -> None:
    tiny.inject("double", "import os; os.rename(output, output.parent / 'elsewhere'); raise SystemExit(0)")
    with pytest.raises(MLError, match="the step double succeeded without writing its output doubled"):
        tiny.run()
    assert "double" not in "".join(tiny.folders())


def test_a_crash_keeps_finished_steps_and_shows_the_log(tiny: Any) -> None:
    tiny.inject("evaluate", "print('before'); 1 / 0")
    with pytest.raises(
        StepFailedError, match=r"the step evaluate failed with exit code 1 \(its log: .+/logs/evaluate-"
    ) as error:
        tiny.run()
    assert error.value.exit_code == 1
    assert error.value.lines[0] == "before"
    assert error.value.lines[-1] == "ZeroDivisionError: division by zero"
    assert {f.split("/")[0] for f in tiny.folders()} == {"fetch", "double"}
    record = RunRecord.read(tiny.out)
    assert record.state == "failed"
    assert tiny.states(record) == {
        "fetch": "done",
        "double": "done",
        "evaluate": "failed",
        "promote": "not run",
    }
    tiny.inject("evaluate", "")
    tiny.ran()
    assert tiny.states(tiny.run()) == {
        "fetch": "unchanged",
        "double": "unchanged",
        "evaluate": "done",
        "promote": "done",
    }
    assert tiny.ran() == ["evaluate", "promote"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [(1, MLError), (2, InputError), (3, GateLostError), (75, UnreachableError), (77, AccessDeniedError)],
)
def test_a_steps_own_message_and_exit_code_are_the_runs(tiny: Any, code: int, kind: type[MLError]) -> None:
    tiny.inject("double", f"import sys; print('error: no rows (look)', file=sys.stderr); sys.exit({code})")
    with pytest.raises(MLError, match=r"^double: no rows \(look\) \(log: .+\)$") as error:
        tiny.run()
    assert type(error.value) is kind
    assert error.value.exit_code == code


def test_a_step_that_is_killed_leaves_nothing_and_the_message_says_so(tiny: Any) -> None:
    tiny.inject("double", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(
        StepFailedError, match="the step double was killed, by a user or because memory ran out"
    ):
        tiny.run()
    assert {f.split("/")[0] for f in tiny.folders()} == {"fetch"}


def test_a_full_disk_in_a_step_leaves_nothing_of_it(tiny: Any) -> None:
    tiny.inject("double", "open('/dev/full', 'w').write('x' * 100_000)")
    with pytest.raises(StepFailedError) as error:
        tiny.run()
    assert error.value.lines[-1] == "OSError: [Errno 28] No space left on device"
    assert {f.split("/")[0] for f in tiny.folders()} == {"fetch"}


def test_a_folder_where_nothing_can_be_written_is_an_error_of_the_user(tiny: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        InputError, match=r"^cannot write .+/file/out: Not a directory \(choose another folder\)$"
    ):
        run(tiny.pipeline, tmp_path / "file" / "out")
