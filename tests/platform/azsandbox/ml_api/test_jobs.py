"""Jobs through azure-ai-ml: submitted, run, followed, cancelled, downloaded."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("api")


@pytest.fixture
def pipeline(sdk: Any, component: Callable[..., Any], unique: str) -> Any:
    """Two registered components wired, not yet submitted: the first writes what the second reads."""
    write = component(
        f"write_{unique}",
        "echo $FROM_THE_SESSION $[[with ${{inputs.note}}]]; echo ${{inputs.n}} > ${{outputs.made}}/number",
        inputs={"n": sdk.Input(type="integer", default=3), "note": sdk.Input(type="string", optional=True)},
        outputs={"made": sdk.Output(type="uri_folder")},
    )
    read = component(
        f"read_{unique}",
        "cat ${{inputs.made}}/number > ${{outputs.twice}}",
        inputs={"made": sdk.Input(type="uri_folder")},
        outputs={"twice": sdk.Output(type="uri_file")},
    )

    @sdk.dsl.pipeline(name="two", default_compute="aks")
    def two(n: int = 5) -> Any:
        first = write(n=n)
        first.outputs.made.name = f"numbers-{unique}"
        second = read(made=first.outputs.made)
        return {"twice": second.outputs.twice}

    return two()


def test_a_pipeline_of_registered_components_runs_in_order(
    ml: Any, pipeline: Any, ended: Callable[[str], Any], tmp_path: Path
) -> None:
    job = ended(ml.jobs.create_or_update(pipeline).name)
    assert job.status == "Completed"
    nodes = {one.display_name: one for one in ml.jobs.list(parent_job_name=job.name)}
    assert {name: one.status for name, one in nodes.items()} == {"first": "Completed", "second": "Completed"}
    ml.jobs.download(job.name, download_path=tmp_path, output_name="twice")
    assert (tmp_path / "named-outputs" / "twice" / "twice").read_text() == "5\n"
    ml.jobs.download(nodes["first"].name, download_path=tmp_path)
    assert (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text() == "yes\n"
    assert job.name in [one.name for one in ml.jobs.list()]
    assert not {one.name for one in nodes.values()} & {one.name for one in ml.jobs.list()}


def test_a_named_output_becomes_the_next_version_of_a_data_asset(
    ml: Any, pipeline: Any, ended: Callable[[str], Any], unique: str
) -> None:
    for version in ("1", "2"):
        ended(ml.jobs.create_or_update(pipeline).name)
        found = ml.data.get(f"numbers-{unique}", label="latest")
        assert found.version == version
        assert "/datastores/workspaceblobstore/paths/azureml/" in found.path


def test_streaming_a_job_shows_its_log(
    sdk: Any, ml: Any, component: Callable[..., Any], unique: str, capsys: pytest.CaptureFixture[str]
) -> None:

    slow = component(f"slow_{unique}", "sleep 2.5")

    @sdk.dsl.pipeline(default_compute="aks")
    def one() -> None:
        slow()

    ml.jobs.stream(ml.jobs.create_or_update(one()).name)
    said = capsys.readouterr().out
    assert "Streaming logs/azureml/executionlogs.txt" in said
    assert f"slow_{unique}: Completed" in said


def test_the_log_of_a_crashed_job_reaches_the_user(
    sdk: Any, ml: Any, component: Callable[..., Any], ended: Callable[[str], Any], unique: str
) -> None:
    from azure.ai.ml.exceptions import JobException

    crash = component(f"crash_{unique}", "echo 'ValueError: March is missing' >&2; exit 3")

    @sdk.dsl.pipeline(default_compute="aks")
    def doomed() -> None:
        crash()

    job = ended(ml.jobs.create_or_update(doomed()).name)
    assert job.status == "Failed"
    with pytest.raises(JobException, match="March is missing") as caught:
        ml.jobs.stream(job.name)
    assert "status code 3" in str(caught.value)


def test_what_comes_after_a_failed_node_does_not_run(
    sdk: Any, ml: Any, component: Callable[..., Any], ended: Callable[[str], Any], unique: str, tmp_path: Path
) -> None:

    crash = component(
        f"crash_{unique}", "exit 1 # ${{outputs.made}}", outputs={"made": sdk.Output(type="uri_folder")}
    )
    mark = tmp_path / "mark"
    after = component(
        f"after_{unique}",
        f"touch {mark} # ${{{{inputs.made}}}}",
        inputs={"made": sdk.Input(type="uri_folder")},
    )

    @sdk.dsl.pipeline(default_compute="aks")
    def doomed() -> None:
        first = crash()
        after(made=first.outputs.made)

    assert ended(ml.jobs.create_or_update(doomed()).name).status == "Failed"
    assert not mark.exists()


def test_cancelling_a_job_kills_its_processes(
    sdk: Any,
    ml: Any,
    component: Callable[..., Any],
    ended: Callable[[str], Any],
    until: Callable[..., None],
    alive: Callable[[int], bool],
    unique: str,
    tmp_path: Path,
) -> None:

    pid = tmp_path / "pid"
    slow = component(f"slow_{unique}", f"sleep 300 & echo $! > {pid}; wait")

    @sdk.dsl.pipeline(default_compute="aks")
    def endless() -> None:
        slow()

    job = ml.jobs.create_or_update(endless())
    until(lambda: pid.is_file() and pid.read_text() != "")
    ml.jobs.begin_cancel(job.name).result()
    assert ended(job.name).status == "Canceled"
    until(lambda: not alive(int(pid.read_text())))


def test_a_command_job_takes_registered_data(
    entities: Any, sdk: Any, ml: Any, image: str, ended: Callable[[str], Any], unique: str, tmp_path: Path
) -> None:

    rows = tmp_path / "rows.csv"
    rows.write_text("store,quantity\nA,7\n")
    ml.data.create_or_update(
        entities.Data(name=f"rows-{unique}", version="1", path=str(rows), type="uri_file")
    )
    job = sdk.command(
        command="cat ${{inputs.rows}}",
        inputs={"rows": sdk.Input(type="uri_file", path=f"azureml:rows-{unique}:1")},
        environment=image,
        compute="aks",
    )
    done = ended(ml.jobs.create_or_update(job).name)
    assert done.status == "Completed"
    ml.jobs.download(done.name, download_path=tmp_path)
    assert (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text() == rows.read_text()


def test_a_job_runs_in_this_checkouts_environment(
    sdk: Any, ml: Any, image: str, ended: Callable[[str], Any], tmp_path: Path
) -> None:
    said = "import os, ml.spec, sys; print(sys.prefix, sorted(x for x in os.environ if 'ROASTERY' in x))"
    job = sdk.command(command=f'python -c "{said}"', environment=image, compute="aks")
    done = ended(ml.jobs.create_or_update(job).name)
    ml.jobs.download(done.name, download_path=tmp_path)
    log = (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text()
    assert log == f"{sys.prefix} []\n"


def test_a_registered_pipeline_component_is_a_job(
    sdk: Any, ml: Any, component: Callable[..., Any], ended: Callable[[str], Any], unique: str, tmp_path: Path
) -> None:

    say = component(
        f"say_{unique}",
        "echo ${{inputs.word}} > ${{outputs.said}}",
        inputs={"word": sdk.Input(type="string")},
        outputs={"said": sdk.Output(type="uri_file")},
    )

    @sdk.dsl.pipeline(name=f"inner_{unique}", version="1")
    def inner(word: str) -> Any:
        return {"said": say(word=word).outputs.said}

    @sdk.dsl.pipeline(default_compute="aks")
    def outer() -> Any:
        return {"said": ml.components.get(f"inner_{unique}", "1")(word="espresso").outputs.said}

    ml.components.create_or_update(inner._pipeline_builder.build(user_provided_kwargs={}))
    job = ended(ml.jobs.create_or_update(outer()).name)
    assert job.status == "Completed"
    ml.jobs.download(job.name, download_path=tmp_path, output_name="said")
    assert (tmp_path / "named-outputs" / "said" / "said").read_text() == "espresso\n"


def test_the_sessions_variables_win_over_the_jobs_own(
    sdk: Any, ml: Any, image: str, ended: Callable[[str], Any], tmp_path: Path
) -> None:
    variables = {"FROM_THE_SESSION": "no", "OF_THE_JOB": "own"}
    job = sdk.command(
        command="echo $FROM_THE_SESSION $OF_THE_JOB",
        environment=image,
        compute="aks",
        environment_variables=variables,
    )
    done = ended(ml.jobs.create_or_update(job).name)
    ml.jobs.download(done.name, download_path=tmp_path)
    assert (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text() == "yes own\n"


def test_a_job_that_takes_too_long_is_canceled(
    sdk: Any, ml: Any, image: str, ended: Callable[[str], Any]
) -> None:
    job = sdk.command(command="sleep 300", environment=image, compute="aks", timeout=1)
    done = ended(ml.jobs.create_or_update(job).name)
    assert done.status == "Canceled"


def test_independent_nodes_run_side_by_side_but_no_more_than_two(
    sdk: Any, ml: Any, component: Callable[..., Any], ended: Callable[[str], Any], unique: str, tmp_path: Path
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    count = f"touch {marks}/$$; ls {marks} | wc -l >> {tmp_path}/seen; sleep 1; rm {marks}/$$"
    busy = component(f"busy_{unique}", count)

    @sdk.dsl.pipeline(default_compute="aks")
    def four():  # noqa: ANN202 - azure-ai-ml reads the annotations
        for _ in range(4):
            busy()

    assert ended(ml.jobs.create_or_update(four()).name).status == "Completed"
    assert max(int(one) for one in (tmp_path / "seen").read_text().split()) == 2


def test_a_job_takes_new_tags_and_can_be_archived(
    ml: Any, pipeline: Any, ended: Callable[[str], Any]
) -> None:
    job = ended(ml.jobs.create_or_update(pipeline).name)
    assert ml.jobs.create_or_update(job, tags={"checked": "yes"}).tags == {"checked": "yes"}
    ml.jobs.archive(job.name)
    assert job.name not in [one.name for one in ml.jobs.list()]
    assert job.name in [one.name for one in ml.jobs.list(list_view_type="All")]
