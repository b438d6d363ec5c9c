"""What the user reads when the cloud is busy or unreachable, or refuses the sign-in."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm import faults
from azsandbox.target import Sandbox
from roastery.jobs.client import connect, open_workspace
from roastery.jobs.errors import (
    AuthorizationError,
    JobsError,
    ProgramMissingError,
    TransientError,
    UsageError,
)
from roastery.jobs.job_progress import read_state
from roastery.jobs.reference import WorkspaceReference, pulumi_outputs, target_outputs

pytestmark = pytest.mark.xdist_group("api")

PIPELINE = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
    "/components/monthly-demand/versions/h1"
)


def test_a_throttled_call_is_tried_again(sandbox: Any, here: WorkspaceReference) -> None:
    faults.add(sandbox.subscription, "429", "/jobs", "read", 1)
    with pytest.raises(JobsError, match=r"does not exist|not found"):
        read_state(connect(here), "nobody")
    assert sandbox.subscription.faults() == []


def test_a_service_that_stays_throttled_is_worth_another_try(sandbox: Any, here: WorkspaceReference) -> None:
    faults.add(sandbox.subscription, "429", "/jobs", "read", 9)
    with pytest.raises(TransientError, match=r"429 .*throttled") as caught:
        read_state(connect(here, retries=1), "nobody")
    assert caught.value.exit_code == 75
    assert "\n" not in str(caught.value)


def test_a_host_that_does_not_answer_is_worth_another_try(
    sandbox: Any, here: WorkspaceReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    del sandbox
    workspace = connect(here, retries=0)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(TransientError):
        read_state(workspace, "nobody")


def test_an_expired_credential_is_a_refused_sign_in_and_says_to_sign_in(
    sandbox: Any, here: WorkspaceReference, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del sandbox
    stale = tmp_path / "token"
    stale.write_text("a.token.ofyesterday")
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(stale))
    with pytest.raises(AuthorizationError, match=r"the sign-in failed.*az login") as caught:
        read_state(connect(here), "nobody")
    assert caught.value.exit_code == 77


def test_the_outputs_of_a_stack_name_the_workspace() -> None:
    reference = WorkspaceReference.from_outputs({"pipeline": PIPELINE, "endpoint": "ep", "vault": "x"})
    assert reference == WorkspaceReference(
        subscription="s", group="g", workspace="w", endpoint="ep", pipeline=PIPELINE
    )
    assert WorkspaceReference(endpoint="other").or_else(reference).endpoint == "other"
    with pytest.raises(JobsError, match="deploy it first"):
        WorkspaceReference.from_outputs({"workspace": "w"})
    with pytest.raises(JobsError, match="declares no endpoint"):
        WorkspaceReference.from_outputs({"pipeline": PIPELINE, "endpoint": None}).require_endpoint()


def test_a_workspace_that_is_not_named_is_an_error() -> None:
    incomplete = WorkspaceReference(group="g")
    with pytest.raises(UsageError, match="use --stack"), open_workspace("azure", None, incomplete):
        pass
    with pytest.raises(UsageError, match="--stack"), open_workspace("sandbox", None, WorkspaceReference()):
        pass


def test_a_stack_that_the_sandbox_does_not_hold_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZSANDBOX_DIR", str(tmp_path))
    with pytest.raises(JobsError, match="roast sandbox up --stack prod"):
        target_outputs(Sandbox(Path(__file__)), "prod")


def test_the_outputs_come_from_the_pulumi_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "pulumi"
    script.write_text(
        f"#!/bin/sh\n[ \"$6\" = prod ] && echo '{json.dumps({'pipeline': PIPELINE})}' && exit\n"
        "echo \"error: no stack named '$6' found\" >&2; exit 255\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert pulumi_outputs("prod") == {"pipeline": PIPELINE}
    with pytest.raises(JobsError, match="no stack named 'nope' found"):
        pulumi_outputs("nope")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError))
    with pytest.raises(ProgramMissingError, match="no pulumi on the PATH") as caught:
        pulumi_outputs("prod")
    assert caught.value.exit_code == 69
