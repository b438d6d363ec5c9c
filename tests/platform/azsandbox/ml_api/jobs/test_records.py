"""Records of runs."""

from __future__ import annotations

from typing import Any

import pytest

from azsandbox.ml_api.jobs.records import Records, Run

pytestmark = pytest.mark.xdist_group("api")


def test_a_run_of_a_deleted_job_is_not_brought_back(sandbox: Any, workspace: str) -> None:
    from azsandbox.arm_api.resources import Resources

    records = Records(Resources(sandbox.provider))
    records.save(Run(id=f"{workspace}/jobs/gone", kind="Command", root="gone"))
    assert sandbox.subscription.get(f"{workspace}/jobs/gone") is None
