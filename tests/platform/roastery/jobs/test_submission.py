"""Jobs are submitted, followed and cancelled through the genuine SDK; failures are explained."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm import faults
from roastery.jobs.client import WorkspaceClient, connect
from roastery.jobs.errors import JobsError
from roastery.jobs.job_progress import follow
from roastery.jobs.reference import WorkspaceReference
from roastery.jobs.submission import SubmittedJob, submit

pytestmark = pytest.mark.xdist_group("api")


def test_a_pipeline_runs_to_its_end_and_names_its_outputs(
    roast: Any, tiny: str, unique: str, tmp_path: Path
) -> None:
    code, out, err = roast(
        "job",
        "submit",
        "--pipeline",
        tiny,
        "--param",
        "n=7",
        "--json",
        "--download",
        str(tmp_path / "got"),
        *("--outputs-to", str(tmp_path / "named")),
    )
    assert code == 0, err
    result = json.loads(out)
    assert (result["state"], result["model"]) == ("Completed", None)
    assert result["outputs"]["made"] == f"azureml:grounds-{unique}:1"
    assert {"grind: Completed", "brew: Completed", "job: Completed"} <= set(err.splitlines())
    assert (tmp_path / "named" / "made").read_text() == f"azureml:grounds-{unique}:1"
    number = next((tmp_path / "got" / "grind").rglob("made/number"))
    assert number.read_text() == "arabica 7\n"
    assert "arabica 7" in next((tmp_path / "got" / "brew").rglob("std_log.txt")).read_text()


def test_one_step_runs_as_the_pipeline_would_run_it(roast: Any, tiny: str, unique: str) -> None:
    code, out, err = roast("job", "submit", "grind", "--pipeline", tiny, "--wait", "--json")
    assert code == 0, err
    assert json.loads(out)["outputs"]["made"] == f"azureml:grounds-{unique}:1"
    asset = f"made=azureml:grounds-{unique}:1"
    code, out, err = roast("job", "submit", "brew", "--pipeline", tiny, "--input", asset, "--wait")
    assert code == 0, err
    assert "Completed" in out


def test_the_pipeline_goes_on_from_a_step_with_what_others_have_made(
    roast: Any, tiny: str, tmp_path: Path
) -> None:
    named, got = tmp_path / "named", tmp_path / "got"
    named.mkdir()
    (named / "model").write_text("of-a-run-before:1")
    code, _, err = roast("job", "submit", "grind", "--pipeline", tiny, "--outputs-to", str(named))
    assert code == 0, err
    assert not (named / "model").exists()
    # An output that is not a data asset is handed on by its address.
    husks = f"made={(named / 'husks').read_text()}"
    code, out, err = roast(
        "job",
        "submit",
        "--from",
        "brew",
        "--pipeline",
        tiny,
        "--input",
        husks,
        "--download",
        str(got),
        "--json",
    )
    assert code == 0, err
    assert json.loads(out)["state"] == "Completed"
    assert sorted(path.name for path in got.iterdir()) == ["brew"]
    assert "husks" in next(got.rglob("std_log.txt")).read_text()


def test_submitting_again_by_name_follows_the_same_job(roast: Any, ml: Any, tiny: str, unique: str) -> None:
    """A pod that was evicted starts again and submits once more."""
    arguments = ("job", "submit", "--pipeline", tiny, "--name", f"once-{unique}", "--wait", "--json")
    code, out, err = roast(*arguments)
    assert (code, json.loads(out)["job"]) == (0, f"once-{unique}"), err
    before = len(list(ml.jobs.list()))
    code, again, err = roast(*arguments)
    assert (code, json.loads(again)) == (0, json.loads(out))
    assert f"found pipeline as once-{unique}" in err
    assert len(list(ml.jobs.list())) == before


def test_after_a_job_that_failed_the_next_of_its_name_is_a_new_one(
    roast: Any, tiny: str, unique: str
) -> None:
    arguments = ("job", "submit", "--pipeline", tiny, "--name", f"try-{unique}", "--wait", "--json")
    code, _, err = roast(*arguments, "--param", "pot=broken")
    assert (code, f"job try-{unique} failed" in err) == (1, True)
    code, out, err = roast(*arguments)
    assert (code, json.loads(out)["job"]) == (0, f"try-{unique}-2"), err
    code, _, err = roast("job", "submit", "--pipeline", tiny, "--name", "a b")
    assert (code, "--name a b: should be letters" in err) == (2, True)


def test_a_poll_that_fails_does_not_end_the_wait(tiny: str, sandbox: Any, here: WorkspaceReference) -> None:
    """Azure ML is overloaded while the job runs: it is waited for, and nothing is submitted again."""
    workspace = connect(replace(here, pipeline=tiny), retries=0)
    job = submit(workspace, "pipeline")
    faults.add(sandbox.subscription, "429", f"/jobs/{job.name}", "read", 2)
    lines: list[str] = []
    state = follow(workspace, job, lines.append, every=0.1)
    assert state.status == "Completed"
    waiting = [line for line in lines if line.startswith("still waiting: ")]
    assert len(waiting) == 2
    assert "429" in waiting[0]


def test_the_log_of_a_job_that_crashes_reaches_the_user(roast: Any, tiny: str) -> None:
    code, out, err = roast("job", "submit", "--pipeline", tiny, "--param", "pot=broken", "--wait", "--json")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert "the log of brew ends:" in lines
    assert "  the pot is broken" in lines
    assert "failed in brew" in lines[-1]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--param", "m=1"], "pipeline has no param m (there are: n, pot)"),
        (["--param", "po=1"], "did you mean pot?"),
        (["--param", "n=ten"], "--param n=ten: should be a whole number"),
        (["--param", "n=12"], "should be from 1 to 9"),
        (["--param", "pot=blue"], "is none of whole, broken, slow"),
        (["--param", "n"], "should be name=value"),
        (["--param", "n=1", "--param", "n=2"], "--param n is given twice"),
        (["--input", "champion=azureml:m:1"], "pipeline has no input champion"),
    ],
)
def test_what_the_pipeline_does_not_take_is_refused_before_anything_is_sent(
    roast: Any, ml: Any, tiny: str, arguments: list[str], message: str
) -> None:
    before = len(list(ml.jobs.list()))
    code, _, err = roast("job", "submit", "--pipeline", tiny, *arguments)
    assert code == 2
    assert message in err
    assert len(list(ml.jobs.list())) == before


def test_steps_and_inputs_are_checked_too(roast: Any, tiny: str) -> None:
    code, _, err = roast("job", "submit", "grnd", "--pipeline", tiny)
    assert (code, "did you mean grind?" in err) == (2, True)
    code, _, err = roast("job", "submit", "--from", "brwe", "--pipeline", tiny)
    assert (code, "did you mean brew?" in err) == (2, True)
    code, _, err = roast("job", "submit", "brew", "--from", "brew", "--pipeline", tiny)
    assert (code, "brew is one step" in err) == (2, True)
    code, _, err = roast(
        "job", "submit", "--from", "brew", "--pipeline", tiny, "--input", "beans=azureml:a:1"
    )
    assert (code, "pipeline has no input beans (there are: made)" in err) == (2, True)
    code, _, err = roast("job", "submit", "brew", "--pipeline", tiny)
    assert (code, "brew needs made (--input made=…)" in err) == (2, True)
    code, _, err = roast("job", "submit", "brew", "--pipeline", tiny, "--input", "made=./here")
    assert (code, "should be a registered asset" in err) == (2, True)


def test_a_job_is_cancelled_by_its_name_and_reported_as_cancelled(
    roast: Any, tiny: str, client: WorkspaceClient, ended: Callable[[str], Any]
) -> None:
    code, out, _ = roast("job", "submit", "--pipeline", tiny, "--param", "pot=slow", "--json")
    job = json.loads(out)["job"]
    assert code == 0
    code, out, _ = roast("job", "cancel", job)
    assert (code, out) == (0, f"cancelled {job}\n")
    assert ended(job).status == "Canceled"
    with pytest.raises(JobsError, match=f"job {job} was cancelled"):
        follow(client, SubmittedJob(name=job, url="", output_assets={}), print)
    code, _, err = roast("job", "cancel", job)
    assert (code, "terminal state" in err) == (1, True)


def test_a_job_that_is_not_there_can_not_be_cancelled(roast: Any) -> None:
    code, _, err = roast("job", "cancel", "nobody")
    assert code == 1
    assert len(err.splitlines()) == 1
    assert "nobody" in err


def test_ctrl_c_leaves_the_job_running_and_says_how_to_end_it(
    roast: Any, ml: Any, tiny: str, tmp_path: Path
) -> None:
    def interrupt() -> None:
        deadline = time.monotonic() + 60
        while not (tmp_path / "ground").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(3)  # it is followed by then
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    code, _, err = roast("job", "submit", "--pipeline", tiny, "--param", "pot=slow", "--wait")
    assert code == 130
    job = next(line for line in err.splitlines() if line.startswith("submitted")).split()[3].rstrip(":")
    assert f"roast job cancel {job}" in err
    assert ml.jobs.get(job).status == "Running"
    ml.jobs.begin_cancel(job).result()
