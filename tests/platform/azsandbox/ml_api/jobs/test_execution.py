"""Jobs through azure-ai-ml: the process of a command, its inputs, its environment and its time limit."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("api")


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
    final = ended(ml.jobs.create_or_update(job).name)
    assert final.status == "Completed"
    ml.jobs.download(final.name, download_path=tmp_path)
    assert (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text() == rows.read_text()


def test_a_job_runs_in_this_checkouts_environment(
    sdk: Any, ml: Any, image: str, ended: Callable[[str], Any], tmp_path: Path
) -> None:
    script = "import os, ml.spec, sys; print(sys.prefix, sorted(x for x in os.environ if 'ROASTERY' in x))"
    job = sdk.command(command=f'python -c "{script}"', environment=image, compute="aks")
    final = ended(ml.jobs.create_or_update(job).name)
    ml.jobs.download(final.name, download_path=tmp_path)
    log = (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text()
    assert log == f"{sys.prefix} []\n"


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
    final = ended(ml.jobs.create_or_update(job).name)
    ml.jobs.download(final.name, download_path=tmp_path)
    assert (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text() == "yes own\n"


def test_a_job_that_takes_too_long_is_canceled(
    sdk: Any, ml: Any, image: str, ended: Callable[[str], Any]
) -> None:
    job = sdk.command(command="sleep 300", environment=image, compute="aks", timeout=1)
    final = ended(ml.jobs.create_or_update(job).name)
    assert final.status == "Canceled"
