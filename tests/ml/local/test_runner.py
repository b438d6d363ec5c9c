"""A step runs once for all that it depends on, with its exact command, in a process of its own."""

from __future__ import annotations

from typing import Any

import pytest

from ml.errors import InputError
from ml.local.contract import PipelineInput
from ml.local.records import RunRecord

ALL = ["fetch", "double", "evaluate", "promote"]


def test_the_steps_run_in_order_and_their_outputs_are_found(tiny: Any) -> None:
    record = tiny.run()
    assert tiny.ran() == ALL
    assert tiny.states(record) == dict.fromkeys(ALL, "done")
    assert tiny.number(record, "promote", "receipt") == 42
    assert RunRecord.read(tiny.out) == record


def test_a_second_run_finds_everything_unchanged(tiny: Any) -> None:
    first = tiny.run()
    tiny.ran()
    second = tiny.run()
    assert tiny.ran() == []
    assert tiny.states(second) == dict.fromkeys(ALL, "unchanged")
    assert [s.outputs for s in second.steps] == [s.outputs for s in first.steps]


def test_a_changed_parameter_runs_its_step_and_what_follows(tiny: Any) -> None:
    tiny.run()
    tiny.ran()
    record = tiny.run({"factor": 2})
    assert tiny.ran() == ["double", "evaluate", "promote"]
    assert [s.why for s in record.steps][:2] == ["", "new: factor"]
    assert tiny.number(record, "promote", "receipt") == 84


def test_going_back_to_an_earlier_parameter_runs_nothing_but_what_left_a_mark_outside(tiny: Any) -> None:
    tiny.run()
    tiny.run({"factor": 2})
    tiny.ran()
    record = tiny.run()
    assert tiny.ran() == ["promote"]
    assert tiny.registry() == "42"
    assert tiny.states(record)["double"] == "unchanged"


def test_changed_code_that_a_step_imports_runs_that_step(tiny: Any) -> None:
    tiny.run()
    tiny.ran()
    file = tiny.package / "arithmetic.py"
    file.write_text(file.read_text().replace("number + number", "3 * number"))
    record = tiny.run()
    assert tiny.ran() == ["double", "evaluate", "promote"]
    assert record.steps[1].why == "new: the code"
    assert tiny.number(record, "double", "doubled") == 63


def test_a_changed_comment_runs_nothing(tiny: Any) -> None:
    tiny.run()
    tiny.ran()
    file = tiny.package / "arithmetic.py"
    file.write_text("# a thought\n\n" + file.read_text())
    tiny.run()
    assert tiny.ran() == []


def test_what_follows_is_unchanged_when_a_step_makes_the_same_again(tiny: Any) -> None:
    tiny.run()
    tiny.ran()
    file = tiny.package / "arithmetic.py"
    file.write_text(file.read_text().replace("number + number", "2 * number"))
    tiny.run()
    assert tiny.ran() == ["double"]


def test_a_changed_source_runs_the_volatile_step(tiny: Any) -> None:
    tiny.run()
    tiny.ran()
    (tiny.folder / "source").write_text("5")
    record = tiny.run()
    assert tiny.ran() == ALL
    assert record.steps[0].why == "new: the source"
    assert tiny.number(record, "promote", "receipt") == 10


def test_a_volatile_step_of_which_nothing_is_known_runs_every_time(
    tiny: Any,
) -> None:
    tiny.run(blind=True)
    tiny.ran()
    tiny.run(blind=True)
    assert tiny.ran() == ["fetch", "promote"]
    (tiny.folder / "source").write_text("5")
    tiny.run(blind=True)
    assert tiny.ran() == ALL


def test_a_step_whose_mark_outside_was_undone_runs_again(tiny: Any) -> None:
    tiny.run()
    tiny.ran()
    (tiny.folder / "registry").unlink()
    tiny.run()
    assert tiny.ran() == ["promote"]


def test_a_champion_that_this_evaluation_promoted_does_not_run_the_evaluation_again(tiny: Any) -> None:
    record = tiny.run()
    tiny.ran()
    verdict = tiny.step_record(record, "evaluate").outputs["verdict"]
    champion = PipelineInput(
        path=record.output(tiny.out, "promote", "receipt"), hash="of the champion", made_from=verdict
    )
    again = tiny.run(champion=champion)
    assert tiny.ran() == []
    assert tiny.states(again) == dict.fromkeys(ALL, "unchanged")


def test_a_champion_from_elsewhere_is_compared_with(tiny: Any) -> None:
    record = tiny.run()
    tiny.ran()
    stranger = PipelineInput(
        path=record.output(tiny.out, "promote", "receipt"), hash="of a stranger", made_from="elsewhere"
    )
    again = tiny.run(champion=stranger)
    assert tiny.ran() == ["evaluate", "promote"]
    assert again.steps[2].why == "new: its input champion"
    assert tiny.number(again, "evaluate", "verdict") == 142


def test_new_data_are_compared_with_the_champion_that_old_data_promoted(tiny: Any) -> None:
    record = tiny.run()
    verdict = tiny.step_record(record, "evaluate").outputs["verdict"]
    champion = PipelineInput(
        path=record.output(tiny.out, "promote", "receipt"), hash="of the champion", made_from=verdict
    )
    (tiny.folder / "source").write_text("5")
    tiny.ran()
    again = tiny.run(champion=champion)
    assert tiny.ran() == ALL
    assert tiny.number(again, "evaluate", "verdict") == 110


@pytest.mark.parametrize("harm", ["lost", "altered"])
def test_an_output_that_is_not_as_the_step_left_it_is_made_again(tiny: Any, harm: str) -> None:
    record = tiny.run()
    tiny.ran()
    file = record.output(tiny.out, "double", "doubled") / "number"
    file.unlink() if harm == "lost" else file.write_text("43")
    again = tiny.run()
    assert tiny.ran() == ["double"]
    assert again.steps[1].why == "its outputs or effects have changed"
    assert tiny.number(again, "double", "doubled") == 42


def test_a_value_out_of_bounds_is_refused_before_anything_runs(tiny: Any) -> None:
    with pytest.raises(InputError, match=r"^factor: 0 is less than 1$"):
        tiny.run({"factor": 0})
    with pytest.raises(InputError, match=r"^unknown parameter speed \(parameters: factor, note\)$"):
        tiny.run({"speed": 1})
    assert tiny.ran() == []


def test_events_report_the_progress_of_a_step(tiny: Any) -> None:
    tiny.inject("double", "import time; print('at work', flush=True); time.sleep(0.5)")
    tiny.run()
    double = [e for e in tiny.events if e.step == "double"]
    assert double[0].line == "first run"
    assert any(e.line == "at work" and e.state is None for e in double)
    assert double[-1].state == "done"
    assert double[-1].outputs["doubled"].is_dir()
