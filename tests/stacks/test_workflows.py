"""The workflows and triggers of production, as they reach the cluster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from azsandbox.kubernetes import schemas
from ml.pipeline import EVALUATE, IMPORT, PREPROCESS, REGISTER, TRAIN
from ml.spec import Step
from roastery.cli.main import build
from roastery.jobs.reference import WorkspaceReference
from stacks import workflows
from stacks.assets import ml_workspace_id
from stacks.config import StackConfig

ROOT = Path(__file__).parents[2]


def config(stack: str, **changes: Any) -> StackConfig:
    values = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    mine = {key.removeprefix("roastery:"): value for key, value in values.items() if "roastery:" in key}
    mine["workflows"] |= changes
    return StackConfig.parse(mine)


def pipeline(config: StackConfig) -> str:
    return f"{ml_workspace_id(config)}/components/monthly-demand/versions/h0123456789ab"


def manifests(stack: str, **changes: Any) -> dict[str, dict[str, Any]]:
    stack_config = config(stack, **changes)
    declared = workflows.manifests(stack_config, pipeline(stack_config))
    return {f"{manifest['kind'].lower()}-{manifest['metadata']['name']}": manifest for manifest in declared}


PRODUCTION = manifests("prod")


class Plain(yaml.SafeDumper):
    """Writes repeated values in full, and scripts line by line."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's signature
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Plain.add_representer(str, _text)


@pytest.mark.parametrize("name", PRODUCTION)
def test_a_manifest_is_what_was_reviewed(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"argo/{name}.yaml", yaml.dump(PRODUCTION[name], Dumper=Plain, sort_keys=False, width=110))


def test_every_reviewed_manifest_still_exists() -> None:
    assert {file.stem for file in (ROOT / "tests" / "golden" / "argo").iterdir()} == set(PRODUCTION)


@pytest.mark.parametrize("landing", ["queue", "event_hub"])
@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_every_manifest_is_one_that_the_api_and_argo_know(stack: str, landing: str) -> None:
    for manifest in manifests(stack, landing=landing).values():
        assert schemas.check(manifest) == [], manifest["metadata"]["name"]


# What each job reads of those before it, and the steps whose parameters it takes.
JOBS: dict[str, tuple[list[str], list[Step]]] = {
    "data-import": ([], [IMPORT]),
    "preprocess": (["raw"], [PREPROCESS]),
    "train": (["features", "monthly", "quality"], [TRAIN, EVALUATE, REGISTER]),
}


@pytest.mark.parametrize("name", JOBS)
def test_the_jobs_take_what_the_steps_take(name: str) -> None:
    inputs, steps = JOBS[name]
    spec = PRODUCTION[f"workflowtemplate-{name}"]["spec"]
    values = {parameter["name"]: parameter.get("value") for parameter in spec["arguments"]["parameters"]}
    params = [param for step in steps for param in step.params if param.default is not None]
    assert values == {**dict.fromkeys(inputs), **{param.name: str(param.default) for param in params}}


@pytest.mark.parametrize("name", ["data-import", "preprocess", "train"])
def test_a_submission_needs_no_stack_to_find_workspace_and_pipeline(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pod has no Pulumi: `roast` reads them from its variables."""
    (run,) = (
        template
        for template in PRODUCTION[f"workflowtemplate-{name}"]["spec"]["templates"]
        if template["name"] == "run"
    )
    for variable in run["container"]["env"]:
        monkeypatch.setenv(variable["name"], variable["value"])
    command: Any = build().get_command(None, "job").get_command(None, "submit")

    options = command.make_context("submit", ["import"]).params

    reference = WorkspaceReference(
        **{key: options[key] for key in ("subscription", "group", "workspace", "pipeline")}
    )
    assert reference == WorkspaceReference.from_outputs({"pipeline": pipeline(config("prod"))})
    assert reference.complete


@pytest.mark.parametrize(("scheduler", "suspended"), [("argo", None), ("azure_ml", True)])
def test_argos_schedule_of_the_retrain_is_suspended_if_azure_mls_is_enabled(
    scheduler: str, suspended: bool | None
) -> None:
    by_name = manifests("prod", retrain_scheduler=scheduler)

    assert by_name["cronworkflow-retrain"]["spec"].get("suspend") is suspended
    assert "suspend" not in by_name["cronworkflow-monitor"]["spec"]


def test_infrastructure_is_changed_as_another_account_than_models_are_trained() -> None:
    accounts = {
        name: manifest["spec"]["serviceAccountName"]
        for name, manifest in PRODUCTION.items()
        if manifest["kind"] == "WorkflowTemplate"
    }
    assert accounts.pop("workflowtemplate-infra") == "sa-argo-infra"
    assert set(accounts.values()) == {"sa-argo-workflow"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"repository": "https://user:token@dev.azure.com/x"}, "roastery:workflows.repository"),
        ({"landing": "kafka"}, "roastery:workflows.landing"),
        ({"state": "s3://state"}, "roastery:workflows.state"),
        ({"push_secret": "a token!"}, "roastery:workflows.push_secret"),
        ({"retrain": "0 6 2 1,7 *"}, "roastery:workflows.retrain: '0 6 2 1,7 \\*' names months"),
        ({"monitor": "daily"}, "roastery:workflows.monitor: 'daily' has 1 fields"),
        ({"timezone": "Amerika/New_York"}, "did you mean America/New_York?"),
        ({"retrain_scheduler": "cron"}, "roastery:workflows.retrain_scheduler"),
    ],
)
def test_a_wrong_setting_stops_before_the_cloud(change: dict[str, str], words: str) -> None:
    with pytest.raises(Exception, match=words):
        config("prod", **change)


def test_an_audit_runs_only_where_it_has_a_schedule() -> None:
    assert not [name for name in PRODUCTION if name.endswith("-audit")]
    audited = manifests("prod", audit="30 4 * * 1")
    cron = audited["cronworkflow-audit"]["spec"]
    assert cron["schedules"] == ["30 4 * * 1"]
    template = audited["workflowtemplate-audit"]["spec"]
    assert cron["workflowSpec"]["serviceAccountName"] == template["serviceAccountName"] == "sa-argo-infra"
    mutex = audited["workflowtemplate-infra"]["spec"]["synchronization"]
    assert template["synchronization"] == mutex, "never while the stack is changed"
    check = next(part for part in template["templates"] if part["name"] == "check")
    script = str(check["container"])
    assert "make --silent stack-audit STACK=" in script
    assert "stack-audit:" in (ROOT / "Makefile").read_text()
    for manifest in audited.values():
        assert schemas.check(manifest) == [], manifest["metadata"]["name"]
