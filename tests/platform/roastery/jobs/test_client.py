"""What a bad day of the cloud, or a wrong sign-in, is to the user."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from azsandbox.arm import faults
from azsandbox.target import Sandbox
from roastery.jobs import follow, reference
from roastery.jobs.client import connect, opened
from roastery.jobs.errors import JobsError, TransientError, UsageError
from roastery.jobs.reference import WorkspaceReference

pytestmark = pytest.mark.xdist_group("api")

PIPELINE = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
    "/components/monthly-demand/versions/h1"
)


def test_a_throttled_call_is_tried_again(sandbox: Any, here: WorkspaceReference) -> None:
    faults.add(sandbox.subscription, "429", "/jobs", "read", 1)
    with pytest.raises(JobsError, match=r"does not exist|not found"):
        follow.look(connect(here), "nobody")
    assert sandbox.subscription.faults() == []


def test_a_service_that_stays_throttled_is_worth_another_try(sandbox: Any, here: WorkspaceReference) -> None:
    faults.add(sandbox.subscription, "429", "/jobs", "read", 9)
    with pytest.raises(TransientError, match=r"429 .*throttled") as caught:
        follow.look(connect(here, retries=1), "nobody")
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
        follow.look(workspace, "nobody")


def test_an_expired_credential_is_final_and_says_to_sign_in(
    sandbox: Any, here: WorkspaceReference, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del sandbox
    stale = tmp_path / "token"
    stale.write_text("a.token.ofyesterday")
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(stale))
    with pytest.raises(JobsError, match=r"the sign-in failed.*az login") as caught:
        follow.look(connect(here), "nobody")
    assert caught.value.exit_code == 1


def test_the_outputs_of_a_stack_tell_the_place() -> None:
    found = WorkspaceReference.of_outputs({"pipeline": PIPELINE, "endpoint": "ep", "vault": "x"})
    assert found == WorkspaceReference(
        subscription="s", group="g", workspace="w", endpoint="ep", pipeline=PIPELINE
    )
    assert WorkspaceReference(endpoint="other").over(found).endpoint == "other"
    with pytest.raises(JobsError, match="deploy it first"):
        WorkspaceReference.of_outputs({"workspace": "w"})
    with pytest.raises(JobsError, match="declares no endpoint"):
        WorkspaceReference.of_outputs({"pipeline": PIPELINE, "endpoint": None}).require_endpoint()


def test_a_place_that_nobody_names_is_an_error() -> None:
    with pytest.raises(UsageError, match="use --stack"), opened("azure", None, WorkspaceReference(group="g")):
        pass
    with pytest.raises(UsageError, match="--stack"), opened("sandbox", None, WorkspaceReference()):
        pass


def test_a_stack_that_the_sandbox_does_not_hold_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZSANDBOX_DIR", str(tmp_path))
    with pytest.raises(JobsError, match="roast sandbox up --stack prod"):
        reference.outputs_of_target(Sandbox(Path(__file__)), "prod")


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
    assert reference.outputs_of_pulumi("prod") == {"pipeline": PIPELINE}
    with pytest.raises(JobsError, match="no stack named 'nope' found"):
        reference.outputs_of_pulumi("nope")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError))
    with pytest.raises(JobsError, match="no pulumi on the PATH"):
        reference.outputs_of_pulumi("prod")
