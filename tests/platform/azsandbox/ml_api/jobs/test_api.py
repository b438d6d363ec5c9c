"""Jobs through azure-ai-ml: submitted, listed, tagged, archived, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("api")


def test_a_registered_pipeline_component_is_a_job(
    sdk: Any, ml: Any, component: Callable[..., Any], ended: Callable[[str], Any], unique: str, tmp_path: Path
) -> None:
    say = component(
        f"say_{unique}",
        "echo ${{inputs.word}} > ${{outputs.said}}",
        inputs={"word": sdk.Input(type="string")},
        outputs={"said": sdk.Output(type="uri_file")},
    )

    def inner(word: str) -> Any:
        return {"said": say(word=word).outputs.said}

    inner.__annotations__ = {"word": str}  # azure-ai-ml does not evaluate annotations
    registered = sdk.dsl.pipeline(name=f"inner_{unique}", version="1")(inner)

    @sdk.dsl.pipeline(default_compute="aks")
    def outer() -> Any:
        return {"said": ml.components.get(f"inner_{unique}", "1")(word="espresso").outputs.said}

    ml.components.create_or_update(registered._pipeline_builder.build(user_provided_kwargs={}))
    job = ended(ml.jobs.create_or_update(outer()).name)
    assert job.status == "Completed"
    ml.jobs.download(job.name, download_path=tmp_path, output_name="said")
    assert (tmp_path / "named-outputs" / "said" / "said").read_text() == "espresso\n"


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


def test_a_job_takes_new_tags_and_can_be_archived(
    ml: Any, pipeline: Any, ended: Callable[[str], Any]
) -> None:
    job = ended(ml.jobs.create_or_update(pipeline).name)
    assert ml.jobs.create_or_update(job, tags={"checked": "yes"}).tags == {"checked": "yes"}
    ml.jobs.archive(job.name)
    assert job.name not in [listed.name for listed in ml.jobs.list()]
    assert job.name in [listed.name for listed in ml.jobs.list(list_view_type="All")]
