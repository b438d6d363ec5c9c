"""Jobs through azure-ai-ml: streamed logs and reported failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("api")


def test_streaming_a_job_shows_its_log(
    sdk: Any, ml: Any, component: Callable[..., Any], unique: str, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = component(f"slow_{unique}", "sleep 2.5")

    @sdk.dsl.pipeline(default_compute="aks")
    def single() -> None:
        slow()

    ml.jobs.stream(ml.jobs.create_or_update(single()).name)
    output = capsys.readouterr().out
    assert "Streaming logs/azureml/executionlogs.txt" in output
    assert f"slow_{unique}: Completed" in output


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
