"""Jobs of workflows, made from steps of a pipeline."""

from __future__ import annotations

from ml.pipeline import EVALUATE, IMPORT, PIPELINE, TRAIN
from roastery.components.argo.workflows.pipeline_jobs import job_of_steps


def test_steps_become_one_job_that_reads_what_others_write() -> None:
    first = job_of_steps("data-import", PIPELINE, (IMPORT.name,), hours=4, environment={"A": "b"})
    rest = job_of_steps("train", PIPELINE, (TRAIN.name, EVALUATE.name), hours=12, environment={})

    assert (first.target, first.inputs, first.environment, first.hours) == (IMPORT.name, (), {"A": "b"}, 4)
    written = {port.name for step in (TRAIN, EVALUATE) for port in step.outputs}
    assert not set(rest.inputs) & written
    assert set(rest.outputs) == written
