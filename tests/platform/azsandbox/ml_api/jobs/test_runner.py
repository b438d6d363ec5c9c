"""Jobs through azure-ai-ml: the nodes of a pipeline run in order, at most two at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("api")


def test_a_pipeline_of_registered_components_runs_in_order(
    ml: Any, pipeline: Any, ended: Callable[[str], Any], tmp_path: Path
) -> None:
    job = ended(ml.jobs.create_or_update(pipeline).name)
    assert job.status == "Completed"
    nodes = {node.display_name: node for node in ml.jobs.list(parent_job_name=job.name)}
    assert {name: node.status for name, node in nodes.items()} == {
        "first": "Completed",
        "second": "Completed",
    }
    ml.jobs.download(job.name, download_path=tmp_path, output_name="twice")
    assert (tmp_path / "named-outputs" / "twice" / "twice").read_text() == "5\n"
    ml.jobs.download(nodes["first"].name, download_path=tmp_path)
    assert (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text() == "yes\n"
    assert job.name in [listed.name for listed in ml.jobs.list()]
    assert not {listed.name for listed in nodes.values()} & {listed.name for listed in ml.jobs.list()}


def test_a_node_that_depends_on_a_failed_one_does_not_run(
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
    assert max(int(number) for number in (tmp_path / "seen").read_text().split()) == 2
