"""A step runs once for all that it depends on, with its exact command, in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ml.errors import GateLost, InputError, MLError, Unreachable
from ml.local.contract import Given
from ml.local.failures import StepFailed
from ml.local.records import RunRecord, StepRecord
from ml.local.runner import run

ALL = ["fetch", "double", "judge", "crown"]


def states(record: RunRecord) -> dict[str, str]:
    return {step.step: step.state for step in record.steps}


def record_of(shop: Any, run_record: RunRecord, step: str) -> StepRecord:
    key = next(s.key for s in run_record.steps if s.step == step)
    found = StepRecord.read(shop.out / "steps" / step / str(key))
    assert found
    return found


def test_the_steps_run_in_order_and_their_outputs_are_found(shop: Any) -> None:
    record = shop.run()
    assert shop.ran() == ALL
    assert states(record) == dict.fromkeys(ALL, "done")
    assert shop.number(record, "crown", "receipt") == 42
    assert RunRecord.read(shop.out) == record


def test_each_step_runs_with_exactly_the_command_of_its_description(shop: Any) -> None:
    record = shop.run({"factor": 3, "note": "two words"})
    rows = record.output(shop.out, "fetch", "rows")
    argv = (shop.folder / "argv-double").read_text().split("\0")
    written = argv[argv.index("--doubled") + 1]
    expected = shop.pipeline.step("double").command(
        {"rows": str(rows), "factor": "3", "note": "two words", "doubled": written}
    )
    assert argv == [sys.executable, *expected[1:]]


def test_the_record_holds_the_command_with_the_outputs_final_places(shop: Any) -> None:
    record = shop.run()
    step = record_of(shop, record, "double")
    place = record.output(shop.out, "double", "doubled")
    assert list(step.command) == shop.pipeline.step("double").command(
        {"rows": str(record.output(shop.out, "fetch", "rows")), "factor": "1", "doubled": str(place)}
    )
    assert step.parts["factor"] == 1
    assert step.versions["python"] == ".".join(map(str, sys.version_info[:3]))
    assert "pydantic" in step.versions
    assert (shop.out / step.log).exists()


def test_a_second_run_finds_everything_unchanged(shop: Any) -> None:
    first = shop.run()
    shop.ran()
    second = shop.run()
    assert shop.ran() == []
    assert states(second) == dict.fromkeys(ALL, "unchanged")
    assert [s.outputs for s in second.steps] == [s.outputs for s in first.steps]


def test_a_changed_parameter_runs_its_step_and_what_follows(shop: Any) -> None:
    shop.run()
    shop.ran()
    record = shop.run({"factor": 2})
    assert shop.ran() == ["double", "judge", "crown"]
    assert [s.why for s in record.steps][:2] == ["", "new: factor"]
    assert shop.number(record, "crown", "receipt") == 84


def test_going_back_to_an_earlier_parameter_runs_nothing_but_what_left_a_mark_outside(shop: Any) -> None:
    shop.run()
    shop.run({"factor": 2})
    shop.ran()
    record = shop.run()
    assert shop.ran() == ["crown"]
    assert shop.registry() == "42"
    assert states(record)["double"] == "unchanged"


def test_changed_code_that_a_step_imports_runs_that_step(shop: Any) -> None:
    shop.run()
    shop.ran()
    file = shop.package / "arithmetic.py"
    file.write_text(file.read_text().replace("number + number", "3 * number"))
    record = shop.run()
    assert shop.ran() == ["double", "judge", "crown"]
    assert record.steps[1].why == "new: the code"
    assert shop.number(record, "double", "doubled") == 63


def test_a_changed_comment_runs_nothing(shop: Any) -> None:
    shop.run()
    shop.ran()
    file = shop.package / "arithmetic.py"
    file.write_text("# a thought\n\n" + file.read_text())
    shop.run()
    assert shop.ran() == []


def test_what_follows_is_unchanged_when_a_step_makes_the_same_again(shop: Any) -> None:
    shop.run()
    shop.ran()
    file = shop.package / "arithmetic.py"
    file.write_text(file.read_text().replace("number + number", "2 * number"))
    shop.run()
    assert shop.ran() == ["double"]


def test_a_changed_source_runs_the_volatile_step(shop: Any) -> None:
    shop.run()
    shop.ran()
    (shop.folder / "source").write_text("5")
    record = shop.run()
    assert shop.ran() == ALL
    assert record.steps[0].why == "new: the source"
    assert shop.number(record, "crown", "receipt") == 10


def test_a_volatile_step_of_which_nothing_is_known_runs_every_time(
    shop: Any,
) -> None:
    shop.run(blind=True)
    shop.ran()
    shop.run(blind=True)
    assert shop.ran() == ["fetch", "crown"]
    (shop.folder / "source").write_text("5")
    shop.run(blind=True)
    assert shop.ran() == ALL


def test_a_step_whose_mark_outside_was_undone_runs_again(shop: Any) -> None:
    shop.run()
    shop.ran()
    (shop.folder / "registry").unlink()
    shop.run()
    assert shop.ran() == ["crown"]


def test_what_a_verdict_crowned_does_not_bring_the_verdict_up_again(shop: Any) -> None:
    record = shop.run()
    shop.ran()
    verdict = record_of(shop, record, "judge").outputs["verdict"]
    champion = Given(
        path=record.output(shop.out, "crown", "receipt"), hash="of the champion", made_from=verdict
    )
    again = shop.run(champion=champion)
    assert shop.ran() == []
    assert states(again) == dict.fromkeys(ALL, "unchanged")


def test_a_champion_from_elsewhere_is_judged_against(shop: Any) -> None:
    record = shop.run()
    shop.ran()
    stranger = Given(
        path=record.output(shop.out, "crown", "receipt"), hash="of a stranger", made_from="elsewhere"
    )
    again = shop.run(champion=stranger)
    assert shop.ran() == ["judge", "crown"]
    assert again.steps[2].why == "new: its input champion"
    assert shop.number(again, "judge", "verdict") == 142


def test_new_data_are_judged_against_the_champion_that_old_data_crowned(shop: Any) -> None:
    record = shop.run()
    verdict = record_of(shop, record, "judge").outputs["verdict"]
    champion = Given(
        path=record.output(shop.out, "crown", "receipt"), hash="of the champion", made_from=verdict
    )
    (shop.folder / "source").write_text("5")
    shop.ran()
    again = shop.run(champion=champion)
    assert shop.ran() == ALL
    assert shop.number(again, "judge", "verdict") == 110


@pytest.mark.parametrize("harm", ["lost", "altered"])
def test_an_output_that_is_not_as_the_step_left_it_is_made_again(shop: Any, harm: str) -> None:
    record = shop.run()
    shop.ran()
    file = record.output(shop.out, "double", "doubled") / "number"
    file.unlink() if harm == "lost" else file.write_text("43")
    again = shop.run()
    assert shop.ran() == ["double"]
    assert again.steps[1].why == "what it made is not as it was"
    assert shop.number(again, "double", "doubled") == 42


def test_a_step_that_ends_well_without_an_output_is_an_error(shop: Any) -> None:
    shop.tell("double", "import os; os.rename(output, output.parent / 'elsewhere'); raise SystemExit(0)")
    with pytest.raises(MLError, match="the step double ended well without its output doubled"):
        shop.run()
    assert "double" not in "".join(shop.folders())


def test_a_crash_keeps_finished_steps_and_shows_the_log(shop: Any) -> None:
    shop.tell("judge", "print('before'); 1 / 0")
    with pytest.raises(
        StepFailed, match=r"the step judge failed with exit code 1 \(its log: .+/logs/judge-"
    ) as error:
        shop.run()
    assert error.value.exit_code == 1
    assert error.value.lines[0] == "before"
    assert error.value.lines[-1] == "ZeroDivisionError: division by zero"
    assert {f.split("/")[0] for f in shop.folders()} == {"fetch", "double"}
    record = RunRecord.read(shop.out)
    assert record.state == "failed"
    assert states(record) == {"fetch": "done", "double": "done", "judge": "failed", "crown": "not run"}
    shop.tell("judge", "")
    shop.ran()
    assert states(shop.run()) == {
        "fetch": "unchanged",
        "double": "unchanged",
        "judge": "done",
        "crown": "done",
    }
    assert shop.ran() == ["judge", "crown"]


@pytest.mark.parametrize(("code", "kind"), [(1, MLError), (2, InputError), (3, GateLost), (4, Unreachable)])
def test_a_steps_own_message_and_exit_code_are_the_runs(shop: Any, code: int, kind: type[MLError]) -> None:
    shop.tell("double", f"import sys; print('error: no rows (look)', file=sys.stderr); sys.exit({code})")
    with pytest.raises(MLError, match=r"^double: no rows \(look\) \(log: .+\)$") as error:
        shop.run()
    assert type(error.value) is kind
    assert error.value.exit_code == code


def test_a_step_that_is_killed_leaves_nothing_and_is_said_to_be_killed(shop: Any) -> None:
    shop.tell("double", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(
        StepFailed, match="the step double was killed; when nobody did it, the memory was not enough"
    ):
        shop.run()
    assert {f.split("/")[0] for f in shop.folders()} == {"fetch"}


def test_a_full_disk_in_a_step_leaves_nothing_of_it(shop: Any) -> None:
    shop.tell("double", "open('/dev/full', 'w').write('x' * 100_000)")
    with pytest.raises(StepFailed) as error:
        shop.run()
    assert error.value.lines[-1] == "OSError: [Errno 28] No space left on device"
    assert {f.split("/")[0] for f in shop.folders()} == {"fetch"}


def test_steps_run_in_a_scratch_folder_that_is_thrown_away(
    shop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    shop.run()
    assert list(here.iterdir()) == []
    assert not Path((shop.folder / "cwd-fetch").read_text()).exists()
    assert not list(shop.out.rglob("left-behind"))


def test_a_step_sees_the_settings_it_may_need_only(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNOWFLAKE_ACCOUNT", "x")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "x")
    monkeypatch.setenv("GITHUB_TOKEN", "x")
    shop.run()
    seen = (shop.folder / "environment-fetch").read_text().split("\n")
    assert {"SNOWFLAKE_ACCOUNT", "MLFLOW_TRACKING_URI", "PATH"} <= set(seen)
    assert "GITHUB_TOKEN" not in seen


def test_an_asset_has_a_version_for_each_content_and_knows_what_it_is_made_from(shop: Any) -> None:
    shop.run()
    (shop.folder / "source").write_text("5")
    record = shop.run()
    notes = [json.loads(p.read_text()) for p in (shop.out / "assets" / "tiny-rows").glob("*.json")]
    assert len(notes) == 2
    hash_ = record_of(shop, record, "fetch").outputs["rows"]
    note = next(n for n in notes if n["hash"] == hash_)
    assert note["version"] == hash_[:12]
    assert (shop.out / note["path"] / "number").read_text() == "5"


def test_a_value_out_of_bounds_is_refused_before_anything_runs(shop: Any) -> None:
    with pytest.raises(InputError, match=r"^factor: 0 is less than 1$"):
        shop.run({"factor": 0})
    with pytest.raises(InputError, match=r"^there is no parameter speed \(there are: factor, note\)$"):
        shop.run({"speed": 1})
    assert shop.ran() == []


def test_a_place_where_nothing_can_be_written_is_an_error_of_the_user(shop: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        InputError, match=r"^cannot write .+/file/out: Not a directory \(choose another folder\)$"
    ):
        run(shop.pipeline, tmp_path / "file" / "out")


def test_a_record_of_another_version_is_not_taken(shop: Any) -> None:
    record = shop.run()
    shop.ran()
    path = shop.out / "steps" / "double" / str(record.steps[1].key) / "record.json"
    path.write_text(path.read_text().replace('"effect"', '"mark"'))
    shop.run()
    assert shop.ran() == ["double"]


def test_a_folder_without_a_run_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"run\.json does not exist \(run `roast run` into that folder first\)"
    ):
        RunRecord.read(tmp_path)


def test_events_tell_what_happens(shop: Any) -> None:
    shop.tell("double", "import time; print('at work', flush=True); time.sleep(0.5)")
    shop.run()
    double = [e for e in shop.events if e.step == "double"]
    assert double[0].line == "first run"
    assert any(e.line == "at work" and e.state is None for e in double)
    assert double[-1].state == "done"
    assert double[-1].outputs["doubled"].is_dir()
